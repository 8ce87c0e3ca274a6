import type { RunResult } from '../model/run.ts';
import { SEVERITIES, type Severity } from '../model/verdict.ts';
import { isIncomplete, outcomeOf } from './exit-code.ts';
import type { Summary } from './summary.ts';
import { plural } from './text.ts';

/** What a person has asked of a run. */
export interface ConclusionOptions {
  /** Only failures of at least this severity count. */
  readonly failOn?: Severity;
  /** A run that found no cluster is incomplete. */
  readonly requireClusters?: boolean;
}

/** A run in one sentence: what failed, and what is not known. */
export function conclusionOf(result: RunResult, summary: Summary, options: ConclusionOptions = {}): string {
  const missing = isIncomplete(result) ? `; ${missingText(summary)}` : '';
  const clusters = clustersText(result, summary);
  const passed = `${passedText(summary, options)}${clusters}`;
  if (options.requireClusters && clusters !== '' && outcomeOf(result, options.failOn) === 'passed')
    return `INCOMPLETE: ${passed}, and --require-clusters was given`;
  return {
    failed: `FAILED: ${failuresText(summary)}${missing}${clusters}`,
    incomplete: `INCOMPLETE: ${passedText(summary, options)}${missing}${clusters}`,
    passed: `PASSED: ${passed}; the audit is complete`,
  }[outcomeOf(result, options.failOn)];
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

/** What `--fail-on` does not count failed all the same. */
function passedText(summary: Summary, { failOn }: ConclusionOptions): string {
  if (failOn === undefined || summary.verdicts.FAILED === 0) return 'nothing failed';
  return `nothing of ${failOn} or worse failed; ${failuresText(summary)} below that`;
}

/** A run without clusters says so, and whose it was: perhaps it was the wrong account or Region. */
function clustersText({ caller }: RunResult, { clusters, accounts }: Summary): string {
  const covered = accounts.total - accounts.notCovered;
  if (clusters.found > 0 || covered === 0) return '';
  const by = caller ? `, read by ${caller.arn} of account ${caller.accountId}` : '';
  return `; no cluster was found (0 clusters in ${plural(covered, 'account')}${by})`;
}
