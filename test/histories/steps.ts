import fc from 'fast-check';
import type { FaultKind } from '../../infra/sandbox/sandbox.ts';

/* What can happen in the history of an account. */

/** Its clusters. */
export const NAMES = ['a', 'b'] as const;

/** Whether a cluster's endpoint is open to the internet, or there is no such cluster. */
export type ClusterState = 'open' | 'closed' | 'absent';

/** Runs that are under way at the same time. */
export const SLOTS = [0, 1];

const aName = fc.constantFrom(...NAMES);
const aSlot = fc.constantFrom(...SLOTS);
/** A record that is short to read. */
function record<T extends object>(
  fields: { readonly [Key in keyof T]: fc.Arbitrary<T[Key]> },
): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

/** One of the requests of an invocation, most of which send about 15. */
const aRequest = fc.integer({ min: 1, max: 18 });

const aChange = record({
  kind: fc.constant('cluster' as const),
  name: aName,
  state: fc.constantFrom<ClusterState>('open', 'closed', 'absent'),
});
const aDecision = record({
  kind: fc.constant('person' as const),
  name: aName,
  workflow: fc.constantFrom('SUPPRESSED' as const, 'NEW' as const),
});
const aReading = record({ kind: fc.constant('command line reads' as const) });
const aPublication = record({ kind: fc.constant('command line publishes' as const) });
const anAbortion = record({ kind: fc.constant('abort' as const), slot: aSlot });

/** Throttled, the SDK would wait for time that does not pass. */
const aFault = fc.constantFrom<FaultKind>('ServerError', 'AccessDenied', 'ConnectionReset', 'CutBody');
/** An operation that fails from one of its requests on. */
const aFailure = record({
  kind: fc.constant('fails' as const),
  operation: fc.constantFrom(
    'events:PutEvents',
    's3:PutObject',
    's3:GetObject',
    'sts:AssumeRole',
    'securityhub:BatchImportFindings',
    'securityhub:BatchUpdateFindings',
    'securityhub:GetFindings',
    'eks:ListClusters',
    'eks:DescribeCluster',
  ),
  with: aFault,
  after: fc.constantFrom(0, 0, 0, 1, 2, 3),
});
function aFailureOf(operation: string) {
  const kind = fc.constant('fails' as const);
  return record({ kind, operation: fc.constant(operation), with: aFault, after: fc.constantFrom(0, 1) });
}
/** The process ends at a request, which is still answered or not. */
const death = { kind: fc.constant('dies' as const), isAnswered: fc.boolean() };
const aDeath = record({ ...death, request: aRequest });
/**
 * Requests up to one take so many seconds: too few are left then for publishing (from 600 on), for reading (810), for
 * publishing what was begun (825), or for anything (865).
 */
const aDelay = record({
  kind: fc.constant('slow' as const),
  request: aRequest,
  seconds: fc.constantFrom(610, 610, 812, 812, 827, 866),
});
export type Trouble = typeof aTrouble extends fc.Arbitrary<infer T> ? T : never;
const aTrouble = fc.oneof(
  { weight: 4, arbitrary: aDelay },
  { weight: 3, arbitrary: aFailure },
  { weight: 3, arbitrary: aDeath },
);

export type Meanwhile = typeof meanwhile extends fc.Arbitrary<infer T> ? T : never;
/** What happens while an invocation waits for the answer to a request. */
const meanwhile = record({
  request: aRequest,
  step: fc.oneof(
    { weight: 3, arbitrary: aChange },
    { weight: 3, arbitrary: record({ kind: fc.constant('run' as const), slot: aSlot }) },
    { weight: 1, arbitrary: aDecision },
    { weight: 1, arbitrary: aPublication },
    { weight: 1, arbitrary: anAbortion },
  ),
});

