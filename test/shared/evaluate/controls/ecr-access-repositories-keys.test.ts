import { describe, expect, it } from 'vitest';
import { denied } from '../../../builders.ts';
import {
  ACCOUNT,
  anOrganization,
  letPull,
  PUSH,
  type RawStatement,
  SIBLING,
  STRANGER,
} from '../../../builders-iam.ts';
import { variable } from '../iam/builders.ts';
import { denyAll, FOREIGN, judge, OURS, root } from './ecr-access-repositories-support.ts';

describe('5.1.2 a key that every request to ECR has', () => {
  const ofAccount = (accountId: string): [string, string][] => [
    ['aws:PrincipalAccount', accountId],
    ['aws:PrincipalArn', `arn:aws:iam::${accountId}:role/ci`],
    ['aws:userid', accountId],
  ];

  it.each(['ForAllValues:StringEquals', 'StringEqualsIfExists', 'ForAllValues:StringLikeIfExists'])(
    'confines by %s like by the plain operator',
    (operator) => {
      for (const [key, value] of ofAccount(SIBLING)) {
        expect(judge([letPull('*', { Condition: { [operator]: { [key]: value } } })]).reasonCodes).toEqual([
          'POLICY_CONFINED',
        ]);
      }
      for (const [key, value] of ofAccount(STRANGER)) {
        expect(judge([letPull('*', { Condition: { [operator]: { [key]: value } } })]).reasonCodes).toEqual([
          'EXTERNAL_READ',
        ]);
      }
    },
  );

  it('spares by ForAnyValue in a Deny like by the plain operator', () => {
    for (const [key, value] of ofAccount(SIBLING)) {
      const others = denyAll({ 'ForAnyValue:StringNotEquals': { [key]: value } });
      expect(judge([letPull('*'), others]).reasonCodes).toEqual(['POLICY_CONFINED']);
    }
  });

  it('is never missing', () => {
    const missing = { Null: { 'aws:PrincipalArn': 'true' } };
    const there = { Null: { 'aws:PrincipalAccount': 'false' } };

    expect(judge([letPull('*', { Condition: missing })]).reason).toBe('The policy grants access to nobody.');
    expect(judge([letPull('*', { Condition: there })]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
    expect(judge([letPull('*'), denyAll(there)]).reason).toBe('The policy grants access to nobody.');
    expect(judge([letPull('*'), denyAll(missing)]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
  });

  it('is the account or organization of the resource as well', () => {
    for (const [key, value] of [
      ['aws:ResourceAccount', variable('aws:PrincipalAccount')],
      ['aws:ResourceOrgID', variable('aws:PrincipalOrgID')],
    ]) {
      const Condition = { 'ForAllValues:StringEquals': { [`${key}`]: value } };
      expect(judge([letPull('*', { Condition })]).reasonCodes).toEqual(['POLICY_CONFINED']);
    }
  });

  it('is not an organization, which accounts need not have', () => {
    for (const operator of ['ForAllValues:StringEquals', 'StringEqualsIfExists']) {
      const Condition = { [operator]: { 'aws:PrincipalOrgID': OURS } };
      expect(judge([letPull('*', { Condition })]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
    }
  });
});

describe('5.1.2 a condition on the organization of the resource, which cannot be read', () => {
  const organization = anOrganization({ id: denied('organizations:DescribeOrganization') });
  const ofOurs = { 'aws:ResourceOrgID': OURS };
  const paths = { 'aws:ResourceOrgPaths': `${OURS}/*` };

  it.each<[string, RawStatement[]]>([
    ['an Allow that excludes it', [letPull('*', { Condition: { StringNotEquals: ofOurs } })]],
    [
      'an Allow that excludes its paths',
      [letPull('*', { Condition: { 'ForAllValues:StringNotLike': paths } })],
    ],
    ['an Allow for it, if there is one', [letPull('*', { Condition: { StringEqualsIfExists: ofOurs } })]],
    ['an Allow for none', [letPull('*', { Condition: { Null: { 'aws:ResourceOrgID': 'true' } } })]],
    [
      'an Allow for any that begins so',
      [letPull('*', { Condition: { StringLike: { 'aws:ResourceOrgID': 'o-a*' } } })],
    ],
    ['a Deny for it', [letPull('*'), denyAll({ StringEquals: ofOurs })]],
    ['a Deny for its paths', [letPull('*'), denyAll({ 'ForAnyValue:StringLike': paths })]],
    ['a Deny for others', [letPull('*'), denyAll({ StringNotEquals: ofOurs })]],
    ['a Deny where there is one', [letPull('*'), denyAll({ Null: { 'aws:ResourceOrgID': 'false' } })]],
    [
      'a Deny for it, which spares our account',
      [letPull('*'), denyAll({ StringEquals: ofOurs, StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } })],
    ],
    [
      'a Deny of the one account let in',
      [
        letPull(root(STRANGER), { Action: PUSH }),
        denyAll({ StringEquals: ofOurs }, { Principal: root(STRANGER) }),
      ],
    ],
    [
      'a Deny of the one account that a condition lets in',
      [
        letPull('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': STRANGER } } }),
        denyAll({ StringEquals: { ...ofOurs, 'aws:PrincipalAccount': STRANGER } }),
      ],
    ],
  ])('leaves %s unjudged, naming the operation', (_, statements) => {
    const verdict = judge(statements, { organization });

    expect(verdict.reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
    expect(verdict.reason).toContain('organizations:DescribeOrganization failed with AccessDeniedException');
  });

  it.each<[string, RawStatement[], string]>([
    [
      'it is nothing that an organization has',
      [letPull('*', { Condition: { StringEquals: { 'aws:ResourceOrgID': 'x' } } })],
      'POLICY_CONFINED',
    ],
    [
      'the Allow excludes nothing',
      [letPull('*', { Condition: { StringNotEquals: { 'aws:ResourceOrgID': 'x' } } })],
      'PUBLIC_ACCESS',
    ],
    [
      'the Deny is for our account only',
      [letPull(root(STRANGER)), denyAll({ StringEquals: ofOurs }, { Principal: root(ACCOUNT) })],
      'EXTERNAL_READ',
    ],
    [
      'our own account is let in',
      [letPull({ AWS: ACCOUNT }, { Condition: { StringNotEquals: ofOurs } })],
      'POLICY_CONFINED',
    ],
    [
      'the paths are those of the resource',
      [
        letPull('*', {
          Condition: {
            'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${variable('aws:ResourceOrgID')}/*` },
          },
        }),
      ],
      'POLICY_CONFINED',
    ],
  ])('does not matter where %s', (_, statements, code) => {
    expect(judge(statements, { organization }).reasonCodes).toEqual([code]);
  });

  it('is decided where it can be read', () => {
    for (const [id, code] of [
      [OURS, 'POLICY_CONFINED'],
      [FOREIGN, 'PUBLIC_ACCESS'],
    ] as const) {
      const resource = { 'aws:ResourceOrgID': id };
      expect(judge([letPull('*', { Condition: { StringNotEquals: resource } })]).reasonCodes).toEqual([code]);
      expect(judge([letPull('*'), denyAll({ StringEquals: resource })]).reasonCodes).toEqual([code]);
    }
  });
});

describe('5.1.2 a unique id', () => {
  const byId = { StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' } };

  it.each<[string, RawStatement[]]>([
    ['an Allow', [letPull('*', { Condition: byId })]],
    [
      'an Allow, behind an endpoint',
      [letPull('*', { Condition: { ...byId, StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })],
    ],
    ['a Deny of all others', [letPull('*'), denyAll({ StringNotLike: byId.StringLike })]],
    [
      'a list with our account',
      [letPull('*'), denyAll({ StringNotLike: { 'aws:userid': ['AIDAABCDEFGHIJKLMNOPQ', ACCOUNT] } })],
    ],
  ])('confines to one role or user: %s', (_, statements) => {
    expect(judge(statements).reasonCodes).toEqual(['POLICY_CONFINED']);
  });

  it('is judged by the account or organization that he has to be of as well', () => {
    const ours = { ...byId, StringEquals: { 'aws:PrincipalOrgID': OURS } };

    const theirs = { ...byId, StringEqualsIfExists: { 'aws:PrincipalOrgID': FOREIGN } };

    expect(judge([letPull({ AWS: ACCOUNT }, { Condition: byId })]).reasonCodes).toEqual(['POLICY_CONFINED']);
    expect(judge([letPull('*', { Condition: theirs })]).reasonCodes).toContain('EXTERNAL_READ');
    expect(judge([letPull('*', { Condition: ours })]).reasonCodes).toEqual(['POLICY_CONFINED']);
    expect(judge([letPull({ AWS: STRANGER }, { Condition: byId })]).reasonCodes).toEqual(['EXTERNAL_READ']);
  });
});

describe('5.1.2 a variable for the account or organization of the resource', () => {
  const account = variable('aws:ResourceAccount');

  it.each<[string, Record<string, unknown>]>([
    ['in the ARN of a role', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/x` } }],
    [
      'in another case',
      { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${variable('AWS:resourceaccount')}:role/x` } },
    ],
    ['in the ARN of a project', { ArnLike: { 'aws:SourceArn': `arn:aws:codebuild:*:${account}:project/*` } }],
    ['in a user id', { StringLike: { 'aws:userid': `${account}:*` } }],
    ['in the ARN of a VPC', { ArnLike: { 'aws:SourceVpcArn': `arn:aws:ec2:*:${account}:vpc/*` } }],
    [
      'in paths',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${variable('aws:ResourceOrgID')}/r-ab12/*` } },
    ],
  ])('is our own %s', (_, Condition) => {
    expect(judge([letPull('*', { Condition, Action: PUSH })]).reasonCodes).toEqual(['POLICY_CONFINED']);
  });

  it('makes no stranger ours', () => {
    const roles = { StringLike: { 'aws:PrincipalArn': `arn:*:iam::${account}:role/x` } };
    const strangers = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${STRANGER}:role/${account}` } };
    const callers = {
      ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${variable('aws:PrincipalAccount')}:role/x` },
    };

    expect(judge([letPull('*', { Condition: roles })]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
    expect(judge([letPull('*', { Condition: strangers })]).reasonCodes).toEqual(['EXTERNAL_READ']);
    expect(judge([letPull('*', { Condition: callers })]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
  });
});
