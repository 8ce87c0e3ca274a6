import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { ControlKey } from '../../shared/model/benchmarks.ts';
import { GENERATOR_PREFIX, generatorId } from '../../shared/publish/ids.ts';

/** Which of the auditor's findings. */
export interface FindingFilter {
  /** Of what is wrong, as Security Hub has it: a person may have changed it. What was put right has none. */
  readonly severities: readonly string[];
  /** All when empty or absent. */
  readonly controls?: readonly ControlKey[];
  readonly accounts?: readonly string[];
}

/** Something was found wrong that nobody has dealt with. */
export function failedPattern(productName: string, filter: FindingFilter): EventPattern {
  return pattern(productName, filter, {
    Compliance: { Status: ['FAILED'] },
    Workflow: { Status: ['NEW'] },
    Severity: { Label: filter.severities },
  });
}

/**
 * Something was put right. The event of the import is the one: the workflow is set to RESOLVED after it, and findings that
 * were never anything but PASSED are RESOLVED from the beginning.
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
        ...state,
        ...(accounts.length > 0 ? { AwsAccountId: accounts } : {}),
      },
    },
  };
}
