/**
 * The largest first, so that none of them begins when the others are done: what is known to take longest, down to what is
 * known to take least, and in the middle what nothing is known of. Keeps the order of equal ones.
 */
export function largestFirst<Item>(
  items: readonly Item[],
  durationOf: (item: Item) => number | undefined,
): Item[] {
  const measured = items.map((item) => ({ item, duration: durationOf(item) }));
  const known = measured
    .filter((one): one is { item: Item; duration: number } => one.duration !== undefined)
    .sort((a, b) => b.duration - a.duration)
    .map(({ item }) => item);
  const unknown = measured.flatMap(({ item, duration }) => (duration === undefined ? [item] : []));
  const middle = Math.ceil(known.length / 2);
  return [...known.slice(0, middle), ...unknown, ...known.slice(middle)];
}
