import { type Evidence, present, type Reading, type Unreadable } from '../model/evidence.ts';

type Entry<E> = readonly [key: string, evidence: E];

/**
 * Leaves out what was deleted since it was listed. Of that AWS says that there is no such thing; but it is deleted only
 * if a second list does not hold it either: nothing may drop out because of one answer that contradicts another.
 * Unreadable as gone when the second list says that what the things belong to is gone.
 */
export async function withoutDeleted<E extends Evidence<unknown>>(
  entries: readonly Entry<E>[],
  listAgain: () => Promise<Reading<readonly string[]>>,
): Promise<Reading<readonly Entry<E | Unreadable>[]>> {
  if (!entries.some(([, evidence]) => isGone(evidence))) return present(entries);
  const again = await listAgain();
  if (isGone(again)) return again;
  const listed = new Set(again.state === 'present' ? again.value : entries.map(([key]) => key));
  return present(
    entries.flatMap(([key, evidence]): Entry<E | Unreadable>[] => {
      if (!isGone(evidence)) return [[key, evidence]];
      return listed.has(key) ? [[key, { ...evidence, kind: 'failed' }]] : [];
    }),
  );
}

function isGone(evidence: Evidence<unknown>): evidence is Unreadable {
  return evidence.state === 'unreadable' && evidence.kind === 'gone';
}
