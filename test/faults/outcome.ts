import type { Gap, RunResult } from '../../shared/model/run.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { gapsOf } from '../harness.ts';

/** What a fault may make of a run, the gravest first. */
const OUTCOMES = ['not available', 'proven', 'gap', 'same'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** What a verdict or a run may not become, as a sentence; none when all is as it may be. */
interface Comparison {
  readonly outcome: Outcome;
  readonly forbidden: readonly string[];
}

/** Compares a run with a fault of one operation with the run without. */
export function compareRuns(
  before: RunResult,
  after: RunResult,
  action: string,
  passes: boolean,
): Comparison {
  const now = new Map(after.verdicts.map((verdict) => [keyOf(verdict), verdict]));
  const old = new Set(before.verdicts.map(keyOf));
  const gaps = gapsOf(after).filter(({ operation }) => operation === action);
  const changes: { readonly outcome: Outcome | undefined; readonly sentence: string }[] = [
    ...before.verdicts.map((verdict) => ({
      outcome: outcomeOf(verdict, now.get(keyOf(verdict)), after, gaps, action),
      sentence: `${lineOf(verdict)} became ${lineOf(now.get(keyOf(verdict)))}`,
    })),
    ...after.verdicts
      .filter((verdict) => !old.has(keyOf(verdict)))
      .map((verdict) => ({
        outcome: isNotAvailableFor(verdict, action) ? ('not available' as const) : undefined,
        sentence: `there is a new ${lineOf(verdict)}`,
      })),
  ];
  const forbidden = changes.filter((change) => change.outcome === undefined).map((change) => change.sentence);
  const met = OUTCOMES.filter((one) => changes.some((change) => change.outcome === one));
  const [outcome = 'same'] = met;
  const { complete } = after.coverage;
  if (passes && !(outcome === 'same' && complete)) forbidden.push('a fault that goes by changed the run');
  if (outcome !== 'same' && complete) forbidden.push('the run is called complete');
  return { outcome: outcome === 'same' && gaps.length > 0 ? 'gap' : outcome, forbidden };
}

function keyOf({ control, scope, resource, related }: Verdict): string {
  const cluster = related.find(({ type }) => type === 'AwsEksCluster')?.id ?? '';
  return [control, scope.accountId, scope.region, resource.id, cluster].join(' ');
}

function lineOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'nothing';
  const { controlId, resource, status, reasonCodes, reason } = verdict;
  return `${controlId} ${resource.name ?? resource.id} ${status} ${reasonCodes.join('+')} (${reason})`;
}

function outcomeOf(
  before: Verdict,
  after: Verdict | undefined,
  run: RunResult,
  gaps: readonly Gap[],
  action: string,
): Outcome | undefined {
  if (after === undefined) {
    const isTold = run.verdicts.some(
      (one) => one.control === before.control && isNotAvailableFor(one, action),
    );
    return isTold || gaps.length > 0 ? 'gap' : undefined;
  }
  if (after.status === before.status && String(after.reasonCodes) === String(before.reasonCodes))
    return 'same';
  if (isNotAvailableFor(after, action)) return 'not available';
  const isProven = before.status === 'FAILED' && after.status === 'FAILED';
  return isProven && after.reason.includes(action) ? 'proven' : undefined;
}

function isNotAvailableFor({ status, reason }: Verdict, action: string): boolean {
  return status === 'NOT_AVAILABLE' && reason.includes(action);
}
