import { parseArn } from '../../model/arn.ts';
import {
  absent,
  type Evidence,
  malformed,
  OTHER_ACCOUNT,
  present,
  type Reading,
} from '../../model/evidence.ts';
import type { Iam, IamGroup, IamRole, IamUser } from '../../model/iam-facts.ts';
import type { Identity, IdentityPolicy, InvalidPolicy } from './identity.ts';

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
}

export function indexIam({ roles, groups, managedPolicies }: Iam): IamIndex {
  return {
    roles: new Map(roles.map((role) => [role.name, role])),
    rolesOfProfiles: new Map(roles.flatMap((role) => role.instanceProfiles.map((arn) => [arn, role]))),
    groups: new Map(groups.map((group) => [group.name, group])),
    managedPolicies: new Map(managedPolicies.map(({ arn, document }) => [arn, document])),
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

/**
 * Analyzes the permissions of a role or user. If one of its policies is missing or invalid the result is unreadable,
 * because an answer based on the others could be wrong either way.
 */
export function analyzePermissions<T extends { readonly invalidPolicies: readonly InvalidPolicy[] }>(
  roleOrUser: IamRole | IamUser,
  iam: IamIndex,
  analyze: (identity: Identity) => T,
): Reading<T> {
  const { identity, missing } = identityOf(roleOrUser, iam);
  const result = analyze(identity);
  const problems = [
    ...missing.map((policy) => `${policy} is not among the account's policies`),
    ...result.invalidPolicies.map(({ policy, problem }) => `${policy}: ${problem}`),
  ];
  if (problems.length === 0) return present(result);
  return malformed(OPERATION, `${roleOrUser.arn}: ${problems.join('; ')}`);
}

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
