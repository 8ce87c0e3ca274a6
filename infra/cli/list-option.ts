/**
 * Adds what an option was given to its earlier values, without duplicates: an option of a list can be repeated, take
 * several values, or one with commas.
 */
export function appendValues(value: string, previous: readonly string[] | undefined): string[] {
  const values = value.split(',').map((item) => item.trim());
  return [...new Set([...(previous ?? []), ...values])];
}
