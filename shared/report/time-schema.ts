import * as z from 'zod';

const instant = z.iso.datetime();

/** A time in UTC, in ISO 8601. In the JSON schema it is a format, without the pattern that zod would add. */
export const time = z
  .string()
  .refine((text) => instant.safeParse(text).success, 'must be a time such as 2026-11-22T10:15:00.000Z')
  .meta({ format: 'date-time' });
