import * as z from 'zod';

/** Why something could not be read. */
export const unreadableSchema = z.object({
  state: z.literal('unreadable'),
  kind: z.enum(['denied', 'throttled', 'gone', 'failed']),
  code: z.string(),
  operation: z.string(),
  detail: z.string(),
  byOrganization: z.literal(true).exactOptional(),
});
