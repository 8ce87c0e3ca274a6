import { isFields } from './plain.ts';

/** The values at a path; a list on the way means each of its items. */
export function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => valuesAt(item, key === undefined ? [] : [key, ...rest]));
  }
  if (key === undefined) {
    return value === undefined || value === null ? [] : [value];
  }
  return isFields(value) ? valuesAt(value[key], rest) : [];
}
