import * as z from 'zod';
import type { Unreadable } from '../../shared/model/evidence.ts';
import type { Plan } from '../../shared/model/run.ts';
import { checkDocument, parseJson } from './stored-document.ts';

const unreadableSchema = z.object({
  state: z.literal('unreadable'),
  kind: z.enum(['denied', 'throttled', 'gone', 'failed']),
  code: z.string(),
  operation: z.string(),
  detail: z.string(),
}) satisfies z.ZodType<Unreadable>;

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

/** Throws StoredDocumentError. */
export function parseOrganization(text: string | undefined, key: string): Plan['organization'] {
  return checkDocument(organizationSchema, parseJson(text, key), key);
}
