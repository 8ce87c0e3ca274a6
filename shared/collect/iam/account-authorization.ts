import { actionsOf } from '../../aws/operation.ts';
import {
  type AuthorizationDetails,
  type DescribedGroup,
  type DescribedManagedPolicy,
  type DescribedRole,
  type DescribedUser,
  getAccountAuthorizationDetails,
} from '../../aws/operations/iam.ts';
import { mapReading } from '../../model/evidence.ts';
import type { Iam, IamGroup, IamRole, IamUser, ManagedPolicy } from '../../model/iam-facts.ts';
import { accountCollector } from '../collector.ts';

/** The most that AWS returns a page. */
const PAGE_SIZE = 1_000;

export const iam = accountCollector({
  fact: 'iam',
  actions: actionsOf(getAccountAuthorizationDetails),
  events: [
    'iam:AcquireRole',
    'iam:AddRoleToInstanceProfile',
    'iam:AddUserToGroup',
    'iam:AttachGroupPolicy',
    'iam:AttachRolePolicy',
    'iam:AttachUserPolicy',
    'iam:CreateGroup',
    'iam:CreateInstanceProfile',
    'iam:CreatePolicy',
    'iam:CreatePolicyVersion',
    'iam:CreateRole',
    'iam:CreateServiceLinkedRole',
    'iam:CreateUser',
    'iam:DeleteGroup',
    'iam:DeleteGroupPolicy',
    'iam:DeleteInstanceProfile',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:DeleteRole',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteRolePolicy',
    'iam:DeleteServiceLinkedRole',
    'iam:DeleteUser',
    'iam:DeleteUserPermissionsBoundary',
    'iam:DeleteUserPolicy',
    'iam:DetachGroupPolicy',
    'iam:DetachRolePolicy',
    'iam:DetachUserPolicy',
    'iam:PutGroupPolicy',
    'iam:PutRolePermissionsBoundary',
    'iam:PutRolePolicy',
    'iam:PutUserPermissionsBoundary',
    'iam:PutUserPolicy',
    'iam:RemoveRoleFromInstanceProfile',
    'iam:RemoveUserFromGroup',
    'iam:SetDefaultPolicyVersion',
    'iam:UpdateAssumeRolePolicy',
    'iam:UpdateGroup',
    'iam:UpdateUser',
  ],
  async collect({ list }) {
    const pages = await list(getAccountAuthorizationDetails, {
      Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'],
      MaxItems: PAGE_SIZE,
    });
    return mapReading(pages, toIam);
  },
});

function toIam(pages: readonly AuthorizationDetails[]): Iam {
  return {
    roles: pages.flatMap(({ RoleDetailList: roles }) => roles.map(toRole)),
    users: pages.flatMap(({ UserDetailList: users }) => users.map(toUser)),
    groups: pages.flatMap(({ GroupDetailList: groups }) => groups.map(toGroup)),
    managedPolicies: pages.flatMap(({ Policies: policies }) => policies.flatMap(toManagedPolicy)),
  };
}

function toRole(role: DescribedRole): IamRole {
  return {
    arn: role.Arn,
    name: role.RoleName,
    path: role.Path,
    trustPolicy: withoutExternalIds(decode(role.AssumeRolePolicyDocument)),
    inlinePolicies: inlinePolicies(role.RolePolicyList),
    attachedPolicies: attachedPolicies(role),
    ...boundaryOf(role),
    instanceProfiles: role.InstanceProfileList.map(({ Arn }) => Arn),
  };
}

function toUser(user: DescribedUser): IamUser {
  return {
    arn: user.Arn,
    name: user.UserName,
    inlinePolicies: inlinePolicies(user.UserPolicyList),
    attachedPolicies: attachedPolicies(user),
    ...boundaryOf(user),
    groups: user.GroupList,
  };
}

function toGroup(group: DescribedGroup): IamGroup {
  return {
    arn: group.Arn,
    name: group.GroupName,
    inlinePolicies: inlinePolicies(group.GroupPolicyList),
    attachedPolicies: attachedPolicies(group),
  };
}

function inlinePolicies(policies: DescribedRole['RolePolicyList'] = []): IamRole['inlinePolicies'] {
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    name: PolicyName,
    document: decode(PolicyDocument),
  }));
}

function attachedPolicies({
  AttachedManagedPolicies,
}: Pick<DescribedRole, 'AttachedManagedPolicies'>): string[] {
  return AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn);
}

function boundaryOf({ PermissionsBoundary: boundary }: Pick<DescribedRole, 'PermissionsBoundary'>) {
  return boundary && { permissionsBoundary: boundary.PermissionsBoundaryArn };
}

/** A policy without the document of its default version is left out: what has it attached is then not judged. */
function toManagedPolicy({
  Arn,
  DefaultVersionId,
  PolicyVersionList,
}: DescribedManagedPolicy): ManagedPolicy[] {
  const version =
    PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion) ??
    PolicyVersionList.find(({ VersionId }) => VersionId === DefaultVersionId);
  return version?.Document === undefined ? [] : [{ arn: Arn, document: decode(version.Document) }];
}

/**
 * A trust policy without the external ids that it expects, ours among them: they decide nothing that is judged, and are not
 * to be where facts are kept. `true` and `false` are those of the operator Null. The rest means what it did.
 */
function withoutExternalIds(trustPolicy: string): string {
  if (!/sts:ExternalId/i.test(trustPolicy)) return trustPolicy;
  try {
    const hide = (value: unknown) => (/^(true|false)$/i.test(String(value)) ? value : '…');
    return JSON.stringify(JSON.parse(trustPolicy), (key, value: unknown) => {
      if (key.toLowerCase() !== 'sts:externalid') return value;
      return Array.isArray(value) ? value.map(hide) : hide(value);
    });
  } catch (error) {
    // IAM stores none such; it is malformed for the controls, too.
    if (error instanceof SyntaxError) return trustPolicy;
    throw error;
  }
}

/** IAM URL-encodes documents. One that cannot be decoded stays as it is, and is malformed for the controls. */
function decode(document = ''): string {
  try {
    return document.startsWith('{') ? document : decodeURIComponent(document);
  } catch (error) {
    if (error instanceof URIError) return document;
    throw error;
  }
}
