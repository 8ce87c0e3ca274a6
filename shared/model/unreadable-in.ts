import type { Unreadable } from './evidence.ts';

/** Every piece of evidence in facts, or in a part of them, that is unreadable. */
export function unreadableIn(facts: unknown): Unreadable[] {
  if (typeof facts !== 'object' || facts === null) return [];
  return isUnreadable(facts) ? [facts] : Object.values(facts).flatMap(unreadableIn);
}

function isUnreadable(value: object): value is Unreadable {
  return 'state' in value && value.state === 'unreadable' && 'operation' in value;
}