const run = fc.constant('run' as const);
/** The next invocation of the audit of a run: the state machine begins another when the slot has none. */
const anAudit = fc.oneof(
  { weight: 4, arbitrary: record({ kind: run, slot: aSlot }) },
  { weight: 4, arbitrary: record({ kind: run, slot: aSlot, trouble: aTrouble }) },
  { weight: 2, arbitrary: record({ kind: run, slot: aSlot, meanwhile }) },
  { weight: 1, arbitrary: record({ kind: run, slot: aSlot, trouble: aTrouble, meanwhile }) },
);
/** That of its report, if it has come to it. */
const aReport = record({ kind: fc.constant('report' as const), slot: aSlot, trouble: aTrouble });

export type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;
export type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;
const aStep = fc.oneof(
  { weight: 9, arbitrary: anAudit },
  { weight: 1, arbitrary: aReport },
  { weight: 4, arbitrary: aChange },
  { weight: 1, arbitrary: aDecision },
  { weight: 1, arbitrary: aReading },
  { weight: 1, arbitrary: aPublication },
  { weight: 1, arbitrary: anAbortion },
);

/** A step, so many minutes after the last. */
interface TimedStep {
  readonly minutes: number;
  readonly step: Step;
}

/** A lease expires after 16 minutes. */
const someMinutes = fc.constantFrom(1, 1, 5, 17, 40);
const aTimedStep = record({ minutes: someMinutes, step: aStep });

/**
 * A run hands over to its next invocation, before which time passes, the account changes, and another run audits it, or
 * both. The next one may fail and be repeated.
 */
const aResumption: fc.Arbitrary<TimedStep[]> = record({
  slot: aSlot,
  request: fc.integer({ min: 1, max: 7 }),
  seconds: fc.constantFrom(610, 812),
  change: aChange,
  minutes: fc.constantFrom(1, 17, 17),
  others: fc.constantFrom(0, 1, 1, 2),
  trouble: fc.oneof(
    aFailure,
    aFailureOf('sts:AssumeRole'),
    record({ ...death, request: fc.integer({ min: 2, max: 7 }) }),
  ),
}).map(({ slot, request, seconds, change, minutes, others, trouble }) => [
  { minutes: 1, step: { kind: 'run', slot, trouble: { kind: 'slow', request, seconds } } },
  { minutes: 1, step: change },
  ...Array.from({ length: others }, () => ({ minutes, step: { kind: 'run', slot: 1 - slot } }) as const),
  { minutes: 1, step: { kind: 'run', slot, trouble } },
  { minutes: 1, step: { kind: 'run', slot } },
]);

/** A person decides on a finding, a run reads that, and what it is of changes before the next run, which may not read it. */
const anAcceptance: fc.Arbitrary<TimedStep[]> = record({
  decision: aDecision,
  slot: aSlot,
  state: fc.constantFrom<ClusterState>('open', 'closed', 'absent'),
  trouble: fc.option(aFailureOf('securityhub:GetFindings'), { nil: undefined, freq: 2 }),
}).map(({ decision, slot, state, trouble }) => [
  { minutes: 1, step: decision },
  { minutes: 17, step: { kind: 'run', slot } },
  { minutes: 1, step: { kind: 'cluster', name: decision.name, state } },
  { minutes: 1, step: { kind: 'run', slot, ...(trouble && { trouble }) } },
]);

const aState = fc.constantFrom<ClusterState>('open', 'open', 'closed', 'absent');

export type HistoryOfAccount = typeof aHistory extends fc.Arbitrary<infer T> ? T : never;
/** An account with these clusters, which is audited once, and what happens then. */
export const aHistory = record({
  clusters: record({ a: aState, b: aState }),
  steps: fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: aTimedStep.map((one): TimedStep[] => [one]) },
        { weight: 1, arbitrary: aResumption },
        { weight: 1, arbitrary: anAcceptance },
      ),
      { minLength: 2, maxLength: 5 },
    )
    .map((parts) => parts.flat()),
});
