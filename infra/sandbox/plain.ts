/**
 * An AWS SDK shape as plain data: everything optional, times as `Date` or ISO 8601 text, and `null` for a
 * field that is to be absent although the sandbox has a default for it.
 */
export type Plain<T> = T extends Date
  ? Date | string
  : T extends Uint8Array | string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [Key in keyof T]?: Plain<T[Key]> | null }
        : T;

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

/**
 * `defaults` with `overrides` on top. Objects are merged, everything else is replaced; an override that is
 * `undefined` or `null` removes the field.
 */
export function withOverrides<T extends object>(defaults: T, overrides: object | undefined): T {
  const merged = new Map<string, unknown>(Object.entries(defaults));
  for (const [key, value] of Object.entries(overrides ?? {})) {
    const base = merged.get(key);
    merged.set(key, isFields(value) && isFields(base) ? withOverrides(base, value) : (value ?? null));
  }
  return Object.fromEntries(merged) as T;
}

/** A copy without the members that have no value, as in answers of AWS. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isFields(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}
