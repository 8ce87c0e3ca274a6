import type { Permission } from './constructs/least-privilege-role.ts';

/**
 * The resources of each action that the auditor calls in an account, as narrow as IAM supports. `*` is for actions
 * without resource-level permissions. Source: the Service Authorization Reference.
 */
export const ACTIONS_BY_RESOURCE: Readonly<Record<string, readonly string[]>> = {
  '*': [
    'ec2:DescribeInstances',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:DescribeRegions',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSubnets',
    'ecr:DescribePullThroughCacheRules',
    'ecr:GetRegistryPolicy',
    'ecr:GetRegistryScanningConfiguration',
    'eks:ListClusters',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeLoadBalancerPolicies',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeSSLPolicies',
    'elasticloadbalancing:DescribeTags',
    'iam:GetAccountAuthorizationDetails',
    'iam:ListOpenIDConnectProviders',
  ],
  'eks:*:{account}:cluster/*': [
    'eks:DescribeCluster',
    'eks:ListAccessEntries',
    'eks:ListAddons',
    'eks:ListFargateProfiles',
    'eks:ListIdentityProviderConfigs',
    'eks:ListNodegroups',
    'eks:ListPodIdentityAssociations',
  ],
  'eks:*:{account}:access-entry/*': ['eks:DescribeAccessEntry'],
  'eks:*:{account}:addon/*': ['eks:DescribeAddon'],
  'eks:*:{account}:fargateprofile/*': ['eks:DescribeFargateProfile'],
  'eks:*:{account}:identityproviderconfig/*': ['eks:DescribeIdentityProviderConfig'],
  'eks:*:{account}:nodegroup/*': ['eks:DescribeNodegroup'],
  'ecr:*:{account}:repository/*': [
    'ecr:BatchGetRepositoryScanningConfiguration',
    'ecr:DescribeRepositories',
    'ecr:GetRepositoryPolicy',
  ],
  'kms:*:*:key/*': ['kms:DescribeKey'],
  'account::{account}:account': ['account:ListRegions'],
  'securityhub:*:{account}:hub/default': ['securityhub:BatchUpdateFindings', 'securityhub:GetFindings'],
  'securityhub:*:{account}:product/{account}/default': ['securityhub:BatchImportFindings'],
};

/** The reasons for wildcards in resources. */
const WILDCARD_REASONS: Readonly<Record<string, string>> = {
  '*': 'These actions read, and support no resource-level permissions.',
  'kms:*:*:key/*':
    'A cluster may be encrypted with a key of another account, whose key policy has to allow it as well.',
};
const DEFAULT_REASON =
  'All resources of the account are audited in every Region, and their names are not known.';

/**
 * The permissions for `actions` on the resources of one account. Throws when an action is not in ACTIONS_BY_RESOURCE, so
 * that a missing line never grants an action on all resources.
 */
export function permissionsFor(
  actions: readonly string[],
  { partition, account }: { readonly partition: string; readonly account: string },
): readonly Permission[] {
  const remaining = new Set(actions);
  const permissions = Object.entries(ACTIONS_BY_RESOURCE).flatMap(([resource, known]): Permission[] => {
    const requested = known.filter((action) => remaining.delete(action));
    if (requested.length === 0) return [];
    const name = resource === '*' ? '*' : `arn:${partition}:${resource.replaceAll('{account}', account)}`;
    return [
      { actions: requested, resources: [name], wildcard: WILDCARD_REASONS[resource] ?? DEFAULT_REASON },
    ];
  });
  if (remaining.size > 0) {
    throw new Error(
      `No resources are known for ${[...remaining].join(', ')}: add to ACTIONS_BY_RESOURCE in infra/cdk/action-resources.ts`,
    );
  }
  return permissions;
}
