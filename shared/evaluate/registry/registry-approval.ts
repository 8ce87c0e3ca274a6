import type { ControlContext } from '../../model/control.ts';
import { isDomainOf } from '../../model/partition.ts';
import type { Budget } from '../patterns/budget.ts';
import { compileWildcards, matches } from '../patterns/pattern.ts';
import { isEmpty } from '../patterns/string-set.ts';
import { AWS_PUBLIC_REPOSITORIES, AWS_REGISTRY_ACCOUNTS } from './aws-registries.ts';

/** Whether images from a registry are approved. `unknown`: the registry may belong to the organization. */
export type Approval = 'approved' | 'unapproved' | 'unknown';

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com`, and its FIPS form; the dual-stack one ends in `on.aws`. */
const PRIVATE_ECR =
  /^(\d{12})\.(?:dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?!on\.)|dkr-ecr\.([a-z0-9-]+)\.(?=on\.))([a-z0-9.-]+)$/;

/** The other names of Docker Hub. */
const DOCKER_HUB_ALIASES = /^(?:registry-1\.docker\.io|index\.docker\.io|registry\.hub\.docker\.com)$/;

/**
 * Whether all images that a pattern such as `quay.io/team/*` matches come from approved registries: private ECR of the
 * organization, AWS's own and `approvedRegistries`.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function approvalOf(images: string, context: ControlContext, budget: Budget): Approval {
  const { settings, organization, scope, once } = context;
  const { host, repository } = splitName(images);
  const { approveAwsRegistries } = settings;
  const ofAws = approveAwsRegistries ? AWS_PUBLIC_REPOSITORIES : [];
  const patterns = once('approved registries', () =>
    [...ofAws, ...settings.approvedRegistries].map(splitName).map((pattern) => ({
      host: compileWildcards(pattern.host),
      repository: compileWildcards(pattern.repository),
    })),
  );
  const approved = patterns
    .filter((pattern) => matches(pattern.host, host))
    .map((pattern) => pattern.repository);
  if (isEmpty({ included: [[compileWildcards(repository)]], excluded: approved }, budget)) return 'approved';
  const accountId = privateRegistry(host, scope.partition);
  if (accountId === undefined) return 'unapproved';
  const isOfOrganization = accountId === scope.accountId || organization.accountIds.has(accountId);
  const isOfAws = approveAwsRegistries && AWS_REGISTRY_ACCOUNTS.has(accountId);
  if (isOfOrganization || isOfAws) return 'approved';
  return organization.membersUnreadable === undefined ? 'unapproved' : 'unknown';
}

/** The account of a host of private ECR. In another partition the same number is somebody else's account. */
export function privateRegistry(host: string, partition: string): string | undefined {
  const [, accountId, singleStack, dualStack, domain = ''] = PRIVATE_ECR.exec(host) ?? [];
  return isDomainOf(partition, singleStack ?? dualStack ?? '', domain) ? accountId : undefined;
}

/** A wildcard in the host is for no more than the host. `ghcr.io` alone means all images of the registry. */
function splitName(text: string): { readonly host: string; readonly repository: string } {
  const [first = '', ...rest] = text
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .split('/');
  const host = first.toLowerCase().replace(DOCKER_HUB_ALIASES, 'docker.io');
  const isOfficial = host === 'docker.io' && rest.length === 1 && !/[*?]/.test(rest[0] ?? '');
  return { host, repository: rest.length === 0 ? '*' : `${isOfficial ? 'library/' : ''}${rest.join('/')}` };
}
