import type * as z from 'zod';

/**
 * A field that AWS may leave out, where its documentation says what that means: `absence`. Of any other optional field
 * the absence decides nothing: what needs it is not available without.
 */
export function ifAbsent<S extends z.ZodType>(schema: S, absence: string): z.ZodOptional<S> {
  return schema.optional().meta({ absence });
}
