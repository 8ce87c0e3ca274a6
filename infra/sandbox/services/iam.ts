import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { queryProtocol } from '../protocols/query.ts';
import { createdAt, type Place } from '../resources/context.ts';
import {
  type GroupResource,
  iamArn,
  iamId,
  makePolicy,
  type PolicyResource,
  type RoleResource,
  roleOfAssumable,
  type UserResource,
} from '../resources/iam.ts';
import { managedPolicyDocument } from '../resources/managed-policies.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404);
const page = {
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
  Marker: z.string().min(1).optional(),
};
const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const policyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);

type PageParams = { readonly MaxItems: number; readonly Marker?: string | undefined };

/** Documents travel URL-encoded (RFC 3986), even inside XML. */
function encoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function placeOf({ account, state }: Call): Place {
  return { partition: state.world.partition, accountId: account.id, region: '' };
}

/** All roles, those that the world describes only by whom they trust among them. */
function rolesOf(call: Call): RoleResource[] {
  const { iam, roles } = call.account;
  const assumable = roles.filter(({ name }) => !iam.roles.some((role) => role.name === name));
  return [...iam.roles, ...assumable.map((role) => roleOfAssumable(placeOf(call), role))];
}

function findRole(call: Call, name: string): RoleResource {
  const role = rolesOf(call).find((each) => each.name === name);
  if (role === undefined) {
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }
  return role;
}

/** The customer managed policies, and the AWS managed ones that something is attached to or bounded by. */
function policiesOf(call: Call): PolicyResource[] {
  const { iam } = call.account;
  const known = new Set(iam.policies.map(({ arn }) => arn));
  const used = [...identities(call).flatMap(({ attached }) => attached), ...boundaries(call)];
  const managed = [...new Set(used)]
    .filter((arn) => !known.has(arn))
    .flatMap((arn) => managedPolicy(call, arn));
  return [...iam.policies, ...managed];
}

/** An AWS managed policy that the sandbox knows, as a list of one or none. */
function managedPolicy(call: Call, arn: string): PolicyResource[] {
  const document = managedPolicyDocument(arn);
  return document === undefined ? [] : [makePolicy(placeOf(call), arn, { document })];
}

function identities(call: Call) {
  const { users, groups } = call.account.iam;
  return [...users, ...groups, ...rolesOf(call)];
}

function boundaries(call: Call): string[] {
  return [...call.account.iam.users, ...rolesOf(call)].flatMap(({ boundary }) =>
    boundary === null ? [] : [boundary],
  );
}

function findPolicy(call: Call, arn: string): PolicyResource {
  const policy = call.account.iam.policies.find((each) => each.arn === arn) ?? managedPolicy(call, arn)[0];
  if (policy === undefined) {
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
  return policy;
}

function isAwsManaged({ arn }: PolicyResource): boolean {
  return arn.includes(':iam::aws:');
}

function attachedShape(arns: readonly string[]) {
  return arns.map((PolicyArn) => ({
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    PolicyArn,
  }));
}

function inlineShape(inline: Readonly<Record<string, string>>) {
  return Object.entries(inline).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encoded(document),
  }));
}

function tagShape(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function boundaryShape(arn: string | null) {
  return arn === null ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn };
}

function roleShape({ path, name, id, arn, trust, boundary, tags }: RoleResource) {
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: arn,
    CreateDate: createdAt,
    AssumeRolePolicyDocument: encoded(trust),
    PermissionsBoundary: boundaryShape(boundary),
    Tags: tagShape(tags),
  };
}

