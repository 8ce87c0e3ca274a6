import * as z from 'zod';
import { ConfigError, describeIssue } from '../../shared/config/config-error.ts';

/** What only this function reads from its environment. */
export interface PlanSettings {
  /** The URL of the queue of changes; none when audits on change are off. */
  readonly changeQueue?: string;
  /** How many accounts a run audits at the same time, where the state machine limits it. */
  readonly concurrentAccounts?: number;
}

const variablesSchema = z.object({
  EKS_AUDITOR_CHANGE_QUEUE: z.url().optional(),
  EKS_AUDITOR_CONCURRENT_ACCOUNTS: z.coerce.number().int().min(1).optional(),
});

/** Throws ConfigError. */
export function planSettings(variables: NodeJS.ProcessEnv): PlanSettings {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success)
    throw new ConfigError(
      'environment',
      parsed.error.issues.map((issue) => describeIssue(issue)),
    );
  const { EKS_AUDITOR_CHANGE_QUEUE, EKS_AUDITOR_CONCURRENT_ACCOUNTS } = parsed.data;
  return {
    ...(EKS_AUDITOR_CHANGE_QUEUE !== undefined && { changeQueue: EKS_AUDITOR_CHANGE_QUEUE }),
    ...(EKS_AUDITOR_CONCURRENT_ACCOUNTS !== undefined && {
      concurrentAccounts: EKS_AUDITOR_CONCURRENT_ACCOUNTS,
    }),
  };
}
