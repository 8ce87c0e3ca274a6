import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { ControlKey } from '../../shared/model/benchmarks.ts';
import { FIELDS, type FindingEvent } from '../../shared/publish/asff.ts';
import { GENERATOR_PREFIX, generatorId } from '../../shared/publish/ids.ts';

/** Selects findings of the auditor. */
export interface FindingFilter {
  /** Severities as Security Hub has them: a person may have changed them. Ignored for resolved findings, which have none. */
  readonly severities: readonly string[];
  /** All controls when empty or absent. */
  readonly controls?: readonly ControlKey[];
  /** All accounts when empty or absent. */
  readonly accounts?: readonly string[];
}

/** The imports that alert people. Refreshed, relabelled and archived findings alert nobody. */
const ALERTING_EVENTS: readonly FindingEvent[] = ['new', 'changed'];

/** Matches the import of a failed finding that nobody has handled yet. */
export function failedPattern(productName: string, filter: FindingFilter): EventPattern {
  return pattern(productName, filter, {
    Compliance: { Status: ['FAILED'] },
    Workflow: { Status: ['NEW'] },
    Severity: { Label: filter.severities },
  });
}

/**
 * Matches the import of a finding that was failed and has passed now: its workflow is set to RESOLVED only after the
 * import, whereas a finding that passed from the beginning is imported as RESOLVED.
 */
export function resolvedPattern(productName: string, filter: FindingFilter): EventPattern {
  return pattern(productName, filter, {
    Compliance: { Status: ['PASSED'] },
    Workflow: { Status: ['NEW', 'NOTIFIED'] },
  });
}

function pattern(productName: string, filter: FindingFilter, state: Record<string, unknown>): EventPattern {
  const { controls = [], accounts = [] } = filter;
  return {
    source: ['aws.securityhub'],
    detailType: ['Security Hub Findings - Imported'],
    detail: {
      findings: {
        ProductName: [productName],
        GeneratorId: controls.length > 0 ? controls.map(generatorId) : [{ prefix: GENERATOR_PREFIX }],
        RecordState: ['ACTIVE'],
        ProductFields: { [FIELDS.event]: ALERTING_EVENTS },
        ...state,
        ...(accounts.length > 0 ? { AwsAccountId: accounts } : {}),
      },
    },
  };
}
