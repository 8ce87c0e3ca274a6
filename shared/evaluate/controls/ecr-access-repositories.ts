import { formatArn } from '../../model/arn.ts';
import {
  type ControlContext,
  combineJudgements,
  control,
  type DecisionTable,
  type Judgement,
  malformedResponse,
  notAvailable,
} from '../../model/control.ts';
import { type Evidence, malformed, type Unreadable } from '../../model/evidence.ts';
import { lookup } from '../../model/record.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { parseResourcePolicy } from '../iam/parse-policy.ts';
import { Budget } from '../patterns/budget.ts';
import { withinBudget } from '../patterns/within-budget.ts';
import { ecrAccessLevel } from '../registry/ecr-actions.ts';
import { type Affiliation, type EcrGrantee, ecrGranteesOf } from '../registry/ecr-grantees.ts';
import { type EcrResources, ecrResourcesIn, onlyRepository } from '../registry/ecr-resources.ts';
import { membershipUnknown } from '../registry/membership-unknown.ts';

const rows = {
  PUBLIC_ACCESS: {
    status: 'FAILED',
    when: 'Everyone has access, without a condition that confines it; CRITICAL when they can write',
  },
  EXTERNAL_WRITE: {
    status: 'FAILED',
    when: 'Someone outside the organization can write or change permissions',
  },
  EXTERNAL_READ: {
    status: 'FAILED',
    severity: 'MEDIUM',
    when: 'Someone who is neither in the organization nor trusted can read',
  },
  POLICY_CONFINED: { status: 'PASSED', when: 'The policy grants access to none of these' },
  NO_POLICY: { status: 'PASSED', when: 'There is no policy' },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const ecrAccessRepositories = control({
  key: 'ecr-access',
  title: 'Access to images in ECR is confined to those who need it',
  description:
    'A repository’s policy can grant access to other accounts and, by mistake, to everyone. Whoever can read learns what you ' +
    'run; whoever can write runs code in your clusters.',
  remediation: {
    text:
      'Name the accounts or roles that need the repository, or confine it to the organization by a condition on ' +
      'aws:PrincipalOrgID: aws ecr set-repository-policy --repository-name <name> --policy-text file://policy.json (for ' +
      'the registry: aws ecr put-registry-policy). Give no write actions outside the organization. List who may pull in ' +
      'trustedAccounts, trustedOrganizations or trustedOrganizationalUnits.',
    url: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html',
  },
  level: 'region',
  withoutClusters: 'registries',
  severity: 'HIGH',
  nist: ['AC-3', 'AC-4', 'AC-6', 'SC-7'],
  needs: ['repositories', 'repositoryPolicies', 'registryPolicy'],
  acceptsUnreadable: ['repositories', 'repositoryPolicies', 'registryPolicy'],
  rows,
  *judge({ repositories, repositoryPolicies, registryPolicy }, context) {
    const registry = judgePolicy(
      { policy: registryPolicy, operation: 'ecr:GetRegistryPolicy', about: ecrResourcesIn(context.scope) },
      registryOf(context),
      context,
    );
    if (repositories.state === 'unreadable') return [registry, notAvailable(repositories)];
    if (repositoryPolicies.state === 'unreadable') return [registry, notAvailable(repositoryPolicies)];
    const judged: Row[] = [registry];
    for (const { name, arn } of repositories.value) {
      const policy = lookup(repositoryPolicies.value, name);
      const resource: ResourceRef = { type: 'AwsEcrRepository', id: arn, name };
      if (policy === undefined) continue;
      const attached = { policy, operation: 'ecr:GetRepositoryPolicy', about: onlyRepository(arn) };
      judged.push(judgePolicy(attached, resource, context));
      yield;
    }
    return judged;
  },
});

/** ECR's own policies name no registry by ARN; this is what its resources' ARNs would make of it. */
function registryOf({ scope }: ControlContext): ResourceRef {
  const { accountId } = scope;
  const id = formatArn({ ...scope, service: 'ecr', resource: `registry/${accountId}` });
  return { type: 'Other', id, name: `registry ${accountId}` };
}

interface AttachedPolicy {
  readonly policy: Evidence<string>;
  /** What reads it. */
  readonly operation: string;
  readonly about: EcrResources;
}

function judgePolicy(
  { policy, operation, about }: AttachedPolicy,
  resource: ResourceRef,
  context: ControlContext,
): Row {
  if (policy.state === 'unreadable') return notAvailable(policy, { resource });
  if (policy.state === 'absent') return { code: 'NO_POLICY', reason: 'There is no policy.', resource };
  const parsed = parseResourcePolicy(policy.value);
  if (!parsed.ok) return { ...malformedResponse(operation, parsed.problem), resource };
  const answer = withinBudget(
    new Budget(),
    { operation, about: () => `the policy of ${resource.id}` },
    (budget) => ecrGranteesOf(parsed.policy, about, context, budget),
  );
  if (answer.state === 'unreadable') return notAvailable(answer, { resource });
  const access = answer.value;
  const of = (...affiliations: readonly Affiliation[]) =>
    access.filter(({ affiliation }) => affiliations.includes(affiliation));
  const row = combineJudgements([
    ...publicAccess(of('everyone')),
    ...externalWrite(of('external', 'trusted').filter(({ canWrite }) => canWrite)),
    ...externalRead(of('external').filter(({ canWrite }) => !canWrite)),
    ...unknownAccess(of('unknown'), malformed(operation, 'a canonical user does not tell its account')),
  ]);
  return { ...(row ?? confined(access)), resource };
}

function publicAccess(access: readonly EcrGrantee[]): Row[] {
  if (access.length === 0) return [];
  const canWrite = access.some((grantee) => grantee.canWrite);
  const reason = `Everyone, whatever their account, may ${formatList(actionsOf(access))}.`;
  const evidence = { publicAccess: canWrite ? 'write' : 'read' };
  return [{ code: 'PUBLIC_ACCESS', reason, evidence, ...(canWrite && { severity: 'CRITICAL' as const }) }];
}

function externalWrite(access: readonly EcrGrantee[]): Row[] {
  if (access.length === 0) return [];
  const who = namesOf(access);
  const writes = actionsOf(access).filter((action) => ecrAccessLevel(action) !== 'read');
  const reason = `From outside the organization, ${formatList(who)} may ${formatList(writes)}.`;
  return [{ code: 'EXTERNAL_WRITE', reason, evidence: { externalWriters: who.join(', ') } }];
}

function externalRead(access: readonly EcrGrantee[]): Row[] {
  if (access.length === 0) return [];
  const who = namesOf(access);
  const reason = `From outside the organization, ${formatList(who)} may ${formatList(actionsOf(access))}.`;
  return [{ code: 'EXTERNAL_READ', reason, evidence: { externalReaders: who.join(', ') } }];
}

function unknownAccess(access: readonly EcrGrantee[], untold: Unreadable): Row[] {
  if (access.length === 0) return [];
  const unreadable = access.map((grantee) => grantee.unreadable ?? untold);
  return [membershipUnknown(namesOf(access), unreadable)];
}

function confined(access: readonly EcrGrantee[]): Row {
  const who = namesOf(access);
  if (who.length === 0) return { code: 'POLICY_CONFINED', reason: 'The policy grants access to nobody.' };
  const keys = uniqueSorted(access.flatMap(({ confinedBy }) => confinedBy));
  const confinement = keys.length > 0 ? `, confined by ${formatList(keys)}` : '';
  const reason = `The policy grants access to ${formatList(who)}${confinement}.`;
  return { code: 'POLICY_CONFINED', reason, evidence: { letsIn: who.join(', ') } };
}

function actionsOf(access: readonly EcrGrantee[]): string[] {
  return uniqueSorted(access.flatMap(({ actions }) => actions));
}

function namesOf(access: readonly EcrGrantee[]): string[] {
  return uniqueSorted(access.map(({ name }) => name));
}
