import { describe, expect, it } from 'vitest';
import { ecrAccessRepositories } from '../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { ecrAccessWriters } from '../../../shared/evaluate/controls/ecr-access-writers.ts';
import { ecrPullOnly } from '../../../shared/evaluate/controls/ecr-pull-only.ts';
import { present } from '../../../shared/model/evidence.ts';
import {
  ACCOUNT,
  aDocument,
  allow,
  aManagedPolicy,
  aRepository,
  aRole,
  iamOf,
  inline,
  letPull,
  PULL,
  PUSH,
  verdictOf,
  verdictsOf,
} from '../../builders-iam.ts';

/** As many patterns as fit into so many characters, each of which a text may match anywhere. */
function hardPatterns(characters: number, prefix: string): string[] {
  const patterns: string[] = [];
  for (let length = 0; length < characters; length += (patterns.at(-1)?.length ?? 0) + 3) {
    patterns.push(`${prefix}*${patterns.length.toString(36)}*`);
  }
  return patterns;
}

const REPOSITORIES = 'arn:aws:ecr:*:*:repository/';
/** Within the quotas of IAM: 10,240 characters inline, 6,144 a managed policy. */
const hardDeny = (characters: number) => ({
  Effect: 'Deny',
  Action: 'ecr:*',
  Resource: hardPatterns(characters, REPOSITORIES),
});
const managed = Array.from({ length: 10 }, (_, index) => aManagedPolicy(`hard-${index}`, hardDeny(6_000)));
const hardRole = aRole({
  name: 'hard',
  inlinePolicies: [inline('all', allow('ecr:*')), inline('hard', hardDeny(9_900))],
  attachedPolicies: managed.map(({ arn }) => arn),
});
const pusher = aRole({ name: 'pusher', inlinePolicies: [inline('push', allow(PUSH))] });

describe('a role whose policies take too long to decide by', () => {
  const nodegroup = (name: string, nodeRole: string) => ({
    name,
    detail: present({ nodegroupName: name, status: 'ACTIVE', nodeRole, amiType: 'AL2023_x86_64_STANDARD' }),
  });
  const given = {
    cluster: {
      nodegroups: present([nodegroup('one', hardRole.arn), nodegroup('two', pusher.arn)]),
    },
    account: { iam: iamOf({ roles: [hardRole, pusher], managedPolicies: managed }) },
  };

  it('is not judged, by the policies that cost most, while the others are', () => {
    const verdicts = verdictsOf(ecrPullOnly, given);
    const ofRole = (arn: string) => verdicts.find(({ resource }) => resource.id === arn);

    expect(ofRole(hardRole.arn)).toMatchObject({
      status: 'NOT_AVAILABLE',
      reasonCode: 'EVIDENCE_UNREADABLE',
      reason: expect.stringMatching(
        /the answer to iam:GetAccountAuthorizationDetails is too complex: arn:aws:iam::\d+:role\/hard by hard, arn:/,
      ),
    });
    expect(ofRole(pusher.arn)).toMatchObject({ status: 'FAILED', reasonCode: 'CAN_WRITE' });
  });

  it('does not hide who else can write', () => {
    const { reasonCodes, reason } = verdictOf(ecrAccessWriters, given);

    expect(reasonCodes).toEqual(['EVIDENCE_UNREADABLE', 'WRITERS_NOT_REVIEWED']);
    expect(reason).toContain('1 role can write to ECR, and ecrWriters is not set: pusher.');
    expect(reason).toContain('Whether hard can write to ECR is not known');
  });
});

describe('a repository whose policy takes too long to decide by', () => {
  it('is not judged, while the others are', () => {
    const hard = aRepository({ name: 'hard' });
    const open = aRepository({ name: 'open' });
    const policies = {
      hard: present(
        aDocument(
          { ...letPull('*'), Action: hardPatterns(4_000, 'ecr:'), Resource: '*' },
          { ...hardDeny(4_000), Principal: '*', Action: hardPatterns(2_000, 'ecr:') },
        ),
      ),
      open: present(aDocument(letPull('*'))),
    };
    const region = {
      repositories: present([hard, open]),
      repositoryPolicies: present(policies),
      registryPolicy: { state: 'absent' } as const,
    };
    const verdicts = verdictsOf(ecrAccessRepositories, { region });

    expect(verdicts.map(({ resource, status }) => [resource.name, status])).toEqual([
      [`registry ${ACCOUNT}`, 'PASSED'],
      ['hard', 'NOT_AVAILABLE'],
      ['open', 'FAILED'],
    ]);
    expect(verdicts[1]?.reason).toContain('is too complex');
  });
});

it('a role with the ten longest policies that are honest is judged', () => {
  const actions = (count: number, service: string) =>
    Array.from({ length: count }, (_, index) => `${service}:Describe${index}*`);
  const policies = Array.from({ length: 10 }, (_, index) =>
    aManagedPolicy(`long-${index}`, allow(actions(280, `service${index}`)), allow(PULL)),
  );
  const role = aRole({ name: 'long', attachedPolicies: policies.map(({ arn }) => arn) });

  expect(
    verdictOf(ecrAccessWriters, { account: { iam: iamOf({ roles: [role], managedPolicies: policies }) } }),
  ).toMatchObject({ status: 'PASSED', reasonCode: 'NO_WRITERS' });
});
