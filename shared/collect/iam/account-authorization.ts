import {
  type AttachedPolicy,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
  type GroupDetail,
  IAMClient,
  type ManagedPolicyDetail,
  type PolicyDetail,
  type RoleDetail,
  type UserDetail,
} from '@aws-sdk/client-iam';
import { allPages } from '../../aws/paginate.ts';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { type Iam, iamSchema } from '../../model/iam-facts.ts';
import { accountCollector } from '../collector.ts';

/** The most that AWS returns a page. */
const PAGE_SIZE = 1_000;

export const iam = accountCollector({
  fact: 'iam',
  actions: ['iam:GetAccountAuthorizationDetails'],
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
  collect({ aws, scope }) {
    const client = aws.client(IAMClient, scope.region);
    return read('iam:GetAccountAuthorizationDetails', async () => {
      const pages = await allPages(async (Marker) => {
        const answer = await client.send(
          new GetAccountAuthorizationDetailsCommand({
            Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'],
            MaxItems: PAGE_SIZE,
            Marker,
          }),
        );
        // Reduced page by page: AWS sends every version of every policy, most of which decide nothing.
        return { items: [toFacts(answer)], next: nextMarker(answer) };
      });
      return join(pages);
    });
  },
});

function nextMarker({ IsTruncated, Marker }: GetAccountAuthorizationDetailsResponse): string | undefined {
  if (IsTruncated && !Marker)
    throw new MalformedResponseError('there are more pages, but no marker of the next');
  return IsTruncated ? Marker : undefined;
}

/** AWS leaves out lists that are empty, but an account has at least one list: without any it is no answer. */
function toFacts(page: GetAccountAuthorizationDetailsResponse): Iam {
  const { RoleDetailList, UserDetailList, GroupDetailList, Policies } = page;
  if (!(RoleDetailList || UserDetailList || GroupDetailList || Policies)) {
    throw new MalformedResponseError('the answer holds no list');
  }
  return iamSchema.parse({
    roles: RoleDetailList?.map(toRole) ?? [],
    users: UserDetailList?.map(toUser) ?? [],
    groups: GroupDetailList?.map(toGroup) ?? [],
    managedPolicies: Policies?.flatMap(toManagedPolicy) ?? [],
  });
}

function join(pages: readonly Iam[]): Iam {
  return {
    roles: pages.flatMap(({ roles }) => roles),
    users: pages.flatMap(({ users }) => users),
    groups: pages.flatMap(({ groups }) => groups),
    managedPolicies: pages.flatMap(({ managedPolicies }) => managedPolicies),
  };
}

function toRole(role: RoleDetail) {
  return {
    arn: role.Arn,
    name: role.RoleName,
    path: role.Path,
    trustPolicy: decode(role.AssumeRolePolicyDocument),
    inlinePolicies: inlinePolicies(role.RolePolicyList),
    attachedPolicies: attachedPolicies(role.AttachedManagedPolicies),
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    instanceProfiles: (role.InstanceProfileList ?? []).map(({ Arn }) => Arn),
  };
}

function toUser(user: UserDetail) {
  return {
    arn: user.Arn,
    name: user.UserName,
    inlinePolicies: inlinePolicies(user.UserPolicyList),
    attachedPolicies: attachedPolicies(user.AttachedManagedPolicies),
    permissionsBoundary: user.PermissionsBoundary?.PermissionsBoundaryArn,
    groups: user.GroupList ?? [],
  };
}

function toGroup(group: GroupDetail) {
  return {
    arn: group.Arn,
    name: group.GroupName,
    inlinePolicies: inlinePolicies(group.GroupPolicyList),
    attachedPolicies: attachedPolicies(group.AttachedManagedPolicies),
  };
}

function inlinePolicies(policies: readonly PolicyDetail[] = []) {
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    name: PolicyName,
    document: decode(PolicyDocument),
  }));
}

function attachedPolicies(policies: readonly AttachedPolicy[] = []) {
  return policies.map(({ PolicyArn }) => PolicyArn);
}

/** A policy without the document of its default version is left out: what has it attached is then not judged. */
function toManagedPolicy({ Arn, DefaultVersionId, PolicyVersionList = [] }: ManagedPolicyDetail) {
  const version =
    PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion) ??
    PolicyVersionList.find(({ VersionId }) => VersionId !== undefined && VersionId === DefaultVersionId);
  return version?.Document === undefined ? [] : [{ arn: Arn, document: decode(version.Document) }];
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
