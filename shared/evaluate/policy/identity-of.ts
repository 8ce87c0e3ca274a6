import { parseArn } from '../../model/arn.ts';
import type { Reading, Unreadable } from '../../model/evidence.ts';
import { malformedResponse, present } from '../../model/evidence.ts';
import type { Iam, IamGroup, IamRole, IamUser } from '../../model/iam-facts.ts';
import type { Identity, IdentityPolicy, UnreadablePolicy } from './identity.ts';

const OPERATION = 'iam:GetAccountAuthorizationDetails';

/** What an account's identities refer to, for looking up. */
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
 * A role by its ARN. One of another account, or that is not among the account's roles, is unreadable. Access entries
 * and instances may name a role without its path, so only account and name are compared.
 */
export function roleByArn(arn: string, accountId: string, iam: IamIndex): Reading<IamRole> {
  const owner = parseArn(arn)?.accountId;
  if (owner !== accountId) {
    return unreadable(
      'OtherAccount',
      'failed',
      `the role ${arn} belongs to account ${owner}, not ${accountId}`,
    );
  }
  const role = iam.roles.get(arn.slice(arn.lastIndexOf('/') + 1));
  return role ? present(role) : unreadable('NoSuchEntity', 'gone', `there is no role ${arn}`);
}

/**
 * Asks something of a role's or user's permissions. Without all of its policies, or with one that makes no sense, any
 * answer could be wrong either way, so that there is none.
 */
export function ask<T extends { readonly problems: readonly UnreadablePolicy[] }>(
  holder: IamRole | IamUser,
  iam: IamIndex,
  question: (identity: Identity) => T,
): Reading<T> {
  const { identity, missing } = toIdentity(holder, iam);
  const answer = question(identity);
  const problems = [
    ...missing.map((what) => `${what} is not among the account's policies`),
    ...answer.problems.map(({ policy, problem }) => `${policy}: ${problem}`),
  ];
  if (problems.length === 0) return present(answer);
  return malformedResponse(OPERATION, `${holder.arn}: ${problems.join('; ')}`);
}

/** A role or user with its policies, its groups' and its boundary; `missing` names those that AWS did not send. */
function toIdentity(
  holder: IamRole | IamUser,
  iam: IamIndex,
): { readonly identity: Identity; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const documentOf = (arn: string): string[] => {
    const document = iam.managedPolicies.get(arn);
    if (document === undefined) missing.push(arn);
    return document === undefined ? [] : [document];
  };
  const managed = (arns: readonly string[], kind: IdentityPolicy['kind']) =>
    arns.flatMap((arn) => documentOf(arn).map((document) => ({ name: arn, kind, document })));
  const groups = 'groups' in holder ? holder.groups : [];
  const policies = [
    ...holder.inlinePolicies.map((policy) => ({ ...policy, kind: 'inline' as const })),
    ...managed(holder.attachedPolicies, 'attached'),
    ...groups.flatMap((name) => {
      const group = iam.groups.get(name);
      if (group === undefined) missing.push(`group ${name}`);
      const inline = group?.inlinePolicies ?? [];
      return [
        ...inline.map((policy) => ({ ...policy, name: `${name}/${policy.name}`, kind: 'group' as const })),
        ...managed(group?.attachedPolicies ?? [], 'group'),
      ];
    }),
  ];
  const arn = holder.permissionsBoundary;
  const boundary = arn === undefined ? [] : documentOf(arn).map((document) => ({ arn, document }));
  return { identity: { arn: holder.arn, policies, boundary: boundary[0] }, missing };
}

function unreadable(code: string, kind: Unreadable['kind'], detail: string): Unreadable {
  return { state: 'unreadable', kind, code, operation: OPERATION, detail };
}
