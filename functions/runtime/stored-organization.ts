import * as z from 'zod';
import type { Plan } from '../../shared/model/run.ts';
import { checkDocument, parseJson } from './stored-document.ts';

/** The part of a plan that every audit needs. */
export const organizationSchema = z.object({
  id: z.string().exactOptional(),
  accountIds: z.array(z.string()),
  isComplete: z.boolean(),
}) satisfies z.ZodType<Plan['organization']>;

/** Throws StoredDocumentError. */
export function parseOrganization(text: string | undefined, key: string): Plan['organization'] {
  return checkDocument(organizationSchema, parseJson(text, key), key);
}
