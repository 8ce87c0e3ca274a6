import { AwsError } from '../errors.ts';
import type { Scope } from '../resources/context.ts';
import { makePolicy, type PolicyResource, type RoleResource, roleOfAssumable } from '../resources/iam.ts';
import { managedPolicyDocument } from '../resources/managed-policies.ts';
import type { Call } from '../service.ts';

export const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404);

/** The scope of IAM's ARNs, which have no Region. */
export function scopeOf({ account, state }: Call): Scope {
  return { partition: state.world.partition, accountId: account.id, region: '' };
}

/** All roles, including those that the world describes by the principals they trust only. */
export function rolesOf(call: Call): RoleResource[] {
  const { iam, roles } = call.account;
  const assumable = roles.filter(({ name }) => !iam.roles.some((role) => role.name === name));
  return [...iam.roles, ...assumable.map((role) => roleOfAssumable(scopeOf(call), role))];
}

/** @throws AwsError NoSuchEntity */
export function findRole(call: Call, name: string): RoleResource {
  const role = rolesOf(call).find((candidate) => candidate.name === name);
  if (role === undefined) {
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }
  return role;
}

/** The customer managed policies, and the AWS managed ones in use: attached, or as a permissions boundary. */
export function policiesOf(call: Call): PolicyResource[] {
  const { iam } = call.account;
  const known = new Set(iam.policies.map(({ arn }) => arn));
  const used = [...identities(call).flatMap(({ attached }) => attached), ...permissionsBoundaries(call)];
  const managed = [...new Set(used)]
    .filter((arn) => !known.has(arn))
    .flatMap((arn) => managedPolicy(call, arn));
  return [...iam.policies, ...managed];
}

/** The AWS managed policy of that ARN, if the sandbox has it, as a list of one or none. */
function managedPolicy(call: Call, arn: string): PolicyResource[] {
  const document = managedPolicyDocument(arn);
  return document === undefined ? [] : [makePolicy(scopeOf(call), arn, { document })];
}

/** Everything that policies are attached to. */
export function identities(call: Call) {
  const { users, groups } = call.account.iam;
  return [...users, ...groups, ...rolesOf(call)];
}

/** The ARNs of the permissions boundaries in use, one for each user and role that has one. */
export function permissionsBoundaries(call: Call): string[] {
  return [...call.account.iam.users, ...rolesOf(call)].flatMap(({ boundary }) =>
    boundary === null ? [] : [boundary],
  );
}

/** @throws AwsError NoSuchEntity */
export function findPolicy(call: Call, arn: string): PolicyResource {
  const own = call.account.iam.policies.find((candidate) => candidate.arn === arn);
  const policy = own ?? managedPolicy(call, arn)[0];
  if (policy === undefined) {
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
  return policy;
}

export function isAwsManaged({ arn }: PolicyResource): boolean {
  return arn.includes(':iam::aws:');
}
