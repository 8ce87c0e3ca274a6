import {
  combineJudgements,
  control,
  type DecisionTable,
  describeMissing,
  type Judgement,
  notAvailable,
} from '../../model/control.ts';
import type { Unreadable } from '../../model/evidence.ts';
import type { IamRole, IamUser } from '../../model/iam-facts.ts';
import type { Steps } from '../../model/steps.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { analyzePermissions, type IamIndex, sharedIndex } from '../iam/account-identities.ts';
import { matchesAny } from '../patterns/pattern.ts';
import { isPull } from '../registry/ecr-actions.ts';
import { ECR_PERMISSIONS } from '../registry/effective-ecr-actions.ts';

const rows = {
  USERS_CAN_WRITE: { status: 'FAILED', when: 'An IAM user can write to ECR' },
  UNAPPROVED_WRITERS: { status: 'FAILED', when: 'A role that ecrWriters does not name can write to ECR' },
  WRITERS_NOT_REVIEWED: { status: 'WARNING', when: 'Roles can write to ECR, and ecrWriters is not set' },
  APPROVED_WRITERS: { status: 'PASSED', when: 'Only roles that ecrWriters names can write to ECR' },
  NO_WRITERS: { status: 'PASSED', when: 'Nobody but service-linked roles can write to ECR' },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const ecrAccessWriters = control({
  key: 'ecr-access',
  title: 'Only reviewed roles can write to ECR',
  description:
    'Who can push or delete images, or change who may, decides what the clusters run. That should be the roles of a ' +
    'build pipeline, not people with long-lived keys.',
  remediation: {
    text:
      'Take the write actions from users and groups (aws iam detach-user-policy, delete-user-policy, ' +
      'remove-user-from-group) and push through a role of the pipeline instead. Look through the roles named; give those ' +
      'that only pull AmazonEC2ContainerRegistryReadOnly, and list the rest in ecrWriters, by name or ARN, with * and ?.',
    url: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html',
  },
  level: 'account',
  withoutClusters: 'registries',
  severity: 'MEDIUM',
  nist: ['AC-2', 'AC-3', 'AC-5', 'AC-6'],
  needs: ['iam'],
  rows,
  *judge({ iam }, { settings, once }) {
    const index = sharedIndex(iam, { once });
    const users = yield* writersAmong(iam.users, index);
    const roles = yield* writersAmong(
      iam.roles.filter((role) => !isServiceLinked(role)),
      index,
    );
    const unapproved = roles.writers.filter(({ arn, name }) => !matchesAny(settings.ecrWriters, arn, name));
    const row = combineJudgements([
      ...usersCanWrite(users.writers),
      ...rolesCanWrite(unapproved, settings.ecrWriters.length > 0),
      ...cannotBeTold([...users.unclear, ...roles.unclear]),
    ]);
    if (row !== undefined) return row;
    if (roles.writers.length === 0) {
      return { code: 'NO_WRITERS', reason: 'Nobody but service-linked roles can write to ECR.' };
    }
    const names = uniqueSorted(roles.writers.map(({ name }) => name));
    const reason = `Only roles that ecrWriters names can write to ECR: ${formatList(names, NAMED)}.`;
    return { code: 'APPROVED_WRITERS', reason, evidence: { writers: names.join(', ') } };
  },
});

/** How many writers a sentence names. */
const NAMED = 20;

function usersCanWrite(users: readonly IamUser[]): Row[] {
  if (users.length === 0) return [];
  const names = uniqueSorted(users.map(({ name }) => name));
  const reason = `${formatCount(names.length, 'IAM user', 'IAM users')} can write to ECR: ${formatList(names, NAMED)}.`;
  return [{ code: 'USERS_CAN_WRITE', reason, evidence: { users: names.join(', ') } }];
}

function rolesCanWrite(roles: readonly IamRole[], isReviewed: boolean): Row[] {
  if (roles.length === 0) return [];
  const names = uniqueSorted(roles.map(({ name }) => name));
  const evidence = { roles: names.join(', ') };
  const roleCount = formatCount(names.length, 'role', 'roles');
  if (isReviewed) {
    const reason = `${roleCount} that ecrWriters does not name can write to ECR: ${formatList(names, NAMED)}.`;
    return [{ code: 'UNAPPROVED_WRITERS', reason, evidence }];
  }
  const reason = `${roleCount} can write to ECR, and ecrWriters is not set: ${formatList(names, NAMED)}.`;
  return [{ code: 'WRITERS_NOT_REVIEWED', reason, evidence }];
}

interface Unclear {
  readonly name: string;
  readonly why: Unreadable;
}

function cannotBeTold(unclear: readonly Unclear[]): Row[] {
  if (unclear.length === 0) return [];
  const names = uniqueSorted(unclear.map(({ name }) => name));
  const reasons = unclear.map(({ why }) => why);
  const reason = `Whether ${formatList(names, NAMED)} can write to ECR is not known, because ${describeMissing(reasons)}.`;
  return [{ ...notAvailable(reasons), reason }];
}

/** Those who can write, and those of whom it cannot be told. */
function* writersAmong<T extends IamRole | IamUser>(
  holders: readonly T[],
  iam: IamIndex,
): Steps<{ readonly writers: readonly T[]; readonly unclear: readonly Unclear[] }> {
  const writers: T[] = [];
  const unclear: Unclear[] = [];
  for (const holder of holders) {
    const answer = analyzePermissions(holder, iam, ECR_PERMISSIONS);
    if (answer.state === 'unreadable') unclear.push({ name: holder.name, why: answer });
    else if (answer.value.allowed.some(({ action }) => !isPull(action))) writers.push(holder);
    yield;
  }
  return { writers, unclear };
}

/** Roles that only an AWS service can assume, with permissions only AWS can change. */
function isServiceLinked({ path }: IamRole): boolean {
  return path.startsWith('/aws-service-role/');
}
