import * as z from 'zod';

/*
 * Keys that others choose are data, whatever they are: also `__proto__`, which zod's own record leaves out, and
 * `constructor`, which every plain object seems to have.
 */

/** The names that zod's record could take for a prototype, each with one more underscore. */
const ESCAPABLE = /^_*__proto__$/;

/** An object with keys that are not known beforehand. All of them are kept; what is parsed has no prototype. */
export function record<Value extends z.ZodType>(key: z.ZodString, value: Value) {
  const escaped = z.transform(escapeKeys);
  // A transformation of anything would make the field optional in the JSON schema, which the record is not.
  delete escaped._zod.optin;
  return z.pipe(escaped, z.record(key, value)).transform(unescapeKeys);
}

/** What a record has under a key of somebody else's. */
export function lookup<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function escapeKeys(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const keys = Object.keys(input);
  if (!keys.some((key) => ESCAPABLE.test(key))) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [ESCAPABLE.test(key) ? `_${key}` : key, value]),
  );
}

function unescapeKeys<Value>(parsed: Readonly<Record<string, Value>>): Record<string, Value> {
  // Without a prototype, `__proto__` is a key as any other.
  const values: Record<string, Value> = Object.create(null);
  for (const [key, value] of Object.entries(parsed)) {
    values[ESCAPABLE.test(key) ? key.slice(1) : key] = value;
  }
  return values;
}
