/** How many things a sentence names before it only counts them. */
const NAMED = 10;

/** `a, b and 3 more`, in a stable order whatever AWS's was. */
export function listed(items: Iterable<string>, limit = NAMED): string {
  const all = sorted(items);
  if (all.length <= limit) return all.join(', ');
  return `${all.slice(0, limit).join(', ')} and ${all.length - limit} more`;
}

/** Distinct items in a stable order: AWS's own order says nothing and must not look like a change. */
export function sorted(items: Iterable<string>): string[] {
  return [...new Set(items)].sort();
}

/** `1 entry`, `2 entries`. */
export function counted(count: number | bigint, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 || count === 1n ? one : many}`;
}
