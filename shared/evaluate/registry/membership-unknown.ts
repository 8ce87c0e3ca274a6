import { type Judgement, notAvailable } from '../../model/control.ts';
import { formatList } from '../formatting.ts';

/** The judgement that not all accounts of the organization are known, and these may or may not belong to it. */
export function membershipUnknown(names: readonly string[]): Judgement<never> {
  const detail = `whether these belong to the organization is not known: ${formatList(names)}`;
  const judgement = notAvailable({
    state: 'unreadable',
    kind: 'failed',
    code: 'OrganizationUnknown',
    operation: 'organizations:ListAccounts',
    detail,
  });
  return { ...judgement, reason: `Not judged, because ${detail}.` };
}
