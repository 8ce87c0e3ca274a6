import * as z from 'zod';
import { ACCOUNT_ID } from '../../shared/model/arn.ts';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import { type Run, type Target, TRIGGERS } from '../../shared/model/run.ts';
import { SEVERITIES } from '../../shared/model/verdict.ts';
import { organizationalUnitsSchema } from '../../shared/report/run-result-parts.ts';

/** What the state machine passes to the functions. */

/** What started the run. */
const trigger = z.enum(TRIGGERS).default('manual');

const accountId = z.string().regex(ACCOUNT_ID, 'must be an account id of 12 digits');

/**
 * The name of an execution, which is the id of the run and part of its keys in the bucket. EventBridge Scheduler gives
 * names of 73 characters; Step Functions allows 80, and characters that are of no use in keys.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
const executionName = z
  .string()
  .regex(/^\w[\w.-]{0,79}$/, 'must be letters, digits, hyphens, underscores and dots, 80 at most');

export const planEventSchema = z.object({
  trigger,
  /** Audits only these of the configured accounts. */
  accounts: z.array(accountId).exactOptional(),
  /** The execution of the state machine. */
  execution: z
    .object({ id: z.string().regex(/^arn:[\w-]+:states:[\w-]+:\d{12}:execution:/), name: executionName })
    .exactOptional(),
});
export type PlanEvent = z.infer<typeof planEventSchema>;

export const runSchema = z.object({
  id: executionName,
  trigger: z.enum(TRIGGERS),
  startedAt: z.string(),
  version: z.string(),
  benchmark: z.enum(BENCHMARKS),
  publish: z.boolean(),
}) satisfies z.ZodType<Run>;

/*
 * Partition, account and Region become part of ARNs and host names: what is none never gets that far.
 */
const partition = z.string().regex(/^aws(-[a-z]+)*$/, 'must be like aws');
export const regionName = z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, 'must be like eu-west-1');

export const targetRegionSchema = z.object({
  region: regionName,
  disabled: z.literal(true).exactOptional(),
});

export const targetSchema = z.object({
  partition,
  accountId,
  name: z.string().exactOptional(),
  organizationalUnits: organizationalUnitsSchema.exactOptional(),
  regions: z.array(targetRegionSchema).exactOptional(),
}) satisfies z.ZodType<Target>;

export const auditEventSchema = z.object({
  run: runSchema,
  target: targetSchema,
  /** Which invocation for this account in this run it is, from 1 on. */
  slice: z.int().min(1).default(1),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** A run whose accounts are audited. */
export const auditedEventSchema = z.object({ run: runSchema });
/** An execution that did not come to its own report. */
const endedEventSchema = z.object({
  ended: z.object({
    /** Its name: the id of the run, if it was planned. */
    execution: executionName,
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    trigger: z.enum(TRIGGERS).exactOptional(),
  }),
});
/** A test of the alerts: `true` for a digest, a severity for an event of a finding as well. */
const testAlertEventSchema = z.object({
  testAlert: z.union(
    [z.literal(true), z.enum(SEVERITIES)],
    `must be true or one of ${SEVERITIES.join(', ')}`,
  ),
});
export type TestAlertEvent = z.infer<typeof testAlertEventSchema>;
export const reportEventSchema = z.union([testAlertEventSchema, auditedEventSchema, endedEventSchema]);
export type ReportEvent = z.infer<typeof reportEventSchema>;

/** The event does not have the function's schema; the message names each field. */
export class EventError extends Error {
  override readonly name = 'EventError';
}
