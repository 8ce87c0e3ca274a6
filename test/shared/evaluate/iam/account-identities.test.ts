import { describe, expect, it } from 'vitest';
import {
  analyzePermissions,
  indexIam,
  roleByArn,
} from '../../../../shared/evaluate/iam/account-identities.ts';
import { readStatements } from '../../../../shared/evaluate/iam/identity.ts';
import type { Iam } from '../../../../shared/model/iam-facts.ts';
import {
  ACCOUNT,
  aGroup,
  allow,
  aManagedPolicy,
  aRole,
  aUser,
  inline,
  SIBLING,
} from '../../../builders-iam.ts';

function indexOf(iam: Partial<Iam>) {
  return indexIam({ roles: [], users: [], groups: [], managedPolicies: [], ...iam });
}

describe('a role by its ARN', () => {
  const role = aRole({ name: 'ci' });
  const find = (arn: string) => roleByArn(arn, ACCOUNT, indexOf({ roles: [role] }));

  it.each([`arn:aws:iam::${ACCOUNT}:role/ci`, `arn:aws:iam::${ACCOUNT}:role/team/ci`])(
    'is found as %s',
    (arn) => {
      expect(find(arn)).toEqual({ state: 'present', value: role });
    },
  );

  it('is absent when the account has none of the name', () => {
    expect(find(`arn:aws:iam::${ACCOUNT}:role/c`)).toEqual({ state: 'absent' });
  });

  it.each([`arn:aws:iam::${SIBLING}:role/ci`, 'ci'])('is unreadable when %s is not of the account', (arn) => {
    expect(find(arn)).toMatchObject({ state: 'unreadable', code: 'OtherAccount' });
  });
});

describe('the permissions of a user', () => {
  const attached = aManagedPolicy('attached', allow('ecr:*'));
  const ofGroup = aManagedPolicy('of-group', allow('s3:*'));
  const group = aGroup({
    name: 'ops',
    inlinePolicies: [inline('own', allow('eks:*'))],
    attachedPolicies: [ofGroup.arn],
  });
  const user = aUser({
    inlinePolicies: [inline('mine', allow('iam:*'))],
    attachedPolicies: [attached.arn],
    groups: ['ops'],
  });
  const analyze = (iam: Partial<Iam>, differing = {}) =>
    analyzePermissions({ ...user, ...differing }, indexOf(iam), {
      key: 'statements',
      answer: readStatements,
    });

  it('are those of all policies of the user and of the groups, by name', () => {
    const answer = analyze({ groups: [group], managedPolicies: [attached, ofGroup] });
    const policies = answer.state === 'present' ? answer.value.allows.map(({ policy }) => policy) : [];

    expect(policies).toEqual(['mine', attached.arn, 'ops/own', ofGroup.arn]);
  });

  it('are unreadable, and name what is missing', () => {
    expect(analyze({ managedPolicies: [attached] })).toMatchObject({
      state: 'unreadable',
      detail: `${user.arn}: group ops is not among the account's policies`,
    });
    expect(analyze({ groups: [group], managedPolicies: [attached] })).toMatchObject({
      detail: `${user.arn}: ${ofGroup.arn} is not among the account's policies`,
    });
  });

  it('are unreadable where a policy is invalid, which is named with its problem', () => {
    const broken = { name: 'broken', document: '{}' };

    expect(analyze({}, { inlinePolicies: [broken], attachedPolicies: [], groups: [] })).toMatchObject({
      state: 'unreadable',
      detail: expect.stringContaining(`${user.arn}: broken: Statement`),
    });
  });
});
