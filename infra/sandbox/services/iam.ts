import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { queryProtocol } from '../protocols/query.ts';
import { createdAt } from '../resources/context.ts';
import { type Call, operation, type Service } from '../service.ts';
import { findPolicy, findRole, isAwsManaged, noSuchEntity, policiesOf, rolesOf } from './iam-entities.ts';
import {
  attachedShape,
  encodedDocument,
  groupDetail,
  policyDetail,
  policyShape,
  profileShape,
  roleDetail,
  roleShape,
  tagShape,
  userDetail,
  versionShape,
} from './iam-shapes.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const page = {
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
  Marker: z.string().min(1).optional(),
};
const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const policyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);

type PageParams = { readonly MaxItems: number; readonly Marker?: string | undefined };

const entityTypes = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

/** The items of GetAccountAuthorizationDetails, each with the name of its list. */
function authorizationDetails(call: Call, wanted: readonly (typeof entityTypes)[number][]) {
  const isWanted = (type: (typeof entityTypes)[number]) => wanted.length === 0 || wanted.includes(type);
  const policies = policiesOf(call).filter((policy) =>
    isWanted(isAwsManaged(policy) ? 'AWSManagedPolicy' : 'LocalManagedPolicy'),
  );
  const { users, groups } = call.account.iam;
  return [
    ...(isWanted('User') ? users.map((user) => ['UserDetailList', () => userDetail(user)] as const) : []),
    ...(isWanted('Group')
      ? groups.map((group) => ['GroupDetailList', () => groupDetail(group)] as const)
      : []),
    ...(isWanted('Role')
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
  return { found, pagination: { IsTruncated: nextToken !== undefined, Marker: nextToken } };
}

const getAccountAuthorizationDetails = operation(
  z.strictObject({ Filter: z.array(z.enum(entityTypes)).default([]), ...page }),
  (params, call) => {
    const details = authorizationDetails(call, params.Filter);
    const { found, pagination } = onePage(
      `authorization details of ${params.Filter.join()}`,
      details,
      params,
    );
    const listed = (name: string) => found.filter(([list]) => list === name).map(([, detail]) => detail());
    return {
      UserDetailList: listed('UserDetailList'),
      GroupDetailList: listed('GroupDetailList'),
      RoleDetailList: listed('RoleDetailList'),
      Policies: listed('Policies'),
      ...pagination,
    };
  },
);

const getOpenIdConnectProvider = operation(
  z.strictObject({ OpenIDConnectProviderArn: z.string().min(20).max(2048) }),
  ({ OpenIDConnectProviderArn: arn }, { account }) => {
    const provider = account.iam.oidcProviders.find((candidate) => candidate.arn === arn);
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

const listAttachedRolePolicies = operation(
  z.strictObject({ RoleName: roleName, ...page }),
  (params, call) => {
    const attached = attachedShape(findRole(call, params.RoleName).attached);
    const { found, pagination } = onePage(`attached policies of ${params.RoleName}`, attached, params);
    return { AttachedPolicies: found, ...pagination };
  },
);

const listRolePolicies = operation(z.strictObject({ RoleName: roleName, ...page }), (params, call) => {
  const names = Object.keys(findRole(call, params.RoleName).inline);
  const { found, pagination } = onePage(`policies of ${params.RoleName}`, names, params);
  return { PolicyNames: found, ...pagination };
});

const getRolePolicy = operation(
  z.strictObject({ RoleName: roleName, PolicyName: policyName }),
  (params, call) => {
    const document = findRole(call, params.RoleName).inline[params.PolicyName];
    if (document === undefined) {
      throw noSuchEntity(`The role policy with name ${params.PolicyName} cannot be found.`);
    }
    return { ...params, PolicyDocument: encodedDocument(document) };
  },
);

const getPolicyVersion = operation(
  z.strictObject({
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

const getInstanceProfile = operation(z.strictObject({ InstanceProfileName: policyName }), (params, call) => {
  const { InstanceProfileName: name } = params;
  if (!rolesOf(call).some(({ instanceProfiles }) => instanceProfiles.includes(name))) {
    throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  }
  return { InstanceProfile: profileShape(call, name) };
});

export const iamService: Service = {
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
    GetPolicy: operation(
      z.strictObject({ PolicyArn: z.string().min(20).max(2048) }),
      ({ PolicyArn }, call) => {
        return { Policy: policyShape(call, findPolicy(call, PolicyArn)) };
      },
    ),
    GetPolicyVersion: getPolicyVersion,
    GetRole: operation(z.strictObject({ RoleName: roleName }), ({ RoleName }, call) => {
      return { Role: { ...roleShape(findRole(call, RoleName)), MaxSessionDuration: 3600, RoleLastUsed: {} } };
    }),
    GetRolePolicy: getRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListOpenIDConnectProviders: operation(z.strictObject({}), (_params, { account }) => {
      return { OpenIDConnectProviderList: account.iam.oidcProviders.map(({ arn }) => ({ Arn: arn })) };
    }),
    ListRolePolicies: listRolePolicies,
  },
};
