import type { RunResult } from '../model/run.ts';
import { SEVERITIES } from '../model/verdict.ts';
import { isIncomplete } from './exit-code.ts';
import type { Summary } from './summary.ts';
import { plural } from './text.ts';

/** A run in one sentence: what failed, and what is not known. */
export function conclusionOf(result: RunResult, summary: Summary): string {
  const missing = isIncomplete(result) ? `; ${missingText(summary)}` : '';
  return {
    failed: `FAILED: ${failuresText(summary)}${missing}`,
    incomplete: `INCOMPLETE: nothing failed${missing}`,
    passed: `PASSED: ${passedText(summary)}; the audit is complete`,
  }[summary.outcome];
}

/** `22 findings (8 HIGH, 14 MEDIUM)`. */
function failuresText({ verdicts, failedBySeverity }: Summary): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = failedBySeverity[severity] ?? 0;
    return count > 0 ? [`${count.toLocaleString('en')} ${severity}`] : [];
  });
  return `${plural(verdicts.FAILED, 'finding')} (${counts.join(', ')})`;
}

/** The widest of the causes that leave a run incomplete. */
function missingText({ accounts, gaps, verdicts, findings }: Summary): string {
  if (accounts.notCovered > 0)
    return `${accounts.notCovered.toLocaleString('en')} of ${plural(accounts.total, 'account')} could not be audited`;
  if (gaps > 0) return `${plural(gaps, 'gap')} in coverage`;
  if (verdicts.NOT_AVAILABLE > 0) return `${plural(verdicts.NOT_AVAILABLE, 'verdict')} not available`;
  if (findings.failed > 0) return `Security Hub rejected ${plural(findings.failed, 'finding')}`;
  return 'not everything that was requested was audited';
}

/** A run without clusters says so: perhaps it was the wrong account or Region. */
function passedText({ clusters, controls }: Summary): string {
  return clusters.found === 0 && controls.length === 0 ? 'no cluster was found' : 'nothing failed';
}
