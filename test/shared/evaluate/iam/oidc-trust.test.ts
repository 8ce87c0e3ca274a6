import { describe, expect, it } from 'vitest';
import type { OidcTrust } from '../../../../shared/evaluate/iam/oidc-trust.ts';
import { oidcTrust } from '../../../../shared/evaluate/iam/oidc-trust.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT, aResourcePolicy, variable } from './builders.ts';

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789';
const PROVIDER = { arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`, issuer: ISSUER };
const SUB = `${ISSUER}:sub`;
const AUD = { [`${ISSUER}:aud`]: 'sts.amazonaws.com' };
const APP = 'system:serviceaccount:shop:cart';

function trust(Condition?: unknown, more: RawStatement = {}): RawStatement {
  return {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER.arn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...(Condition === undefined ? {} : { Condition }),
    ...more,
  };
}

function denial(Condition?: unknown, more: RawStatement = {}): RawStatement {
  return { ...trust(Condition, more), Effect: 'Deny' };
}

function judge(...statements: RawStatement[]): OidcTrust[] {
  return oidcTrust(aResourcePolicy(...statements), PROVIDER);
}

describe('a trust is confined with', () => {
  it.each<[string, unknown, OidcTrust['breadth']]>([
    ['a service account', { StringEquals: { [SUB]: APP, ...AUD } }, 'service-accounts'],
    [
      'several service accounts',
      { StringEquals: { [SUB]: [APP, 'system:serviceaccount:shop:till'] } },
      'service-accounts',
    ],
    ['StringLike of a name', { StringLike: { [SUB]: APP } }, 'service-accounts'],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { [SUB]: APP } }, 'service-accounts'],
    ['IfExists, for there is always a subject', { StringEqualsIfExists: { [SUB]: APP } }, 'service-accounts'],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { [SUB]: APP } }, 'service-accounts'],
    ['the key in another case', { StringEquals: { [SUB.toUpperCase()]: APP } }, 'service-accounts'],
    ['a namespace', { StringLike: { [SUB]: 'system:serviceaccount:shop:*' } }, 'namespaces'],
    [
      'the start of a name in a namespace',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:cart-?' } },
      'namespaces',
    ],
    [
      'a service account and a namespace',
      { StringLike: { [SUB]: [APP, 'system:serviceaccount:x:*'] } },
      'namespaces',
    ],
    [
      'the narrower of two demands',
      { StringLike: { [SUB]: '*' }, StringEquals: { [SUB]: APP } },
      'service-accounts',
    ],
    [
      'stars that StringEquals takes for stars',
      { StringEquals: { [SUB]: 'system:serviceaccount:*:*' } },
      'service-accounts',
    ],
    ['a subject no service account has', { StringLike: { [SUB]: 'repo:me/*' } }, 'nobody'],
    [
      'the subject of another issuer, which no token of this one has',
      { StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/OTHER:sub': APP } },
      'nobody',
    ],
    ['the audience of another issuer', { StringEquals: { 'accounts.google.com:aud': 'me' } }, 'nobody'],
    [
      'ForAllValues, beside the demand that there is a value',
      { 'ForAllValues:StringEquals': { [SUB]: APP }, Null: { [SUB]: 'false' } },
      'service-accounts',
    ],
  ])('%s', (_, condition, breadth) => {
    expect(judge(trust(condition))).toMatchObject([{ confined: true, breadth }]);
  });
});

describe('a trust is not confined with', () => {
  it.each<[string, unknown, OidcTrust['breadth']]>([
    ['no condition', undefined, 'everybody'],
    ['an empty condition', {}, 'everybody'],
    ['the audience only', { StringEquals: AUD }, 'everybody'],
    ['*', { StringLike: { [SUB]: '*' } }, 'everybody'],
    ['system:*', { StringLike: { [SUB]: 'system:*' } }, 'everybody'],
    ['system:serviceaccount:*', { StringLike: { [SUB]: 'system:serviceaccount:*' } }, 'everybody'],
    ['system:serviceaccount:*:*', { StringLike: { [SUB]: 'system:serviceaccount:*:*' } }, 'everybody'],
    ['a name in any namespace', { StringLike: { [SUB]: 'system:serviceaccount:*:cart' } }, 'everybody'],
    [
      'a name in any namespace by ?*',
      { StringLike: { [SUB]: 'system:serviceaccount:?*:cart' } },
      'everybody',
    ],
    [
      'the start of a namespace',
      { StringLike: { [SUB]: 'system:serviceaccount:prod-*:cart' } },
      'namespace-patterns',
    ],
    [
      'the start of a namespace, and any name',
      { StringLike: { [SUB]: 'system:serviceaccount:prod*' } },
      'namespace-patterns',
    ],
    ['one value among others that is open', { StringLike: { [SUB]: [APP, '*'] } }, 'everybody'],
    ['ForAllValues, which needs no value', { 'ForAllValues:StringEquals': { [SUB]: APP } }, 'everybody'],
    ['what it must not be', { StringNotEquals: { [SUB]: APP } }, 'everybody'],
    ['that it must be there', { Null: { [SUB]: 'false' } }, 'everybody'],
    [
      'the subject of another issuer, if there is one',
      { StringEqualsIfExists: { 'accounts.google.com:sub': APP } },
      'everybody',
    ],
    [
      'not being somebody of another issuer',
      { StringNotEquals: { 'accounts.google.com:sub': APP } },
      'everybody',
    ],
    ['a policy variable', { StringEquals: { [SUB]: variable('aws:PrincipalTag/sub') } }, 'everybody'],
  ])('%s', (_, condition, breadth) => {
    expect(judge(trust(condition))).toMatchObject([{ confined: false, breadth }]);
  });
});

describe('a statement is about the provider', () => {
  it.each<[string, RawStatement]>([
    ['among others', { Principal: { Federated: ['accounts.google.com', PROVIDER.arn] } }],
    ['by its issuer', { Principal: { Federated: ISSUER } }],
    ['by *', { Principal: '*' }],
    ['by any provider', { Principal: { Federated: '*' } }],
    ['by leaving out another', { Principal: undefined, NotPrincipal: { Federated: 'accounts.google.com' } }],
    ['with all of STS', { Action: 'sts:*' }],
    [
      'with a list of actions in another case',
      { Action: ['sts:TagSession', 'STS:assumerolewithwebidentity'] },
    ],
    ['with NotAction', { Action: undefined, NotAction: 'sts:AssumeRole' }],
  ])('%s', (_, more) => {
    expect(judge(trust(undefined, more))).toHaveLength(1);
  });

  it.each<[string, RawStatement]>([
    ['not with another provider', { Principal: { Federated: `${PROVIDER.arn}0` } }],
    ['not with a service', { Principal: { Service: 'ec2.amazonaws.com' } }],
    ['not by leaving it out', { Principal: undefined, NotPrincipal: { Federated: PROVIDER.arn } }],
    ['not with another action', { Action: 'sts:AssumeRoleWithSAML' }],
  ])('%s', (_, more) => {
    expect(judge(trust(undefined, more))).toEqual([]);
  });

  it('and each is judged by itself', () => {
    const named = trust({ StringEquals: { [SUB]: APP } }, { Sid: 'Named' });
    expect(judge({ ...trust(), Principal: { Service: 'ec2.amazonaws.com' } }, named, trust())).toEqual([
      {
        sid: 'Named',
        statement: 1,
        confined: true,
        breadth: 'service-accounts',
        subjects: [APP],
        reason: ':sub names service accounts',
      },
      {
        sid: undefined,
        statement: 2,
        confined: false,
        breadth: 'everybody',
        subjects: [],
        reason: 'no condition confines :sub',
      },
    ]);
  });
});

describe('a Deny', () => {
  it('of all leaves no trust', () => {
    expect(judge(trust(), denial())).toEqual([]);
    expect(judge(trust(), denial(undefined, { Principal: '*', Action: '*' }))).toEqual([]);
  });

  it.each([
    ['StringNotEquals', APP],
    ['StringNotLike', 'system:serviceaccount:shop:*'],
    ['StringNotEqualsIfExists', APP],
    ['ForAllValues:StringNotEquals', APP],
  ])('by %s confines', (operator, value) => {
    expect(judge(trust(), denial({ [operator]: { [SUB]: value } }))).toMatchObject([
      { confined: true, subjects: [value] },
    ]);
  });

  it.each<[string, RawStatement]>([
    ['spares everybody’s namespaces', denial({ StringNotLike: { [SUB]: 'system:serviceaccount:*' } })],
    ['spares others by another condition', denial({ StringNotEquals: { [SUB]: APP, ...AUD } })],
    ['denies only some', denial({ StringEquals: { [SUB]: APP } })],
    ['needs a value', denial({ 'ForAnyValue:StringNotEquals': { [SUB]: APP } })],
    ['is about another provider', denial(undefined, { Principal: { Federated: 'accounts.google.com' } })],
    ['is about another action', denial(undefined, { Action: 'sts:AssumeRole' })],
  ])('does not confine when it %s', (_, statement) => {
    expect(judge(trust(), statement)).toMatchObject([{ confined: false }]);
  });
});
