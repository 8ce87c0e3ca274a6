import type { Gap, RunResult } from '../../shared/model/run.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { gapsOf } from '../harness.ts';

/** What a fault may make of a run, the gravest first. */
const OUTCOMES = ['not available', 'proven', 'gap', 'said', 'same'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** What a verdict or a run may not become, as a sentence; none when all is as it may be. */
interface Comparison {
  readonly outcome: Outcome;
  readonly forbidden: readonly string[];
}

/** What is known of a fault. */
interface Expected {
  /** The action of its operation. */
  readonly action: string;
  /** It goes by. */
  readonly passes?: boolean | undefined;
  /** AWS gave no answer: it is told. */
  readonly isRefused?: boolean | undefined;
  /** What verdicts become by an answer that AWS may give: `5.3.1 orders FAILED NO_CUSTOMER_KEY`. */
  readonly said: readonly string[];
}

/** Compares a run with a fault of one operation with the run without. */
export function compareRuns(
  before: RunResult,
  after: RunResult,
  { action, passes, isRefused, said }: Expected,
): Comparison {
  const now = new Map(after.verdicts.map((verdict) => [keyOf(verdict), verdict]));
  const old = new Set(before.verdicts.map(keyOf));
  const gaps = gapsOf(after).filter(({ operation }) => operation === action);
  const changes: { readonly outcome: Outcome | undefined; readonly sentence: string }[] = [
    ...before.verdicts.map((verdict) => {
      const became = now.get(keyOf(verdict));
      const isSaid = said.includes(became ? headOf(became) : `${subjectOf(verdict)} nothing`);
      return {
        outcome: outcomeOf(verdict, became, after, gaps, action) ?? (isSaid ? ('said' as const) : undefined),
        sentence: `${lineOf(verdict)} became ${lineOf(became)}`,
      };
    }),
    ...after.verdicts
      .filter((verdict) => !old.has(keyOf(verdict)))
      .map((verdict) => ({
        outcome: newOutcome(verdict, action, said),
        sentence: `there is a new ${lineOf(verdict)}`,
      })),
  ];
  const forbidden = changes.filter((change) => change.outcome === undefined).map((change) => change.sentence);
  const met = OUTCOMES.filter((one) => changes.some((change) => change.outcome === one));
  const [outcome = 'same'] = met;
  const isAsBefore = outcome === 'same' || outcome === 'said';
  const { complete } = after.coverage;
  if (passes && !(outcome === 'same' && complete)) forbidden.push('a fault that goes by changed the run');
  if (!isAsBefore && complete) forbidden.push('the run is called complete');
  if (isRefused && isAsBefore && gaps.length === 0 && !isNoticed(after, action)) {
    forbidden.push('nothing tells of it');
  }
  return { outcome: isAsBefore && gaps.length > 0 ? 'gap' : outcome, forbidden };
}

function newOutcome(verdict: Verdict, action: string, said: readonly string[]): Outcome | undefined {
  if (isNotAvailableFor(verdict, action)) return 'not available';
  return said.includes(headOf(verdict)) ? 'said' : undefined;
}

/** Whether a notice says so. */
function isNoticed({ notices = [] }: RunResult, action: string): boolean {
  return notices.some(({ detail }) => detail.includes(action));
}

function keyOf({ control, scope, resource, related }: Verdict): string {
  const cluster = related.find(({ type }) => type === 'AwsEksCluster')?.id ?? '';
  return [control, scope.accountId, scope.region, resource.id, cluster].join(' ');
}

function lineOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'nothing';
  return `${headOf(verdict)} (${verdict.reason})`;
}

/** `5.3.1 orders FAILED NO_CUSTOMER_KEY` */
function headOf(verdict: Verdict): string {
  return `${subjectOf(verdict)} ${verdict.status} ${verdict.reasonCodes.join('+')}`;
}

function subjectOf({ controlId, resource }: Verdict): string {
  return `${controlId} ${resource.name ?? resource.id}`;
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
