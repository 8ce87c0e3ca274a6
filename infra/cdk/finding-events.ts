import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { type AuditorEvent, EVENT_SOURCE } from '../../functions/runtime/event-bus.ts';
import type { ControlKey } from '../../shared/model/benchmarks.ts';
import type { ChangeKind } from '../../shared/model/verdict-change.ts';

/** Selects events of the auditor's own bus that tell of a changed finding. */
export interface FindingFilter {
  /** Of what is failed or got worse. What is fixed has no severity any more. */
  readonly severities: readonly string[];
  /** All controls when empty or absent. */
  readonly controls?: readonly ControlKey[];
  /** All accounts when empty or absent. */
  readonly accounts?: readonly string[];
  /** Also findings that are fixed, whatever severity they had. */
  readonly resolvedFindings?: boolean;
}

const FINDING_EVENT = 'EKS Auditor Finding' satisfies AuditorEvent['detailType'];
const RUN_EVENT = 'EKS Auditor Run' satisfies AuditorEvent['detailType'];

/** The changes that somebody has to act upon. */
const ALERTING_CHANGES: readonly ChangeKind[] = ['new', 'worse', 'exceptionEnded'];
const RESOLVING_CHANGES: readonly ChangeKind[] = ['fixed'];

/**
 * Matches what functions/runtime/finding-events.ts puts on the bus.
 * `$or`: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function findingPattern(filter: FindingFilter): EventPattern {
  const { severities, controls = [], accounts = [], resolvedFindings = false } = filter;
  const alerting = { change: ALERTING_CHANGES, severity: severities };
  return {
    source: [EVENT_SOURCE],
    detailType: [FINDING_EVENT],
    detail: {
      ...(controls.length > 0 ? { control: controls } : {}),
      ...(accounts.length > 0 ? { accountId: accounts } : {}),
      ...(resolvedFindings ? { $or: [alerting, { change: RESOLVING_CHANGES }] } : alerting),
    },
  };
}

/** Matches the events of runs. */
export const RUN_PATTERN: EventPattern = { source: [EVENT_SOURCE], detailType: [RUN_EVENT] };
