import { type Judgement, notAvailable } from '../model/control.ts';
import { listed } from './wording.ts';

/** The judgement that something may belong to the organization or not, as not all of its accounts are known. */
export function ownerUnknown(what: readonly string[]): Judgement<never> {
  const detail = `whether these belong to the organization is not known: ${listed(what)}`;
  const operation = 'organizations:ListAccounts';
  const judgement = notAvailable({
    state: 'unreadable',
    kind: 'failed',
    code: 'OrganizationUnknown',
    operation,
    detail,
  });
  return { ...judgement, reason: `Not judged, because ${detail}.` };
}
