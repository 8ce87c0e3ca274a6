import { describe, expect, it } from 'vitest';
import type { OidcTrust } from '../../../../shared/evaluate/iam/oidc-trust.ts';
import { oidcTrust } from '../../../../shared/evaluate/iam/oidc-trust.ts';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT, aResourcePolicy, variable } from './builders.ts';

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789';
const PROVIDER = { arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`, issuer: ISSUER };
const SUB = `${ISSUER}:sub`;
const AUD = { [`${ISSUER}:aud`]: 'sts.amazonaws.com' };
const APP = 'system:serviceaccount:shop:cart';

const NONE = 'no service account has such a :sub';
const SERVICE_ACCOUNTS = ':sub names service accounts';
const NAMESPACES = ':sub names namespaces, and matches any service account in them';
const NAMESPACE_PATTERNS = ':sub does not name the namespace';
const ALL = ':sub matches any service account of the cluster';
const NO_CONDITION = 'no condition confines :sub';

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
  return oidcTrust(aResourcePolicy(...statements), PROVIDER, new Budget());
}

describe('a trust is confined with', () => {
  it.each<[string, unknown, string]>([
    ['a service account', { StringEquals: { [SUB]: APP, ...AUD } }, SERVICE_ACCOUNTS],
    [
      'several service accounts',
      { StringEquals: { [SUB]: [APP, 'system:serviceaccount:shop:till'] } },
      SERVICE_ACCOUNTS,
    ],
    ['StringLike of a name', { StringLike: { [SUB]: APP } }, SERVICE_ACCOUNTS],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { [SUB]: APP } }, SERVICE_ACCOUNTS],
    [
      'IfExists, because there is always a subject',
      { StringEqualsIfExists: { [SUB]: APP } },
      SERVICE_ACCOUNTS,
    ],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { [SUB]: APP } }, SERVICE_ACCOUNTS],
    ['the key in another case', { StringEquals: { [SUB.toUpperCase()]: APP } }, SERVICE_ACCOUNTS],
    ['a namespace', { StringLike: { [SUB]: 'system:serviceaccount:shop:*' } }, NAMESPACES],
    [
      'the start of a name in a namespace',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:cart-?' } },
      NAMESPACES,
    ],
    [
      'a service account and a namespace',
      { StringLike: { [SUB]: [APP, 'system:serviceaccount:x:*'] } },
      NAMESPACES,
    ],
    [
      'the narrower of two demands',
      { StringLike: { [SUB]: '*' }, StringEquals: { [SUB]: APP } },
      SERVICE_ACCOUNTS,
    ],
    [
      'stars, which StringEquals takes literally, and no name has',
      { StringEquals: { [SUB]: 'system:serviceaccount:*:*' } },
      NONE,
    ],
    [
      'a star for the name in StringEquals',
      { StringEquals: { [SUB]: 'system:serviceaccount:shop:*' } },
      NONE,
    ],
    ['a namespace in upper case', { StringLike: { [SUB]: 'system:serviceaccount:Shop:*' } }, NONE],
    ['a namespace with a dot', { StringEquals: { [SUB]: 'system:serviceaccount:shop.eu:cart' } }, NONE],
    ['no namespace', { StringLike: { [SUB]: 'system:serviceaccount::cart*' } }, NONE],
    ['no name', { StringEquals: { [SUB]: 'system:serviceaccount:shop:' } }, NONE],
    ['a name with a colon', { StringLike: { [SUB]: 'system:serviceaccount:shop:cart:*' } }, NONE],
    [
      'a name with a dot and a dash',
      { StringEquals: { [SUB]: 'system:serviceaccount:shop-eu:cart.v-1' } },
      SERVICE_ACCOUNTS,
    ],
    [
      'a name in upper case, where case does not count',
      { StringEqualsIgnoreCase: { [SUB]: 'System:ServiceAccount:Shop:Cart' } },
      SERVICE_ACCOUNTS,
    ],
    ['a subject no service account has', { StringLike: { [SUB]: 'repo:me/*' } }, NONE],
    [
      'the subject of another issuer, which no token of this one has',
      { StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/OTHER:sub': APP } },
      NONE,
    ],
    ['the audience of another issuer', { StringEquals: { 'accounts.google.com:aud': 'me' } }, NONE],
    [
      'ForAllValues, because there is always a subject',
      { 'ForAllValues:StringEquals': { [SUB]: APP } },
      SERVICE_ACCOUNTS,
    ],
    [
      'ForAllValues and IfExists, on the audience too',
      { 'ForAllValues:StringLikeIfExists': { [SUB]: 'system:serviceaccount:shop:*', ...AUD } },
      NAMESPACES,
    ],
    [
      'ForAllValues, beside the demand that there is a value',
      { 'ForAllValues:StringEquals': { [SUB]: APP }, Null: { [SUB]: 'false' } },
      SERVICE_ACCOUNTS,
    ],
  ])('%s', (_, condition, reason) => {
    expect(judge(trust(condition))).toMatchObject([{ confined: true, reason }]);
  });
});

describe('a trust is not confined with', () => {
  it.each<[string, unknown, string]>([
    ['no condition', undefined, NO_CONDITION],
    ['an empty condition', {}, NO_CONDITION],
    ['the audience only', { StringEquals: AUD }, NO_CONDITION],
    ['*', { StringLike: { [SUB]: '*' } }, ALL],
    ['system:*', { StringLike: { [SUB]: 'system:*' } }, ALL],
    ['system:serviceaccount:*', { StringLike: { [SUB]: 'system:serviceaccount:*' } }, ALL],
    ['the end of a name', { StringLike: { [SUB]: 'system:serviceaccount:*p' } }, NAMESPACE_PATTERNS],
    ['system:serviceaccount:*:*', { StringLike: { [SUB]: 'system:serviceaccount:*:*' } }, ALL],
    ['a name in any namespace', { StringLike: { [SUB]: 'system:serviceaccount:*:cart' } }, ALL],
    ['a name in any namespace by ?*', { StringLike: { [SUB]: 'system:serviceaccount:?*:cart' } }, ALL],
    [
      'the start of a namespace',
      { StringLike: { [SUB]: 'system:serviceaccount:prod-*:cart' } },
      NAMESPACE_PATTERNS,
    ],
    [
      'the start of a namespace, and any name',
      { StringLike: { [SUB]: 'system:serviceaccount:prod*' } },
      NAMESPACE_PATTERNS,
    ],
    ['one value among others that is open', { StringLike: { [SUB]: [APP, '*'] } }, ALL],
    ['what it must not be', { StringNotEquals: { [SUB]: APP } }, NO_CONDITION],
    ['that it must be there', { Null: { [SUB]: 'false' } }, NO_CONDITION],
    [
      'the subject of another issuer, if there is one',
      { StringEqualsIfExists: { 'accounts.google.com:sub': APP } },
      NO_CONDITION,
    ],
    [
      'not being a subject of another issuer',
      { StringNotEquals: { 'accounts.google.com:sub': APP } },
      NO_CONDITION,
    ],
    ['a policy variable', { StringEquals: { [SUB]: variable('aws:PrincipalTag/sub') } }, ALL],
  ])('%s', (_, condition, reason) => {
    expect(judge(trust(condition))).toMatchObject([{ confined: false, reason }]);
  });
});

describe('a trust is for the default service account', () => {
  const DEFAULT = 'system:serviceaccount:shop:default';

  it.each<[string, unknown, string[]]>([
    ['that it names', { StringEquals: { [SUB]: DEFAULT } }, ['shop']],
    ['that it names among others', { StringLike: { [SUB]: [APP, DEFAULT] } }, ['shop']],
    [
      'not when another demand excludes it',
      { StringEquals: { [SUB]: DEFAULT }, StringLike: { [SUB]: '*:cart' } },
      [],
    ],
    [
      'that it names in any case',
      { StringEqualsIgnoreCase: { [SUB]: 'system:serviceaccount:shop:Default' } },
      ['shop'],
    ],
    ['not when it names another', { StringEquals: { [SUB]: `${DEFAULT}-x` } }, []],
    ['not when it names the whole namespace', { StringLike: { [SUB]: 'system:serviceaccount:shop:*' } }, []],
    [
      'whose last letter may be any',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:defaul?' } },
      ['shop'],
    ],
    ['that begins its name like others', { StringLike: { [SUB]: `${DEFAULT}*` } }, ['shop']],
    ['that ends its name like others', { StringLike: { [SUB]: 'system:serviceaccount:shop:*t' } }, ['shop']],
    [
      'of two namespaces by patterns',
      { StringLike: { [SUB]: [`${DEFAULT}*`, 'system:serviceaccount:x:d*'] } },
      ['shop', 'x'],
    ],
    [
      'beside the whole namespace',
      { StringLike: { [SUB]: ['system:serviceaccount:shop:*', DEFAULT] } },
      ['shop'],
    ],
    [
      'that two demands leave of a namespace',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:*' }, StringLikeIfExists: { [SUB]: '*:default' } },
      ['shop'],
    ],
    [
      'not when it names the whole namespace by ?*',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:?*' } },
      [],
    ],
    [
      'not when the pattern is of others',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:default-*' } },
      [],
    ],
    [
      'not when a pattern is all that another demand excludes',
      { StringLike: { [SUB]: `${DEFAULT}*` }, StringEquals: { [SUB]: APP } },
      [],
    ],
    ['not when its star is only text', { StringEquals: { [SUB]: `${DEFAULT}*` } }, []],
  ])('%s', (_, condition, defaultsOf) => {
    expect(judge(trust(condition))).toMatchObject([{ defaultsOf }]);
  });

  const named = trust({ StringEquals: { [SUB]: [DEFAULT, APP] } });

  it.each<[string, unknown]>([
    ['by name', { StringEquals: { [SUB]: DEFAULT } }],
    ['in any case', { StringEqualsIgnoreCase: { [SUB]: DEFAULT.toUpperCase() } }],
    ['in every namespace', { StringLike: { [SUB]: '*:default' } }],
    [
      'by two demands',
      { StringLike: { [SUB]: 'system:serviceaccount:shop:*' }, StringLikeIfExists: { [SUB]: '*:d*' } },
    ],
    ['together with all but the other', { StringNotEquals: { [SUB]: APP } }],
  ])('not when a Deny excludes it %s', (_, condition) => {
    expect(judge(named, denial(condition))).toMatchObject([{ confined: true, defaultsOf: [] }]);
  });

  it.each<[string, unknown]>([
    ['another', { StringEquals: { [SUB]: APP } }],
    ['it for another audience', { StringEquals: { [SUB]: DEFAULT, [`${ISSUER}:aud`]: 'me' } }],
    ['it in another namespace', { StringLike: { [SUB]: 'system:serviceaccount:till:*' } }],
    ['whoever a variable names', { StringEquals: { [SUB]: variable('aws:PrincipalTag/sub') } }],
    ['all but it', { StringNotEquals: { [SUB]: DEFAULT } }],
  ])('though a Deny excludes %s', (_, condition) => {
    expect(judge(named, denial(condition))).toMatchObject([{ defaultsOf: ['shop'] }]);
  });
});

describe('a statement trusts the provider', () => {
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
    const named = trust({ StringEquals: { [SUB]: APP } });
    expect(judge({ ...trust(), Principal: { Service: 'ec2.amazonaws.com' } }, named, trust())).toEqual([
      {
        confined: true,
        breadth: 'service-accounts',
        subjects: [APP],
        defaultsOf: [],
        reason: SERVICE_ACCOUNTS,
      },
      { confined: false, breadth: 'all', subjects: [], defaultsOf: [], reason: NO_CONDITION },
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
    ['ForAnyValue:StringNotEquals', APP],
  ])('by %s confines', (operator, value) => {
    expect(judge(trust(), denial({ [operator]: { [SUB]: value } }))).toMatchObject([
      { confined: true, subjects: [value] },
    ]);
  });

  it.each<[string, RawStatement]>([
    ['spares everybody’s namespaces', denial({ StringNotLike: { [SUB]: 'system:serviceaccount:*' } })],
    ['spares others by another condition', denial({ StringNotEquals: { [SUB]: APP, ...AUD } })],
    ['denies only some', denial({ StringEquals: { [SUB]: APP } })],
    ['is about another provider', denial(undefined, { Principal: { Federated: 'accounts.google.com' } })],
    ['is about another action', denial(undefined, { Action: 'sts:AssumeRole' })],
  ])('does not confine when it %s', (_, statement) => {
    expect(judge(trust(), statement)).toMatchObject([{ confined: false }]);
  });
});
