import * as z from 'zod';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import { type Run, type Target, TRIGGERS } from '../../shared/model/run.ts';

/** What the state machine passes to the functions. */

/** What started the run. */
const trigger = z.enum(TRIGGERS).default('manual');

export const planEventSchema = z.object({
  trigger,
  /** Audits only these of the configured accounts. */
  accounts: z.array(z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits')).optional(),
});
export type PlanEvent = z.infer<typeof planEventSchema>;

export const runSchema = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  trigger: z.enum(TRIGGERS),
  startedAt: z.string(),
  version: z.string(),
  benchmark: z.enum(BENCHMARKS),
  publish: z.boolean(),
}) satisfies z.ZodType<Run>;

export const targetRegionSchema = z.object({
  region: z.string(),
  disabled: z.literal(true).exactOptional(),
});

export const targetSchema = z.object({
  partition: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  name: z.string().exactOptional(),
  regions: z.array(targetRegionSchema).exactOptional(),
}) satisfies z.ZodType<Target>;

export const auditEventSchema = z.object({
  run: runSchema,
  target: targetSchema,
  /** The how manieth invocation for this account in this run. */
  slice: z.int().min(1).default(1),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** A run whose accounts are audited. What started it is in the run; state machines of earlier versions say it again. */
export const auditedEventSchema = z.object({ trigger: z.unknown().optional(), run: runSchema });
/** An execution that did not come to its own report. */
const endedEventSchema = z.object({
  ended: z.object({
    /** Its name: the id of the run, if it was planned. */
    execution: z.string().regex(/^\w[\w.-]{0,79}$/),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    trigger: z.unknown().optional(),
  }),
});
export const reportEventSchema = z.union([auditedEventSchema, endedEventSchema]);
export type ReportEvent = z.infer<typeof reportEventSchema>;

/** The event does not have the function's schema; the message names each field. */
export class EventError extends Error {
  override readonly name = 'EventError';
}
