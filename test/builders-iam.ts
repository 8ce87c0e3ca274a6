import { type EvaluationContext, evaluate } from '../shared/evaluate/evaluate.ts';
import type { Control, Organization } from '../shared/model/control.ts';
import { type Evidence, present, type Reading } from '../shared/model/evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from '../shared/model/facts.ts';
import type { Iam, IamGroup, IamRole, IamUser, ManagedPolicy } from '../shared/model/iam-facts.ts';
import type { Repository } from '../shared/model/registry-facts.ts';
import type { Scope } from '../shared/model/scope.ts';
import type { Verdict } from '../shared/model/verdict.ts';
import { aClusterInventory, anEvaluationContext, anInventory, SCOPE } from './builders.ts';

export const ACCOUNT = SCOPE.accountId;
/** Another account of the organization. */
export const SIBLING = '222233334444';
export const STRANGER = '999988887777';

export type RawStatement = Readonly<Record<string, unknown>>;

export function aDocument(...statements: readonly RawStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A statement of an identity's policy. */
export function allow(Action: string | readonly string[], more: RawStatement = {}): RawStatement {
  return { Effect: 'Allow', Action, Resource: '*', ...more };
}

export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetAuthorizationToken'];
export const PUSH = [
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

/** A managed policy of the account. */
export function aManagedPolicy(name: string, ...statements: readonly RawStatement[]): ManagedPolicy {
  return { arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, document: aDocument(...statements) };
}

export function inline(name: string, ...statements: readonly RawStatement[]) {
  return { name, document: aDocument(...statements) };
}

/** A role of EC2 without permissions. */
export function aRole(differing: Partial<IamRole> = {}): IamRole {
  const name = differing.name ?? 'node';
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    name,
    path: '/',
    trustPolicy: aDocument({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    inlinePolicies: [],
    attachedPolicies: [],
    instanceProfiles: [],
    ...differing,
  };
}

export function aUser(differing: Partial<IamUser> = {}): IamUser {
  const name = differing.name ?? 'ann';
  return {
    arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
    name,
    inlinePolicies: [],
    attachedPolicies: [],
    groups: [],
    ...differing,
  };
}

export function aGroup(differing: Partial<IamGroup> = {}): IamGroup {
  const name = differing.name ?? 'developers';
  return {
    arn: `arn:aws:iam::${ACCOUNT}:group/${name}`,
    name,
    inlinePolicies: [],
    attachedPolicies: [],
    ...differing,
  };
}

export function iamOf(differing: Partial<Iam> = {}): Reading<Iam> {
  return present({ roles: [], users: [], groups: [], managedPolicies: [], ...differing });
}

export function aRepository(differing: Partial<Repository> = {}): Repository {
  const name = differing.name ?? 'shop/api';
  return {
    name,
    arn: `arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:repository/${name}`,
    scanOnPush: false,
    ...differing,
  };
}

/** A statement of a repository's policy that lets someone pull. */
export function letPull(Principal: unknown, more: RawStatement = {}): RawStatement {
  return { Effect: 'Allow', Principal, Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], ...more };
}

/** A registry with one repository that has this policy. */
export function aRegistryWith(policy: Evidence<string>): Partial<RegionFacts> {
  const repository = aRepository();
  return {
    repositories: present([repository]),
    repositoryPolicies: present({ [repository.name]: policy }),
    registryPolicy: { state: 'absent' },
  };
}

export interface Given {
  readonly cluster?: Partial<ClusterFacts>;
  readonly region?: Partial<RegionFacts>;
  readonly account?: Partial<AccountFacts>;
}

interface Around {
  readonly settings?: Partial<EvaluationContext['settings']>;
  readonly organization?: Organization;
  readonly scope?: Scope;
}

/** An organization of two accounts, all of which are known. */
export function anOrganization(differing: Partial<Organization> = {}): Organization {
  return { id: present('o-a1b2c3d4e5'), accountIds: new Set([ACCOUNT, SIBLING]), ...differing };
}

/** Everything a control says of an account with the cluster `orders`, which has no nodes but those given. */
export function verdictsOf(control: Control, given: Given, around: Around = {}): readonly Verdict[] {
  const facts: Partial<ClusterFacts> = {
    nodegroups: present([]),
    fargateProfiles: present([]),
    accessEntries: present([]),
    podIdentityAssociations: present([]),
    ...given.cluster,
  };
  const inventory = anInventory([aClusterInventory({ facts })]);
  const region: Partial<RegionFacts> = {
    instances: present([]),
    launchTemplates: present({}),
    ...given.region,
  };
  const account: Partial<AccountFacts> = { oidcProviders: present([]), ...given.account };
  const whole = {
    ...inventory,
    regions: inventory.regions.map((one) => ({ ...one, scope: around.scope ?? one.scope, facts: region })),
    facts: account,
  };
  const context = anEvaluationContext(around.settings);
  const organization = around.organization ?? anOrganization();
  return evaluate(whole, [control], { ...context, organization }).verdicts;
}

/** The same where there is one verdict. */
export function verdictOf(control: Control, given: Given, around: Around = {}): Verdict {
  const verdicts = verdictsOf(control, given, around);
  const [verdict] = verdicts;
  if (verdict === undefined || verdicts.length > 1) throw new Error(`${verdicts.length} verdicts, not one`);
  return verdict;
}
