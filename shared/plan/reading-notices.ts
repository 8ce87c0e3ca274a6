import { describeFailure, type Unreadable } from '../model/evidence.ts';
import type { Notice } from '../model/run.ts';

/* What was refused and another operation told, or what is only shown: no gap, but nothing is kept silent about. Pure. */

/** Who was asked, and where. */
type Place = Pick<Notice, 'accountId' | 'region'>;

/** Of an account whose Regions could not be listed as they should be. */
export function regionNotices(refused: readonly Unreadable[], place: Place): Notice[] {
  if (refused.length === 0) return [];
  const isAnswered = refused.length === 1;
  const instead = isAnswered
    ? 'The Regions are those that ec2:DescribeRegions answered.'
    : 'The Regions of the configuration were tried without knowing whether they are enabled.';
  return [notice('REGIONS_NOT_LISTED', refused, instead, place)];
}

/** Of an organization whose OUs could not be read, or whose accounts, where others were asked for. */
export function organizationNotices(
  { units, members }: { readonly units?: Unreadable | undefined; readonly members?: Unreadable | undefined },
  place: Place,
): Notice[] {
  const withoutUnits = 'The organizational units of accounts are not shown.';
  const withoutMembers = 'What depends on which accounts are of the organization is not available.';
  return [
    ...(units ? [notice('ORGANIZATION_PARTLY_READ', [units], withoutUnits, place)] : []),
    ...(members ? [notice('ORGANIZATION_PARTLY_READ', [members], withoutMembers, place)] : []),
  ];
}

function notice(
  code: Notice['code'],
  refused: readonly Unreadable[],
  consequence: string,
  place: Place,
): Notice {
  return { code, ...place, detail: `${consequence} Why: ${refused.map(describeFailure).join(', and ')}.` };
}
