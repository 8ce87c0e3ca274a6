import { type Judgement, notAvailable } from '../../model/control.ts';
import type { Unreadable } from '../../model/evidence.ts';
import { formatList } from '../formatting.ts';

/** The judgement that too little of the organization could be read to tell whether these belong to it. */
export function membershipUnknown(
  names: readonly string[],
  unreadable: Iterable<Unreadable>,
): Judgement<never> {
  const judgement = notAvailable([...new Set(unreadable)]);
  const unknown = `Whether these belong to the organization is not known: ${formatList(names)}.`;
  return { ...judgement, reason: `${judgement.reason} ${unknown}` };
}
