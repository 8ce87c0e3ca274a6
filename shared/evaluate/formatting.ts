/** How many items a sentence names before it only counts them. */
const MAX_NAMED = 10;

/** `a, b and 3 more`: distinct items in alphabetical order, of which at most `limit` are named. */
export function formatList(items: Iterable<string>, limit = MAX_NAMED): string {
  const all = uniqueSorted(items);
  if (all.length <= limit) return all.join(', ');
  return `${all.slice(0, limit).join(', ')} and ${all.length - limit} more`;
}

/** Distinct items in a stable order: a list that AWS returns in another order must not look like a change. */
export function uniqueSorted(items: Iterable<string>): string[] {
  return [...new Set(items)].sort();
}

/** `1 entry`, `2 entries`. */
export function formatCount(count: number | bigint, singular: string, plural: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 || count === 1n ? singular : plural}`;
}