function profileShape(call: Call, InstanceProfileName: string) {
  const Arn = iamArn(placeOf(call), 'instance-profile', '/', InstanceProfileName);
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

function roleDetail(call: Call, role: RoleResource) {
  return {
    ...roleShape(role),
    InstanceProfileList: role.instanceProfiles.map((name) => profileShape(call, name)),
    RolePolicyList: inlineShape(role.inline),
    AttachedManagedPolicies: attachedShape(role.attached),
    RoleLastUsed: {},
  };
}

function userDetail({ path, name, id, arn, inline, groups, attached, boundary, tags }: UserResource) {
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

function groupDetail({ path, name, id, arn, inline, attached }: GroupResource) {
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

function policyShape(call: Call, { name, id, arn, path, versions }: PolicyResource) {
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: versions.find(({ isDefault }) => isDefault)?.id,
    AttachmentCount: identities(call).filter(({ attached }) => attached.includes(arn)).length,
    PermissionsBoundaryUsageCount: boundaries(call).filter((boundary) => boundary === arn).length,
    IsAttachable: true,
    CreateDate: createdAt,
    UpdateDate: createdAt,
  };
}

function versionShape({ id, document, isDefault }: PolicyResource['versions'][number]) {
  return { Document: encoded(document), VersionId: id, IsDefaultVersion: isDefault, CreateDate: createdAt };
}

function policyDetail(call: Call, policy: PolicyResource) {
  return { ...policyShape(call, policy), PolicyVersionList: policy.versions.toReversed().map(versionShape) };
}

const entityTypes = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

/** Everything that GetAccountAuthorizationDetails tells, each with the list it comes in. */
function authorizationDetails(call: Call, wanted: readonly (typeof entityTypes)[number][]) {
  const is = (type: (typeof entityTypes)[number]) => wanted.length === 0 || wanted.includes(type);
  const policies = policiesOf(call).filter((policy) =>
    is(isAwsManaged(policy) ? 'AWSManagedPolicy' : 'LocalManagedPolicy'),
  );
  const { users, groups } = call.account.iam;
  return [
    ...(is('User') ? users.map((user) => ['UserDetailList', () => userDetail(user)] as const) : []),
    ...(is('Group') ? groups.map((group) => ['GroupDetailList', () => groupDetail(group)] as const) : []),
    ...(is('Role')
      ? rolesOf(call).map((role) => ['RoleDetailList', () => roleDetail(call, role)] as const)
      : []),
    ...policies.map((policy) => ['Policies', () => policyDetail(call, policy)] as const),
  ];
}

function onePage<Item>(list: string, items: readonly Item[], { MaxItems, Marker }: PageParams) {
  const { items: found, nextToken } = paginate(items, {
    list,
    size: MaxItems,
    token: Marker,
    invalidToken: invalid,
  });
  return { found, more: { IsTruncated: nextToken !== undefined, Marker: nextToken } };
}

const getAccountAuthorizationDetails = operation(
  z.object({ Filter: z.array(z.enum(entityTypes)).default([]), ...page }),
  (params, call) => {
    const details = authorizationDetails(call, params.Filter);
    const { found, more } = onePage(`authorization details of ${params.Filter.join()}`, details, params);
    const listed = (name: string) => found.filter(([list]) => list === name).map(([, detail]) => detail());
    return {
      UserDetailList: listed('UserDetailList'),
      GroupDetailList: listed('GroupDetailList'),
      RoleDetailList: listed('RoleDetailList'),
      Policies: listed('Policies'),
      ...more,
    };
  },
);

const getOpenIdConnectProvider = operation(
  z.object({ OpenIDConnectProviderArn: z.string().min(20).max(2048) }),
  ({ OpenIDConnectProviderArn: arn }, { account }) => {
    const provider = account.iam.oidcProviders.find((each) => each.arn === arn);
    if (provider === undefined) {
      throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    }
    const { url, clientIds, tags } = provider;
    return {
      Url: url,
      ClientIDList: clientIds,
      ThumbprintList: [],
      CreateDate: createdAt,
      Tags: tagShape(tags),
    };
  },
);

const listAttachedRolePolicies = operation(z.object({ RoleName: roleName, ...page }), (params, call) => {
  const attached = attachedShape(findRole(call, params.RoleName).attached);
  const { found, more } = onePage(`attached policies of ${params.RoleName}`, attached, params);
  return { AttachedPolicies: found, ...more };
});

const listRolePolicies = operation(z.object({ RoleName: roleName, ...page }), (params, call) => {
  const names = Object.keys(findRole(call, params.RoleName).inline);
  const { found, more } = onePage(`policies of ${params.RoleName}`, names, params);
  return { PolicyNames: found, ...more };
});

const getRolePolicy = operation(z.object({ RoleName: roleName, PolicyName: policyName }), (params, call) => {
  const document = findRole(call, params.RoleName).inline[params.PolicyName];
  if (document === undefined) {
    throw noSuchEntity(`The role policy with name ${params.PolicyName} cannot be found.`);
  }
  return { ...params, PolicyDocument: encoded(document) };
});

const getPolicyVersion = operation(
  z.object({
    PolicyArn: z.string().min(20).max(2048),
    VersionId: z.string().regex(/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/),
  }),
  ({ PolicyArn, VersionId }, call) => {
    const version = findPolicy(call, PolicyArn).versions.find(({ id }) => id === VersionId);
    if (version === undefined) {
      throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
    }
    return { PolicyVersion: versionShape(version) };
  },
);

const getInstanceProfile = operation(z.object({ InstanceProfileName: policyName }), (params, call) => {
  const { InstanceProfileName: name } = params;
  if (!rolesOf(call).some(({ instanceProfiles }) => instanceProfiles.includes(name))) {
    throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  }
  return { InstanceProfile: profileShape(call, name) };
});

export const iam: Service = {
  name: 'iam',
  signingName: 'iam',
  protocol: queryProtocol,
  version: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  global: true,
  invalid,
  operations: {
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
    GetInstanceProfile: getInstanceProfile,
    GetOpenIDConnectProvider: getOpenIdConnectProvider,
    GetPolicy: operation(z.object({ PolicyArn: z.string().min(20).max(2048) }), ({ PolicyArn }, call) => {
      return { Policy: policyShape(call, findPolicy(call, PolicyArn)) };
    }),
    GetPolicyVersion: getPolicyVersion,
    GetRole: operation(z.object({ RoleName: roleName }), ({ RoleName }, call) => {
      return { Role: { ...roleShape(findRole(call, RoleName)), MaxSessionDuration: 3600, RoleLastUsed: {} } };
    }),
    GetRolePolicy: getRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListOpenIDConnectProviders: operation(z.object({}), (_params, { account }) => {
      return { OpenIDConnectProviderList: account.iam.oidcProviders.map(({ arn }) => ({ Arn: arn })) };
    }),
    ListRolePolicies: listRolePolicies,
  },
};
