import { parseArn } from '../../model/arn.ts';
import type { ControlContext, Once } from '../../model/control.ts';
import {
  absent,
  type Evidence,
  malformed,
  OTHER_ACCOUNT,
  present,
  type Reading,
} from '../../model/evidence.ts';
import type { Iam, IamGroup, IamRole, IamUser } from '../../model/iam-facts.ts';
import { Budget } from '../patterns/budget.ts';
import { withinBudget } from '../patterns/within-budget.ts';
import { remember } from '../remember.ts';
import type { Identity, IdentityPolicy, InvalidPolicy } from './identity.ts';
import { type ParsedPolicy, parseResourcePolicy } from './parse-policy.ts';

const OPERATION = 'iam:GetAccountAuthorizationDetails';

/** An account's roles, groups and managed policies, indexed by what refers to them. */
export interface IamIndex {
  /** By name, which is unique in an account whatever the path. */
  readonly roles: ReadonlyMap<string, IamRole>;
  /** The role in each instance profile, by the profile's ARN. */
  readonly rolesOfProfiles: ReadonlyMap<string, IamRole>;
  readonly groups: ReadonlyMap<string, IamGroup>;
  /** Documents by ARN. */
  readonly managedPolicies: ReadonlyMap<string, string>;
  /** For what was found out about a role or user: many clusters may use it. */
  readonly once: Once;
}

/** Of the account that is judged, however many subjects share it. */
export function sharedIndex(iam: Iam, { once }: Pick<ControlContext, 'once'>): IamIndex {
  return once('iam', () => indexIam(iam));
}

export function indexIam({ roles, groups, managedPolicies }: Iam): IamIndex {
  return {
    roles: new Map(roles.map((role) => [role.name, role])),
    rolesOfProfiles: new Map(roles.flatMap((role) => role.instanceProfiles.map((arn) => [arn, role]))),
    groups: new Map(groups.map((group) => [group.name, group])),
    managedPolicies: new Map(managedPolicies.map(({ arn, document }) => [arn, document])),
    once: remember(),
  };
}

/**
 * A role by its ARN. One of another account is unreadable. One that is not among the account's roles is absent: AWS
 * lists them all, and EKS keeps naming a role after it is deleted. Access entries and instances may name a role without
 * its path, so only account and name are compared.
 */
export function roleByArn(arn: string, accountId: string, iam: IamIndex): Evidence<IamRole> {
  const owner = parseArn(arn)?.accountId;
  if (owner !== accountId) {
    const detail = `the role ${arn} belongs to account ${owner}, not ${accountId}`;
    return { state: 'unreadable', kind: 'failed', code: OTHER_ACCOUNT, operation: OPERATION, detail };
  }
  const role = iam.roles.get(arn.slice(arn.lastIndexOf('/') + 1));
  return role ? present(role) : absent;
}

/** A role's trust policy. */
export function trustPolicyOf({ arn, trustPolicy }: IamRole, { once }: IamIndex): ParsedPolicy {
  return once(`trust policy ${arn}`, () => parseResourcePolicy(trustPolicy));
}

/** What may be spent on a role or user, whatever is asked about it. */
export function budgetOf({ arn }: IamRole | IamUser, { once }: IamIndex): Budget {
  return once(`budget ${arn}`, () => new Budget());
}

/** A question about permissions. */
export interface Question<T> {
  /** The same for the same question only. */
  readonly key: string;
  readonly answer: (identity: Identity, budget: Budget) => T;
}

interface Analysis {
  readonly invalidPolicies: readonly InvalidPolicy[];
}

/**
 * Analyzes the permissions of a role or user. If one of its policies is missing or invalid the result is unreadable,
 * because an answer based on the others could be wrong either way. So it is where all that was asked about the role or
 * user costs more than one is worth.
 */
export function analyzePermissions<T extends Analysis>(
  roleOrUser: IamRole | IamUser,
  iam: IamIndex,
  question: Question<T>,
): Reading<T> {
  return iam.once(`${question.key} ${roleOrUser.arn}`, () => analyze(roleOrUser, iam, question));
}

function analyze<T extends Analysis>(
  roleOrUser: IamRole | IamUser,
  iam: IamIndex,
  { answer }: Question<T>,
): Reading<T> {
  const { arn } = roleOrUser;
  const { identity, missing } = identityOf(roleOrUser, iam);
  const budget = budgetOf(roleOrUser, iam);
  const about = () => `${arn} by ${budget.costliest().slice(0, NAMED_POLICIES).join(', ')}`;
  const result = withinBudget(budget, { operation: OPERATION, about }, () => answer(identity, budget));
  if (result.state === 'unreadable') return result;
  const problems = [
    ...missing.map((policy) => `${policy} is not among the account's policies`),
    ...result.value.invalidPolicies.map(({ policy, problem }) => `${policy}: ${problem}`),
  ];
  if (problems.length === 0) return result;
  return malformed(OPERATION, `${arn}: ${problems.join('; ')}`);
}

/** How many of the costliest policies are named. */
const NAMED_POLICIES = 3;

/** A role or user with its policies, its groups' and its boundary; `missing` names those that AWS did not send. */
function identityOf(
  roleOrUser: IamRole | IamUser,
  iam: IamIndex,
): { readonly identity: Identity; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const managedPolicies = (arns: readonly string[]): IdentityPolicy[] =>
    arns.flatMap((arn) => {
      const document = iam.managedPolicies.get(arn);
      if (document === undefined) missing.push(arn);
      return document === undefined ? [] : [{ name: arn, document }];
    });
  const groupPolicies = (name: string): IdentityPolicy[] => {
    const group = iam.groups.get(name);
    if (group === undefined) missing.push(`group ${name}`);
    return [
      ...(group?.inlinePolicies ?? []).map((policy) => ({ ...policy, name: `${name}/${policy.name}` })),
      ...managedPolicies(group?.attachedPolicies ?? []),
    ];
  };
  const policies = [
    ...roleOrUser.inlinePolicies,
    ...managedPolicies(roleOrUser.attachedPolicies),
    ...('groups' in roleOrUser ? roleOrUser.groups : []).flatMap(groupPolicies),
  ];
  const { permissionsBoundary } = roleOrUser;
  const [boundary] = managedPolicies(permissionsBoundary === undefined ? [] : [permissionsBoundary]);
  return {
    identity: {
      arn: roleOrUser.arn,
      policies,
      boundary: boundary && { arn: boundary.name, document: boundary.document },
    },
    missing,
  };
}
