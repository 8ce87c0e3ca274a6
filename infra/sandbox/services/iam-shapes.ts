import { createdAt } from '../resources/context.ts';
import {
  type GroupResource,
  iamArn,
  iamId,
  type PolicyResource,
  type RoleResource,
  type UserResource,
} from '../resources/iam.ts';
import type { Call } from '../service.ts';
import { identities, permissionsBoundaries, rolesOf, scopeOf } from './iam-entities.ts';

/** A policy document as IAM answers with it: URL-encoded (RFC 3986), even inside XML. */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function attachedShape(arns: readonly string[]) {
  return arns.map((PolicyArn) => ({
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    PolicyArn,
  }));
}

function inlineShape(inline: Readonly<Record<string, string>>) {
  return Object.entries(inline).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodedDocument(document),
  }));
}

export function tagShape(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function boundaryShape(arn: string | null) {
  return arn === null ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn };
}

export function roleShape({ path, name, id, arn, trust, boundary, tags }: RoleResource) {
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: arn,
    CreateDate: createdAt,
    AssumeRolePolicyDocument: encodedDocument(trust),
    PermissionsBoundary: boundaryShape(boundary),
    Tags: tagShape(tags),
  };
}

export function profileShape(call: Call, InstanceProfileName: string) {
  const Arn = iamArn(scopeOf(call), 'instance-profile', '/', InstanceProfileName);
  const holders = rolesOf(call).filter(({ instanceProfiles }) =>
    instanceProfiles.includes(InstanceProfileName),
  );
  return {
    Path: '/',
    InstanceProfileName,
    InstanceProfileId: iamId('instance-profile', Arn),
    Arn,
    CreateDate: createdAt,
    Roles: holders.map(roleShape),
  };
}

export function roleDetail(call: Call, role: RoleResource) {
  return {
    ...roleShape(role),
    InstanceProfileList: role.instanceProfiles.map((name) => profileShape(call, name)),
    RolePolicyList: inlineShape(role.inline),
    AttachedManagedPolicies: attachedShape(role.attached),
    RoleLastUsed: {},
  };
}

export function userDetail({ path, name, id, arn, inline, groups, attached, boundary, tags }: UserResource) {
  return {
    Path: path,
    UserName: name,
    UserId: id,
    Arn: arn,
    CreateDate: createdAt,
    UserPolicyList: inlineShape(inline),
    GroupList: groups,
    AttachedManagedPolicies: attachedShape(attached),
    PermissionsBoundary: boundaryShape(boundary),
    Tags: tagShape(tags),
  };
}

export function groupDetail({ path, name, id, arn, inline, attached }: GroupResource) {
  return {
    Path: path,
    GroupName: name,
    GroupId: id,
    Arn: arn,
    CreateDate: createdAt,
    GroupPolicyList: inlineShape(inline),
    AttachedManagedPolicies: attachedShape(attached),
  };
}

export function policyShape(call: Call, { name, id, arn, path, versions }: PolicyResource) {
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: versions.find(({ isDefault }) => isDefault)?.id,
    AttachmentCount: identities(call).filter(({ attached }) => attached.includes(arn)).length,
    PermissionsBoundaryUsageCount: permissionsBoundaries(call).filter((boundary) => boundary === arn).length,
    IsAttachable: true,
    CreateDate: createdAt,
    UpdateDate: createdAt,
  };
}

export function versionShape({ id, document, isDefault }: PolicyResource['versions'][number]) {
  return {
    Document: encodedDocument(document),
    VersionId: id,
    IsDefaultVersion: isDefault,
    CreateDate: createdAt,
  };
}

export function policyDetail(call: Call, policy: PolicyResource) {
  return { ...policyShape(call, policy), PolicyVersionList: policy.versions.toReversed().map(versionShape) };
}
