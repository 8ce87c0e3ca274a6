import { associateAccessPolicy, createAccessEntry } from '../../shared/aws/operations/eks-access.ts';
import { ACCESS_GROUP, viewPolicyArn } from '../../shared/model/cluster-access.ts';
import type { Permission } from './constructs/least-privilege-role.ts';
import type { DeployedConfig } from './deployment-config.ts';

/** To assume the roles of audited accounts: the one that reads, and the one that gives it access to clusters where there is one. */
export function assumePermission({ deployment, config }: DeployedConfig): Permission {
  const { role, kubernetes } = config;
  const names = kubernetes.access === 'managed' ? [role.name, role.accessName] : [role.name];
  const tags = Object.keys(role.sessionTags);
  return {
    actions: ['sts:AssumeRole', ...(tags.length > 0 ? ['sts:TagSession'] : [])],
    resources: names.map((name) => `arn:${deployment.partition}:iam::*:role/${name}`),
    conditions: { StringEquals: { 'aws:ResourceOrgID': deployment.organizationId } },
    wildcard: 'The member role of any account of the organization, and the role that gives it access.',
  };
}

interface AccessTarget {
  readonly partition: string;
  readonly account: string;
  /** With its path if it has one. */
  readonly memberRole: string;
}

const ANY_CLUSTER = 'Clusters of every Region may be audited, and their names are not known.';

/**
 * What it takes to give the member role, and nobody else, access to the clusters of its account: an entry of its own without
 * any other user name and group than the auditor's, and the policy that lets it view.
 *
 * EKS lists these condition keys for CreateAccessEntry and AssociateAccessPolicy; a request that names no group or user has
 * none of theirs, so they confine what is named. Whose entry it is stands in the entry's ARN:
 * `access-entry/<cluster>/role/<account>/<role>/<id>`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
 */
export function accessPermissions({ partition, account, memberRole }: AccessTarget): readonly Permission[] {
  const name = memberRole.slice(memberRole.lastIndexOf('/') + 1);
  const entry = `arn:${partition}:eks:*:${account}:access-entry/*/role/${account}`;
  return [
    {
      actions: [createAccessEntry.action],
      resources: [`arn:${partition}:eks:*:${account}:cluster/*`],
      conditions: {
        StringEquals: {
          'eks:principalArn': `arn:${partition}:iam::${account}:role/${memberRole}`,
          'eks:accessEntryType': 'STANDARD',
        },
        'ForAllValues:StringEquals': { 'eks:kubernetesGroups': [ACCESS_GROUP] },
        // The user name that EKS gives a role by default. https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
        StringEqualsIfExists: {
          'eks:username': ['', `arn:${partition}:sts::${account}:assumed-role/${name}/{{SessionName}}`],
        },
      },
      wildcard: ANY_CLUSTER,
    },
    {
      actions: [associateAccessPolicy.action],
      // Whether EKS keeps a role's path here is not documented.
      resources: [...new Set([memberRole, name])].map((role) => `${entry}/${role}/*`),
      conditions: {
        StringEquals: { 'eks:policyArn': viewPolicyArn(partition), 'eks:accessScope': 'cluster' },
      },
      wildcard: ANY_CLUSTER,
    },
  ];
}
