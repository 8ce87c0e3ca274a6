import type { Permission } from './constructs/least-privilege-role.ts';

/**
 * The resources of each action that the auditor asks for in an account, so that a policy names them as narrowly as IAM
 * can. `*` is of actions that know no resource. Source: the Service Authorization Reference.
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

const WILDCARDS: Readonly<Record<string, string>> = {
  '*': 'These actions read, and know no resource to be limited to.',
  'kms:*:*:key/*':
    'A cluster may be encrypted with a key of another account; that key’s policy has to allow it as well.',
};
const EVERY_ONE =
  'Every one of the account is audited, in every Region; clusters that do not exist yet have no name.';

/**
 * The permissions for `actions` on the resources of one account. Throws when an action's resources are not known here,
 * so that none is ever granted on everything for want of a line in the table.
 */
export function permissionsFor(
  actions: readonly string[],
  { partition, account }: { readonly partition: string; readonly account: string },
): readonly Permission[] {
  const wanted = new Set(actions);
  const permissions = Object.entries(ACTIONS_BY_RESOURCE).flatMap(([resource, known]): Permission[] => {
    const chosen = known.filter((action) => wanted.delete(action));
    if (chosen.length === 0) return [];
    const name = resource === '*' ? '*' : `arn:${partition}:${resource.replaceAll('{account}', account)}`;
    return [{ actions: chosen, resources: [name], wildcard: WILDCARDS[resource] ?? EVERY_ONE }];
  });
  if (wanted.size > 0) {
    throw new Error(
      `No resources are known for ${[...wanted].join(', ')}: add to ACTIONS_BY_RESOURCE in infra/cdk/action-resources.ts`,
    );
  }
  return permissions;
}
