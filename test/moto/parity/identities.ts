import {
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Account } from '../account.ts';
import { ONLY_AWS, type Request, under } from './request.ts';

const MANAGED_POLICY = {
  'Policies[].PermissionsBoundaryUsageCount': ONLY_AWS,
  'Policies[].PolicyId': ONLY_AWS,
  'Policies[].PolicyName': ONLY_AWS,
};

export const identityRequests: readonly Request[] = [
  {
    request: 'iam:GetAccountAuthorizationDetails of users',
    send: ({ member }) => authorizationDetails(member, 'User'),
    exact: under(
      'UserDetailList[]',
      'UserName GroupList[] UserPolicyList[].PolicyName UserPolicyList[].PolicyDocument',
    ),
    differences: { 'UserDetailList[].Tags': ONLY_AWS },
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of groups',
    send: ({ member }) => authorizationDetails(member, 'Group'),
    exact: under(
      'GroupDetailList[]',
      'GroupName GroupPolicyList[].PolicyName GroupPolicyList[].PolicyDocument',
    ),
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of roles',
    send: ({ member }) => authorizationDetails(member, 'Role'),
    exact: [
      'RoleDetailList[].RolePolicyList[].PolicyName',
      'RoleDetailList[].RolePolicyList[].PolicyDocument',
    ],
    leftOut: [
      'RoleDetailList[].RoleLastUsed.LastUsedDate',
      ...under(
        'RoleDetailList[].InstanceProfileList[]',
        'Roles[].MaxSessionDuration Roles[].RoleLastUsed Tags',
      ),
    ],
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of own policies',
    send: ({ member }) => authorizationDetails(member, 'LocalManagedPolicy'),
    exact: under(
      'Policies[]',
      'DefaultVersionId AttachmentCount PolicyVersionList[].VersionId PolicyVersionList[].Document',
    ),
    leftOut: ['Policies[].Description'],
    differences: MANAGED_POLICY,
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of AWS’s policies',
    send: ({ member }) => authorizationDetails(member, 'AWSManagedPolicy'),
    leftOut: ['Policies[].Description'],
    differences: {
      ...MANAGED_POLICY,
      'Policies[].Arn': 'AWS answers with those in use; moto with all it has, which have other paths as well',
    },
  },
  {
    request: 'iam:GetRole of none',
    send: ({ member }) => iam(member).send(new GetRoleCommand({ RoleName: 'none' })),
  },
  {
    request: 'iam:ListOpenIDConnectProviders',
    send: ({ member }) => iam(member).send(new ListOpenIDConnectProvidersCommand({})),
  },
  {
    request: 'iam:GetOpenIDConnectProvider',
    send: ({ member, ids }) =>
      iam(member).send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: ids.oidcProvider })),
    exact: ['Url', 'ClientIDList[]'],
  },
  {
    request: 'iam:GetOpenIDConnectProvider of none',
    send: ({ member, ids }) =>
      iam(member).send(
        new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: `${ids.oidcProvider}-NONE` }),
      ),
  },
  {
    request: 'iam:GetRole',
    send: ({ member }) => iam(member).send(new GetRoleCommand({ RoleName: 'node' })),
    exact: ['Role.RoleName', 'Role.Path'],
    differences: { 'Role.Tags': ONLY_AWS },
  },
  {
    request: 'iam:ListRolePolicies',
    send: ({ member }) => iam(member).send(new ListRolePoliciesCommand({ RoleName: 'node' })),
    exact: ['PolicyNames[]'],
  },
  {
    request: 'iam:GetRolePolicy',
    send: ({ member }) =>
      iam(member).send(new GetRolePolicyCommand({ RoleName: 'node', PolicyName: 'inline' })),
    exact: ['PolicyDocument'],
  },
  {
    request: 'iam:GetRolePolicy of none',
    send: ({ member }) =>
      iam(member).send(new GetRolePolicyCommand({ RoleName: 'node', PolicyName: 'none' })),
  },
  {
    request: 'iam:ListAttachedRolePolicies',
    send: ({ member }) => iam(member).send(new ListAttachedRolePoliciesCommand({ RoleName: 'node' })),
    exact: ['AttachedPolicies[].PolicyName'],
  },
  {
    request: 'iam:GetInstanceProfile',
    send: ({ member }) => iam(member).send(new GetInstanceProfileCommand({ InstanceProfileName: 'nodes' })),
    exact: ['InstanceProfile.Roles[].RoleName'],
    leftOut: under('InstanceProfile', 'Roles[].MaxSessionDuration Roles[].RoleLastUsed Tags'),
  },
  {
    request: 'iam:GetInstanceProfile of none',
    send: ({ member }) => iam(member).send(new GetInstanceProfileCommand({ InstanceProfileName: 'none' })),
  },
  {
    request: 'iam:GetPolicy',
    send: ({ member, ids }) => iam(member).send(new GetPolicyCommand({ PolicyArn: ids.boundary })),
    exact: under('Policy', 'PolicyName DefaultVersionId AttachmentCount IsAttachable'),
    leftOut: ['Policy.Tags'],
    differences: { 'Policy.PermissionsBoundaryUsageCount': ONLY_AWS },
  },
  {
    request: 'iam:GetPolicy of none',
    send: ({ member, ids }) => iam(member).send(new GetPolicyCommand({ PolicyArn: `${ids.boundary}-none` })),
  },
  {
    request: 'iam:GetPolicyVersion',
    send: ({ member, ids }) =>
      iam(member).send(new GetPolicyVersionCommand({ PolicyArn: ids.boundary, VersionId: 'v1' })),
    exact: under('PolicyVersion', 'Document VersionId IsDefaultVersion'),
    differences: { 'PolicyVersion.Document': 'AWS documents URL-encoding; moto does so everywhere but here' },
  },
  {
    request: 'iam:GetPolicyVersion of none',
    send: ({ member, ids }) =>
      iam(member).send(new GetPolicyVersionCommand({ PolicyArn: ids.boundary, VersionId: 'v9' })),
  },
];

const iam = (account: Account) => account.client(IAMClient);

function authorizationDetails(member: Account, type: EntityType) {
  return iam(member).send(new GetAccountAuthorizationDetailsCommand({ Filter: [type] }));
}
