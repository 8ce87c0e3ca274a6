/** Collects an option's values: repeated, several at once, or separated by commas; each one once. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  const values = value.split(',').map((one) => one.trim());
  return [...new Set([...(previous ?? []), ...values])];
}
