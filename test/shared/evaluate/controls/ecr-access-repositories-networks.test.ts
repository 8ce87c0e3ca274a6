import { describe, expect, it } from 'vitest';
import { ACCOUNT, letPull, PULL, type RawStatement, SIBLING, STRANGER } from '../../../builders-iam.ts';
import { FOREIGN, judge, OURS } from './ecr-access-repositories-support.ts';

const ENDPOINT = { 'aws:SourceVpce': 'vpce-1' };
type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What everyone may do who fulfils these conditions and comes through the endpoint. */
function throughEndpoint(conditions: Conditions, Action: unknown = 'ecr:PutImage') {
  const { StringEquals, ...others } = conditions;
  const Condition = { ...others, StringEquals: { ...StringEquals, ...ENDPOINT } };
  return judge([letPull('*', { Action, Condition })]);
}

/** The same, with the endpoint demanded by a Deny. */
function deniedElsewhere(Condition: Conditions) {
  const elsewhere = { StringNotEqualsIfExists: ENDPOINT };
  return judge([
    letPull('*', { Action: 'ecr:PutImage', Condition }),
    { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition: elsewhere },
  ]);
}

describe('5.1.2 an outsider whom a condition names beside others', () => {
  it.each<[string, string, Conditions]>([
    ['their organization, if any', FOREIGN, { StringEqualsIfExists: { 'aws:PrincipalOrgID': FOREIGN } }],
    [
      'their organization, if any, by ForAllValues',
      FOREIGN,
      { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': FOREIGN } },
    ],
    [
      'their paths, if any',
      FOREIGN,
      { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${FOREIGN}/*` } },
    ],
    [
      'their account by ForAllValues',
      STRANGER,
      { 'ForAllValues:StringEquals': { 'aws:PrincipalAccount': STRANGER } },
    ],
    [
      'their roles, by a star that crosses colons',
      STRANGER,
      { StringLike: { 'aws:PrincipalArn': `arn:*:iam::${STRANGER}:role/*` } },
    ],
    ['their account or any', STRANGER, { StringLike: { 'aws:PrincipalAccount': [STRANGER, '*'] } }],
    [
      'their function’s sessions, if it is one',
      STRANGER,
      { ArnLikeIfExists: { 'lambda:SourceFunctionArn': `arn:aws:lambda:*:${STRANGER}:function:*` } },
    ],
    [
      'their organization, whatever our services are for',
      FOREIGN,
      {
        StringEqualsIfExists: { 'aws:PrincipalOrgID': FOREIGN, 'aws:SourceAccount': ACCOUNT },
      },
    ],
  ])('stays one behind an endpoint: %s', (_, who, conditions) => {
    for (const verdict of [throughEndpoint(conditions), deniedElsewhere(conditions)]) {
      expect(verdict.reasonCodes).toEqual(['EXTERNAL_WRITE']);
      expect(verdict.evidence).toMatchObject({ externalWriters: expect.stringContaining(who) });
    }
    expect(throughEndpoint(conditions, PULL).reasonCodes).toEqual(['EXTERNAL_READ']);
  });

  it('stays one whom a Deny spares together with an endpoint, behind any other', () => {
    const spared = { 'aws:PrincipalOrgID': FOREIGN, 'aws:SourceVpce': 'vpce-2' };
    const others = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'ecr:*',
      Condition: { StringNotEquals: spared },
    };

    for (const network of [ENDPOINT, { 'aws:VpceAccount': ACCOUNT }]) {
      const allow = letPull('*', { Action: 'ecr:PutImage', Condition: { StringEquals: network } });
      expect(judge([allow, others]).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    }
  });

  it.each<[string, Conditions]>([
    ['our organization, if any', { StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS } }],
    ['a sibling’s roles', { StringLike: { 'aws:PrincipalArn': `arn:*:iam::${SIBLING}:role/*` } }],
    ['not being a stranger', { StringNotEquals: { 'aws:PrincipalOrgID': FOREIGN } }],
    ['anyone', { StringLike: { 'aws:PrincipalArn': '*' } }],
    [
      'a stranger, and our organization for sure',
      {
        StringLike: { 'aws:PrincipalArn': `arn:*:iam::${STRANGER}:role/*` },
        StringEquals: { 'aws:PrincipalOrgID': OURS },
      },
    ],
    ['nobody more', {}],
  ])('is not there behind an endpoint for %s', (_, conditions) => {
    expect(throughEndpoint(conditions).reasonCodes).toEqual(['POLICY_CONFINED']);
    expect(deniedElsewhere(conditions).reasonCodes).toEqual(['POLICY_CONFINED']);
  });

  it('is kept out by a Deny of his account', () => {
    const Condition = {
      StringLike: { 'aws:PrincipalArn': `arn:*:iam::${STRANGER}:role/*` },
      StringEquals: ENDPOINT,
    };
    const stranger = { Effect: 'Deny', Principal: { AWS: STRANGER }, Action: 'ecr:*' };

    expect(judge([letPull('*', { Condition }), stranger]).reasonCodes).toEqual(['POLICY_CONFINED']);
  });

  it('is not told beside everyone', () => {
    const Condition = { StringEqualsIfExists: { 'aws:PrincipalOrgID': FOREIGN } };

    expect(judge([letPull('*', { Condition })]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
  });
});

describe('5.1.2 an endpoint whose owner a condition names', () => {
  const vpcOf = (accountId: string) => `arn:aws:ec2:eu-west-1:${accountId}:vpc/vpc-1`;

  it.each<[string, RawStatement]>([
    ['an account', { 'aws:VpceAccount': STRANGER }],
    ['an organization', { 'aws:VpceOrgID': FOREIGN }],
    ['the account of its VPC', { 'aws:SourceVpcArn': vpcOf(STRANGER) }],
    ['ours or an account', { 'aws:VpceAccount': [ACCOUNT, STRANGER] }],
  ])('is the outsider’s by %s', (_, owner) => {
    expect(throughEndpoint({ StringEquals: owner }).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    expect(deniedElsewhere({ StringEquals: owner }).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    expect(throughEndpoint({ StringEquals: owner }, PULL).reasonCodes).toEqual(['EXTERNAL_READ']);
  });

  it.each<[string, RawStatement]>([
    ['our account', { 'aws:VpceAccount': ACCOUNT }],
    ['our organization', { 'aws:VpceOrgID': OURS }],
    ['the account of its VPC', { 'aws:SourceVpcArn': vpcOf(SIBLING) }],
    [
      'ours of the two that another condition names',
      { 'aws:VpceAccount': [ACCOUNT, STRANGER], 'aws:VpceOrgID': OURS },
    ],
  ])('is ours by %s', (_, owner) => {
    expect(throughEndpoint({ StringEquals: owner }).reasonCodes).toEqual(['POLICY_CONFINED']);
    expect(deniedElsewhere({ StringEquals: owner }).reasonCodes).toEqual(['POLICY_CONFINED']);
  });

  it('lets our own organization in, whosever it is', () => {
    const owner = { 'aws:VpceAccount': STRANGER, 'aws:PrincipalOrgID': OURS };

    expect(throughEndpoint({ StringEquals: owner }).reasonCodes).toEqual(['POLICY_CONFINED']);
  });
});
