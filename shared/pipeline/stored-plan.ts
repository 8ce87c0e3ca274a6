import * as z from 'zod';
import type { Plan } from '../model/run.ts';
import {
  callerSchema,
  noticesSchema,
  optionsSchema,
  skippedAccountSchema,
} from '../report/run-result-parts.ts';
import { unreadableSchema } from './unreadable-schema.ts';

/* A plan outside of the process that made it: in the bucket, and in a folder that somebody keeps as evidence. */

/** The part of a plan that every audit needs. */
export const organizationSchema = z.object({
  id: z.discriminatedUnion('state', [
    z.object({ state: z.literal('present'), value: z.string() }),
    z.object({ state: z.literal('absent') }),
    unreadableSchema,
  ]),
  accountIds: z.array(z.string()),
  membersUnreadable: unreadableSchema.exactOptional(),
}) satisfies z.ZodType<Plan['organization']>;

/** A plan but for its run and its targets, of which each place where it is kept says more. */
export const PLAN_FIELDS = {
  caller: callerSchema.exactOptional(),
  options: optionsSchema.exactOptional(),
  organization: organizationSchema,
  clusters: z.array(z.string()).exactOptional(),
  skipped: z.array(skippedAccountSchema),
  narrowed: z.literal(true).exactOptional(),
  notices: noticesSchema.exactOptional(),
};
