import { describe, expect, it } from 'vitest';
import { ecrAccessWriters } from '../../../../shared/evaluate/controls/ecr-access-writers.ts';
import type { Iam } from '../../../../shared/model/iam-facts.ts';
import { denied } from '../../../builders.ts';
import {
  ACCOUNT,
  aGroup,
  allow,
  aManagedPolicy,
  aRole,
  aUser,
  iamOf,
  inline,
  PULL,
  PUSH,
  verdictOf,
} from '../../../builders-iam.ts';

const WRITE = inline('push', allow(PUSH));
const READ = inline('pull', allow(PULL));

function judge(iam: Partial<Iam>, settings = {}) {
  return verdictOf(ecrAccessWriters, { account: { iam: iamOf(iam) } }, { settings });
}

describe('5.1.2 writers to ECR', () => {
  it('passes an account in which nobody can write', () => {
    const verdict = judge({
      users: [aUser({ inlinePolicies: [READ] })],
      roles: [aRole({ inlinePolicies: [READ] })],
    });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'NO_WRITERS', level: 'account' });
    expect(verdict.resource).toEqual({ type: 'AwsAccount', id: `AWS::::Account:${ACCOUNT}` });
  });

  it.each<[string, string | string[]]>([
    ['AmazonEC2ContainerRegistryPullOnly', [...PULL, 'ecr:BatchImportUpstreamImage']],
    ['a pattern of the same', ['ecr:BatchImport*', 'ecr:BatchGetImage']],
  ])('passes an account where nodes and users pull by %s', (_, actions) => {
    const inlinePolicies = [inline('pull', allow(actions))];
    const iam = { users: [aUser({ inlinePolicies })], roles: [aRole({ inlinePolicies })] };

    expect(judge(iam).reasonCode).toBe('NO_WRITERS');
    expect(judge(iam, { ecrWriters: ['ci'] }).reasonCode).toBe('NO_WRITERS');
  });

  describe('a user who can write', () => {
    const policy = aManagedPolicy('push', allow(PUSH));

    it.each<[string, Partial<Iam>]>([
      ['by a policy of their own', { users: [aUser({ inlinePolicies: [WRITE] })] }],
      [
        'by an attached policy',
        { users: [aUser({ attachedPolicies: [policy.arn] })], managedPolicies: [policy] },
      ],
      [
        'by their group',
        { users: [aUser({ groups: ['developers'] })], groups: [aGroup({ inlinePolicies: [WRITE] })] },
      ],
      [
        'by a policy attached to their group',
        {
          users: [aUser({ groups: ['developers'] })],
          groups: [aGroup({ attachedPolicies: [policy.arn] })],
          managedPolicies: [policy],
        },
      ],
      ['by deleting', { users: [aUser({ inlinePolicies: [inline('x', allow('ecr:Batch*Image'))] })] }],
      ['by changing policies', { users: [aUser({ inlinePolicies: [inline('x', allow('ecr:Set*'))] })] }],
      [
        'by everything but IAM',
        {
          users: [
            aUser({ inlinePolicies: [inline('x', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })] }),
          ],
        },
      ],
    ])('fails %s', (_, iam) => {
      const verdict = judge(iam);

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'USERS_CAN_WRITE', severity: 'MEDIUM' });
      expect(verdict.reason).toContain('ann');
      expect(verdict.evidence).toEqual({ users: 'ann' });
    });

    it('is not one whose boundary leaves reading only', () => {
      const boundary = aManagedPolicy('boundary', allow(PULL));
      const user = aUser({ inlinePolicies: [WRITE], permissionsBoundary: boundary.arn });

      expect(judge({ users: [user], managedPolicies: [boundary] }).reasonCode).toBe('NO_WRITERS');
    });

    it('is not one who is denied it', () => {
      const refusal = inline('no', { ...allow('ecr:*'), Effect: 'Deny' });

      expect(judge({ users: [aUser({ inlinePolicies: [WRITE, refusal] })] }).reasonCode).toBe('NO_WRITERS');
    });

    it('is named with 19 others, and the rest are counted', () => {
      const users = Array.from({ length: 23 }, (_, index) =>
        aUser({ name: `user-${String(index).padStart(2, '0')}`, inlinePolicies: [WRITE] }),
      );

      const { reason } = judge({ users });

      expect(reason).toContain('23 IAM users');
      expect(reason).toContain('user-19 and 3 more');
      expect(reason).not.toContain('user-20');
    });
  });

  describe('a role that can write', () => {
    const roles = [aRole({ name: 'ci', inlinePolicies: [WRITE] })];

    it('is a warning while nobody has said which may', () => {
      expect(judge({ roles })).toMatchObject({ status: 'WARNING', reasonCode: 'WRITERS_NOT_REVIEWED' });
      expect(judge({ roles }).reason).toContain('ci');
      expect(judge({ roles }).evidence).toEqual({ roles: 'ci' });
    });

    it.each([['ci'], ['c*'], [`arn:aws:iam::${ACCOUNT}:role/ci`], ['arn:aws:iam::*:role/c?']])(
      'passes when ecrAccessWriters has %s',
      (pattern) => {
        expect(judge({ roles }, { ecrWriters: ['other', pattern] })).toMatchObject({
          status: 'PASSED',
          reasonCode: 'APPROVED_WRITERS',
          evidence: { writers: 'ci' },
        });
      },
    );

    it.each([['c'], ['CI'], ['ci-*']])('fails when ecrAccessWriters has only %s', (pattern) => {
      const verdict = judge({ roles }, { ecrWriters: [pattern] });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'UNAPPROVED_WRITERS',
        severity: 'MEDIUM',
      });
      expect(verdict.reason).toContain('ci');
    });

    it.each(['/service-role/', '/service-role/aws-service-role/'])(
      'is not a service-linked one because of the path %s',
      (path) => {
        const role = aRole({ name: 'CodeBuild', path, inlinePolicies: [WRITE] });

        expect(judge({ roles: [role] }, { ecrWriters: ['none'] }).reasonCode).toBe('UNAPPROVED_WRITERS');
      },
    );

    it.each(['ECR:PutImage', 'Ecr:*', 'ecr:PUTIMAGE', 'ECR:NewWrite'])(
      'counts by the action %s',
      (action) => {
        const role = aRole({ name: 'ci', inlinePolicies: [inline('x', allow(action))] });

        expect(judge({ roles: [role] }).reasonCode).toBe('WRITERS_NOT_REVIEWED');
      },
    );

    it('is fine when an AWS service owns it', () => {
      const path = '/aws-service-role/replication.ecr.amazonaws.com/';
      const linked = aRole({ path, inlinePolicies: [WRITE] });

      expect(judge({ roles: [linked] }, { ecrWriters: ['none'] }).reasonCode).toBe('NO_WRITERS');
    });
  });

  it('names users and roles alike, the worst first', () => {
    const users = [aUser({ inlinePolicies: [WRITE] })];
    const roles = [aRole({ inlinePolicies: [WRITE] })];

    expect(judge({ users, roles }).reasonCodes).toEqual(['USERS_CAN_WRITE', 'WRITERS_NOT_REVIEWED']);
    expect(judge({ users, roles }, { ecrWriters: ['ci'] }).reasonCodes).toEqual([
      'USERS_CAN_WRITE',
      'UNAPPROVED_WRITERS',
    ]);
  });

  describe('who cannot be told to write or not', () => {
    it.each<[string, Partial<Iam>]>([
      [
        'has a policy that AWS did not send',
        { roles: [aRole({ attachedPolicies: ['arn:aws:iam::aws:policy/X'] })] },
      ],
      ['has an odd policy', { roles: [aRole({ inlinePolicies: [{ name: 'odd', document: '{}' }] })] }],
      [
        'has a boundary that AWS did not send',
        { users: [aUser({ permissionsBoundary: 'arn:aws:iam::aws:policy/X' })] },
      ],
      ['is in a group that AWS did not send', { users: [aUser({ groups: ['gone'] })] }],
    ])('%s: not available', (_, iam) => {
      const verdict = judge(iam);

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
      expect(verdict.reason).toMatch(/node|ann/);
    });

    it('hides no user who can', () => {
      const verdict = judge({
        users: [aUser({ inlinePolicies: [WRITE] })],
        roles: [aRole({ inlinePolicies: [{ name: 'odd', document: '{}' }] })],
      });

      expect(verdict.reasonCodes).toEqual(['USERS_CAN_WRITE', 'EVIDENCE_UNREADABLE']);
    });
  });

  it('is not available when IAM cannot be read', () => {
    const account = { iam: denied('iam:GetAccountAuthorizationDetails') };

    expect(verdictOf(ecrAccessWriters, { account })).toMatchObject({ status: 'NOT_AVAILABLE' });
  });
});
