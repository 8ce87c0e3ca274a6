import { type Named, type Reading, type Unreadable, unreadableOf } from '../model/evidence.ts';

/** The items that a condition holds for, and what could not be read to decide on the others. */
export interface ReadableMatches<T> {
  readonly matches: readonly T[];
  readonly unreadable: readonly Unreadable[];
}

/** Keeps the items that a condition holds for, as far as it can be read. */
export function filterReadable<T>(
  items: readonly T[],
  condition: (item: T) => Reading<boolean>,
): ReadableMatches<T> {
  const results = items.map((item) => ({ item, result: condition(item) }));
  return {
    matches: results.flatMap(({ item, result }) =>
      result.state === 'present' && result.value ? [item] : [],
    ),
    unreadable: unreadableOf(results.map(({ result }) => result)),
  };
}

/** Leaves out the items that were deleted after they were listed and before they could be described. */
export function withoutDeleted<T>(items: readonly Named<T>[]): Named<T>[] {
  return items.filter(({ detail }) => detail.state !== 'unreadable' || detail.kind !== 'gone');
}
