import type { Named } from '../model/evidence.ts';

/** Those of a list that had not been deleted by the time they were to be described. */
export function stillThere<T>(list: readonly Named<T>[]): Named<T>[] {
  return list.filter(({ detail }) => detail.state !== 'unreadable' || detail.kind !== 'gone');
}
