import type { ControlContext } from '../../model/control.ts';
import { isDomainOf } from '../../model/partition.ts';
import type { Budget } from '../patterns/budget.ts';
import { compileWildcards } from '../patterns/pattern.ts';
import { isEmpty } from '../patterns/string-set.ts';

/** Whether images from a registry are approved. `unknown`: the registry may belong to the organization. */
export type Approval = 'approved' | 'unapproved' | 'unknown';

/** Where AWS's own images come from when they are not in the registries below. */
const EKS_PUBLIC_REGISTRY = 'public.ecr.aws/eks/*';

/**
 * The accounts whose registries hold the images of EKS add-ons, one or more Regions each. EKS User Guide, "View Amazon
 * container image registries for Amazon EKS add-ons".
 */
const EKS_ADDON_ACCOUNTS: ReadonlySet<string> = new Set([
  '013241004608',
  '066635153087',
  '121268973566',
  '151742754352',
  '296578399912',
  '333609536671',
  '455263428931',
  '491585149902',
  '533267051163',
  '558608220178',
  '590381155156',
  '602401143452',
  '730335286997',
  '759879836304',
  '761377655185',
  '800184023465',
  '877085696533',
  '900612956339',
  '900889452093',
  '918309763551',
  '961992271922',
]);

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com`, and its FIPS and dual-stack forms in every partition. */
const PRIVATE_ECR = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$/;

/** The other names of Docker Hub. */
const DOCKER_HUB_ALIASES = /^(?:registry-1\.docker\.io|index\.docker\.io|registry\.hub\.docker\.com)(?=\/|$)/;

/**
 * Whether all images that a pattern such as `quay.io/team/*` matches come from approved registries: private ECR of the
 * organization, the registries of EKS add-ons, `public.ecr.aws/eks/*` and `approvedRegistries`.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function approvalOf(images: string, context: ControlContext, budget: Budget): Approval {
  const { settings, organization, scope } = context;
  const name = normalizedName(images);
  const approved = [EKS_PUBLIC_REGISTRY, ...settings.approvedRegistries.map(wholeRegistry)].map(
    compileWildcards,
  );
  if (isEmpty({ included: [[compileWildcards(name)]], excluded: approved }, budget)) return 'approved';
  const accountId = privateRegistry(name.split('/')[0] ?? '', scope.partition);
  if (accountId === undefined) return 'unapproved';
  const isOfOrganization = accountId === scope.accountId || organization.accountIds.has(accountId);
  if (isOfOrganization || EKS_ADDON_ACCOUNTS.has(accountId)) return 'approved';
  return organization.membersUnreadable === undefined ? 'unapproved' : 'unknown';
}

/** The account of a host of private ECR. In another partition the same number is somebody else's account. */
function privateRegistry(host: string, partition: string): string | undefined {
  const [, accountId, region = '', domain = ''] = PRIVATE_ECR.exec(host) ?? [];
  return isDomainOf(partition, region, domain) ? accountId : undefined;
}

/** `ghcr.io` alone means all images of the registry. */
function wholeRegistry(approved: string): string {
  const name = normalizedName(approved);
  return name.includes('/') || name.endsWith('*') ? name : `${name}/*`;
}

function normalizedName(name: string): string {
  return name
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(DOCKER_HUB_ALIASES, 'docker.io');
}
