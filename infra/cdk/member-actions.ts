import { REGION_ACTIONS } from '../../shared/aws/regions.ts';
import { LIST_ACTIONS } from '../../shared/collect/collect-account.ts';
import { collectors } from '../../shared/collect/index.ts';
import { SECURITY_HUB_ACTIONS } from '../../shared/publish/security-hub.ts';

/** The IAM actions that the auditor needs in an audited account, as the code that calls them declares. Sorted and unique. */
export function memberActions(): readonly string[] {
  const declared = [
    ...REGION_ACTIONS,
    ...LIST_ACTIONS,
    ...SECURITY_HUB_ACTIONS,
    ...collectors.flatMap((collector) => collector.actions),
  ];
  return [...new Set(declared)].toSorted();
}
