import { absent, type Evidence, malformed } from '../../model/evidence.ts';
import { type LaunchTemplate, launchTemplateKey, type NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { lookup } from '../../model/record.ts';

/** The launch template that a node group's owner gave it; absent when there is none. */
export function launchTemplateOf(
  { launchTemplate }: Nodegroup,
  launchTemplates: NetworkFacts['launchTemplates'],
): Evidence<LaunchTemplate> {
  if (launchTemplate === undefined) return absent;
  if (launchTemplates.state === 'unreadable') return launchTemplates;
  const key = launchTemplateKey(launchTemplate);
  const missing = malformed('ec2:DescribeLaunchTemplateVersions', `there is no version ${key}`);
  return lookup(launchTemplates.value, key) ?? missing;
}
