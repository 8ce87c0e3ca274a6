import { isFields } from '../plain.ts';

const timestampName = /(?:At|Date|Time|Timestamp)$/;

/**
 * A copy of an answer in which times are seconds since 1970, as the JSON protocols write them. Worlds hold
 * times as `Date` or, loaded from a file, as ISO 8601 text.
 */
export function withEpochSeconds(value: unknown, name = ''): unknown {
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (typeof value === 'string' && timestampName.test(name) && !Number.isNaN(Date.parse(value))) {
    return Date.parse(value) / 1000;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withEpochSeconds(item, name));
  }
  if (isFields(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, withEpochSeconds(member, key)]),
    );
  }
  return value;
}
