import { type Scope, stableId } from './context.ts';
import { type PolicyDocument, policyText } from './policy-document.ts';

/** A role that somebody can assume. */
export interface AssumableRole {
  readonly name: string;
  /** The external id that AssumeRole requires. */
  readonly externalId?: string;
  /** Accounts or principal ARNs; without it the management account and the delegated administrators. */
  readonly trusts?: readonly string[];
  /** In seconds; 3,600 when left out. */
  readonly maxSessionDuration?: number;
}

/** What users, groups and roles have in common. */
interface IdentitySpec {
  /** `/` when left out. */
  readonly path?: string;
  /** ARNs of managed policies; `AWS/Name` is short for an AWS managed one. */
  readonly attached?: readonly string[];
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, PolicyDocument>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RoleSpec extends IdentitySpec {
  /** EC2 may assume it when left out. */
  readonly trust?: PolicyDocument;
  /** ARN of the permissions boundary. */
  readonly boundary?: string | null;
  /** Names of the instance profiles that hold it. */
  readonly instanceProfiles?: readonly string[];
}

export interface UserSpec extends IdentitySpec {
  readonly boundary?: string | null;
  readonly groups?: readonly string[];
}

export type GroupSpec = Omit<IdentitySpec, 'tags'>;

export interface PolicySpec {
  readonly path?: string;
  /** The default version, if `versions` is left out the only one. */
  readonly document?: PolicyDocument;
  readonly versions?: readonly { readonly document: PolicyDocument; readonly isDefault?: boolean }[];
}

export interface OidcProviderSpec {
  readonly clientIds?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface IdentityResource {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  attached: string[];
  /** Documents by name. */
  inline: Record<string, string>;
  tags: Record<string, string>;
}

export interface RoleResource extends IdentityResource {
  trust: string;
  boundary: string | null;
  instanceProfiles: string[];
}

export interface UserResource extends IdentityResource {
  boundary: string | null;
  groups: string[];
}

export type GroupResource = IdentityResource;

export interface PolicyResource {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  /** From the oldest, `v1`, on. */
  versions: { id: string; document: string; isDefault: boolean }[];
}

export interface OidcProviderResource {
  readonly arn: string;
  /** The issuer without `https://`. */
  readonly url: string;
  clientIds: string[];
  tags: Record<string, string>;
}

/** The IAM resources of an account. */
export interface IamData {
  users: UserResource[];
  groups: GroupResource[];
  roles: RoleResource[];
  policies: PolicyResource[];
  oidcProviders: OidcProviderResource[];
}

const idPrefixes = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  'instance-profile': 'AIPA',
} as const;

export function iamArn({ partition, accountId }: Scope, type: string, path: string, name: string): string {
  return `arn:${partition}:iam::${accountId}:${type}${path}${name}`;
}

export function iamId(type: keyof typeof idPrefixes, arn: string): string {
  return `${idPrefixes[type]}${stableId(arn, 17).toUpperCase()}`;
}

function expandPolicyArn(partition: string, policyArn: string): string {
  return policyArn.startsWith('AWS/') ? `arn:${partition}:iam::aws:policy/${policyArn.slice(4)}` : policyArn;
}

function makeIdentity(
  scope: Scope,
  type: 'user' | 'group' | 'role',
  name: string,
  spec: IdentitySpec,
): IdentityResource {
  const path = spec.path ?? '/';
  const arn = iamArn(scope, type, path, name);
  const inline = Object.entries(spec.inline ?? {}).map(
    ([policy, document]) => [policy, policyText(document)] as const,
  );
  return {
    name,
    id: iamId(type, arn),
    path,
    arn,
    attached: (spec.attached ?? []).map((policyArn) => expandPolicyArn(scope.partition, policyArn)),
    inline: Object.fromEntries(inline),
    tags: { ...spec.tags },
  };
}

/** A trust policy that lets an AWS service assume the role. */
export function trustOfService(service: string): object {
  const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  return { Version: '2012-10-17', Statement };
}

export function makeRole(scope: Scope, name: string, spec: RoleSpec = {}): RoleResource {
  return {
    ...makeIdentity(scope, 'role', name, spec),
    trust: policyText(spec.trust ?? trustOfService('ec2.amazonaws.com')),
    boundary: spec.boundary ? expandPolicyArn(scope.partition, spec.boundary) : null,
    instanceProfiles: [...(spec.instanceProfiles ?? [])],
  };
}

/** A role of the world as an IAM role, with a trust policy for those it trusts. */
export function roleOfAssumable(
  scope: Scope,
  { name, trusts = [], externalId }: AssumableRole,
): RoleResource {
  const principals = trusts.map((trusted) =>
    /^\d{12}$/.test(trusted) ? `arn:${scope.partition}:iam::${trusted}:root` : trusted,
  );
  const Condition = externalId === undefined ? undefined : { StringEquals: { 'sts:ExternalId': externalId } };
  const statement = { Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole', Condition };
  return makeRole(scope, name, { trust: { Version: '2012-10-17', Statement: [statement] } });
}

export function makeUser(scope: Scope, name: string, spec: UserSpec = {}): UserResource {
  return {
    ...makeIdentity(scope, 'user', name, spec),
    boundary: spec.boundary ? expandPolicyArn(scope.partition, spec.boundary) : null,
    groups: [...(spec.groups ?? [])],
  };
}

export function makeGroup(scope: Scope, name: string, spec: GroupSpec = {}): GroupResource {
  return makeIdentity(scope, 'group', name, spec);
}

/** A customer managed policy, or, when `name` is the ARN of one, an AWS managed policy. */
export function makePolicy(scope: Scope, name: string, spec: PolicySpec): PolicyResource {
  const path = spec.path ?? '/';
  const arn = name.startsWith('arn:') ? name : iamArn(scope, 'policy', path, name);
  const versions = spec.versions ?? [{ document: spec.document ?? { Version: '2012-10-17', Statement: [] } }];
  const marked = versions.findIndex(({ isDefault }) => isDefault);
  const defaultIndex = marked === -1 ? versions.length - 1 : marked;
  return {
    name: arn.slice(arn.lastIndexOf('/') + 1),
    id: iamId('policy', arn),
    path,
    arn,
    versions: versions.map(({ document }, index) => {
      return { id: `v${index + 1}`, document: policyText(document), isDefault: index === defaultIndex };
    }),
  };
}

/** @param issuer with or without `https://` */
export function makeOidcProvider(
  scope: Scope,
  issuer: string,
  spec: OidcProviderSpec = {},
): OidcProviderResource {
  const url = issuer.replace(/^https:\/\//, '');
  return {
    arn: iamArn(scope, 'oidc-provider', '/', url),
    url,
    clientIds: [...(spec.clientIds ?? ['sts.amazonaws.com'])],
    tags: { ...spec.tags },
  };
}
