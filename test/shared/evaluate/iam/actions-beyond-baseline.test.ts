import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsBeyondBaseline } from '../../../../shared/evaluate/iam/actions-beyond-baseline.ts';
import type { Identity } from '../../../../shared/evaluate/iam/identity.ts';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import {
  aDocument,
  allBut,
  allow,
  aPolicy,
  aRole,
  aRoleThat,
  deny,
  MFA,
  REPOSITORY,
  when,
} from './builders.ts';

function beyond(
  identity: Identity,
  baseline: readonly string[] = ['ec2:Describe*', 's3:GetObject'],
): string[] {
  return actionsBeyondBaseline(identity, [{ actions: baseline }], new Budget()).beyond.map(
    ({ action }) => action,
  );
}

const BUCKET = { Resource: 'arn:aws:s3:::bucket/*' };

describe('beyond a baseline of ec2:Describe* and s3:GetObject', () => {
  it.each<[string, string[], string[]]>([
    ['nothing', [], []],
    ['what it has', ['ec2:Describe*', 's3:GetObject'], []],
    ['a part of it', ['ec2:DescribeInstances', 'ec2:DescribeV*'], []],
    ['a part of it in another case', ['EC2:DESCRIBEVPCS', 's3:getobject'], []],
    ['more than it has', ['s3:Get*'], ['s3:Get*']],
    ['the whole service', ['ec2:*'], ['ec2:*']],
    ['everything', ['*'], ['*']],
    ['something else', ['ec2:DescribeVpcs', 'iam:PassRole'], ['iam:PassRole']],
  ])('%s', (_, actions, expected) => {
    expect(beyond(aRoleThat(...actions.map((action) => allow(action))))).toEqual(expected);
  });

  it('includes what NotAction allows', () => {
    expect(beyond(aRoleThat(allBut(allow(['iam:*', 'sts:*']))))).toEqual(['everything but iam:*, sts:*']);
  });

  it('includes what is allowed under a condition, with its policy', () => {
    expect(
      actionsBeyondBaseline(aRoleThat(when(allow('s3:PutObject'), MFA)), [], new Budget()).beyond,
    ).toEqual([{ action: 's3:PutObject', policy: 'policy' }]);
  });

  it.each<[string, Identity, string[]]>([
    ['a Deny of it', aRoleThat(allow('s3:PutObject', BUCKET), deny('s3:Put*')), []],
    [
      'a Deny of all that is beyond',
      aRoleThat(allow('s3:Get*'), deny('s3:GetBucket*'), deny('s3:GetObject?*')),
      ['s3:Get*'],
    ],
    [
      'a Deny of all but the baseline',
      aRoleThat(allow('*'), allBut(deny(['ec2:Describe*', 's3:GetObject']))),
      [],
    ],
    ['a Deny of all but more', aRoleThat(allow('*'), allBut(deny(['ec2:Describe*', 's3:*']))), ['*']],
    [
      'a Deny of a part of the resources',
      aRoleThat(allow('s3:PutObject'), deny('s3:*', BUCKET)),
      ['s3:PutObject'],
    ],
    [
      'a Deny of these resources',
      aRoleThat(allow('s3:PutObject', BUCKET), deny('s3:*', { Resource: 'arn:aws:s3:::*' })),
      [],
    ],
    ['a Deny under a condition', aRoleThat(allow('s3:PutObject'), when(deny('*'), MFA)), ['s3:PutObject']],
  ])('counts %s', (_, identity, expected) => {
    expect(beyond(identity)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['everything', aDocument(allow('*')), ['s3:*']],
    ['the baseline only', aDocument(allow(['ec2:Describe*', 's3:GetObject'])), []],
    ['something within', aDocument(allow('s3:PutObject')), ['s3:*']],
    ['other resources', aDocument(allow('*', { Resource: `${REPOSITORY}/*` })), []],
    ['everything but the service', aDocument(allBut(allow('s3:*'))), []],
    ['a Deny', aDocument(allow('*'), deny('s3:*')), []],
    ['nothing', aDocument(), []],
  ])('counts a boundary of %s', (_, boundary, expected) => {
    expect(beyond(aRole([aPolicy('s3', aDocument(allow('s3:*', BUCKET)))], boundary))).toEqual(expected);
  });

  it('is found despite an invalid policy, which is reported', () => {
    const result = actionsBeyondBaseline(
      aRole([aPolicy('invalid', '?'), aPolicy('s3', aDocument(allow('s3:*')))]),
      [],
      new Budget(),
    );
    expect(result.beyond).toEqual([{ action: 's3:*', policy: 's3' }]);
    expect(result.invalidPolicies.map(({ policy }) => policy)).toEqual(['invalid']);
  });
});

describe('beyond any baseline', () => {
  const action = fc.constantFrom('*', 'a:*', 'a:b', 'a:b*', 'a:?', 'c:*', 'c:d');

  it('there is nothing that the baseline has', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1 }), (actions) => {
        expect(beyond(aRoleThat(allow(actions)), actions)).toEqual([]);
      }),
    );
  });

  it('there is no more when it is larger', () => {
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 1 }),
        fc.array(action),
        action,
        (actions, baseline, added) => {
          const role = aRoleThat(allow(actions));
          expect(beyond(role, baseline)).toEqual(expect.arrayContaining(beyond(role, [...baseline, added])));
        },
      ),
    );
  });
});

describe('beyond a baseline on some resources', () => {
  const READING = [
    { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::tools-*/*', 'arn:aws-cn:s3:::tools-*/*'] },
    { actions: ['logs:Put*'] },
  ];
  const on = (...Resource: string[]) =>
    actionsBeyondBaseline(
      aRoleThat(allow(['s3:GetObject', 'logs:PutLogEvents'], { Resource })),
      READING,
      new Budget(),
    ).beyond.map(({ action }) => action);

  it.each([
    [['arn:aws:s3:::tools-eu-west-1/*']],
    [['arn:aws:s3:::tools-a/agent.zip', 'arn:aws-cn:s3:::tools-b/*']],
  ])('there is nothing in %j', (resources) => {
    expect(on(...resources)).toEqual([]);
  });

  it.each([
    [['*']],
    [['arn:aws:s3:::*']],
    [['arn:aws:s3:::data/*']],
    [['arn:aws:s3:::tools-a/*', 'arn:aws:s3:::data/*']],
    [['arn:aws:s3:::tools-a']],
  ])('is the action in %j', (resources) => {
    expect(on(...resources)).toEqual(['s3:GetObject']);
  });
});
