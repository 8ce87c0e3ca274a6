import { describe, expect, it } from 'vitest';
import type { Grantee } from '../../../../shared/evaluate/iam/grantee.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT } from './builders.ts';
import {
  AWS_SERVICES,
  aDeny,
  anAllow,
  ENDPOINT,
  EVERYONE,
  EXTERNAL_ACCOUNT,
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  MEMBER_ACCOUNT,
  MEMBER_ID,
  ORGANIZATION,
  ORGANIZATION_ID,
  OWN_ACCOUNT,
  rootOf,
} from './grantee-builders.ts';

describe('a Deny removes', () => {
  it.each<[string, RawStatement, Grantee[]]>([
    [
      'all but ARNs of an account',
      aDeny({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }),
      [{ ...OWN_ACCOUNT, principal: `arn:aws:iam::${ACCOUNT}:role/*` }],
    ],
    [
      'all, because no organization id is *',
      aDeny({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': '*' } } }),
      [],
    ],
    ['all', aDeny(), []],
    ['all by AWS: *', aDeny({ Principal: { AWS: '*' } }), []],
    ['the action', aDeny({ Action: 'ecr:Batch*' }), []],
    ['all other actions than others', aDeny({ Action: undefined, NotAction: 'ecr:PutImage' }), []],
    [
      'all but our organization',
      aDeny({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } } }),
      [ORGANIZATION],
    ],
    [
      'all but ours by IfExists',
      aDeny({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID } } }),
      [ORGANIZATION],
    ],
    [
      'all but ours by ForAnyValue and IfExists',
      aDeny({
        Condition: { 'ForAnyValue:StringNotEqualsIfExists': { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
      }),
      [ORGANIZATION],
    ],
    [
      'all but our paths',
      aDeny({
        Condition: { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION_ID}/*` } },
      }),
      [ORGANIZATION],
    ],
    [
      'all but our organization and services',
      aDeny({
        Condition: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
      [ORGANIZATION, AWS_SERVICES],
    ],
    [
      'all but our organization and an account',
      aDeny({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID, 'aws:PrincipalAccount': EXTERNAL_ID },
        },
      }),
      [ORGANIZATION, EXTERNAL_ACCOUNT],
    ],
    [
      'all but an endpoint',
      aDeny({ Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      [ENDPOINT],
    ],
    [
      'all but roles of an account',
      aDeny({ Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }),
      [{ ...OWN_ACCOUNT, principal: `arn:aws:iam::${ACCOUNT}:role/*` }],
    ],
    [
      'all but an account by NotPrincipal',
      aDeny({ Principal: undefined, NotPrincipal: { AWS: [rootOf(MEMBER_ID)] } }),
      [MEMBER_ACCOUNT],
    ],
  ])('%s', (_, denial, expected) => {
    expect(granteesBy(anAllow(), denial)).toEqual(expected);
    expect(granteesBy(denial, anAllow())).toEqual(expected);
  });

  it.each<[string, RawStatement]>([
    ['another action', aDeny({ Action: 'ecr:PutImage' })],
    ['any service', aDeny({ Principal: { Service: '*' } })],
    ['any identity provider', aDeny({ Principal: { Federated: '*' } })],
    ['any canonical user', aDeny({ Principal: { CanonicalUser: '*' } })],
    ['a wildcard that AWS would reject', aDeny({ Principal: { AWS: 'arn:aws:iam::*:root' } })],
    ['some accounts', aDeny({ Principal: { AWS: EXTERNAL_ID } })],
    [
      'one organization',
      aDeny({ Condition: { StringEquals: { 'aws:PrincipalOrgID': EXTERNAL_ORGANIZATION_ID } } }),
    ],
    [
      'those with another organization, sparing those with none',
      aDeny({ Condition: { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgID': ORGANIZATION_ID } } }),
    ],
    ['those with no organization', aDeny({ Condition: { Null: { 'aws:PrincipalOrgID': 'true' } } })],
    ['all but any organization', aDeny({ Condition: { StringNotLike: { 'aws:PrincipalOrgID': 'o-*' } } })],
    [
      'all but ours and some addresses',
      aDeny({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
          NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        },
      }),
    ],
    [
      'all but ours, unless a service calls for them',
      aDeny({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
          BoolIfExists: { 'aws:ViaAWSService': 'false' },
        },
      }),
    ],
    ['plain HTTP', aDeny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    ['another resource', aDeny({ Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/other' })],
  ])('not everyone, when it denies %s', (_, denial) => {
    expect(granteesBy(anAllow(), denial)).toEqual([EVERYONE]);
  });

  it.each<[string, unknown, Grantee[]]>([
    ['the account', { AWS: rootOf(EXTERNAL_ID) }, []],
    ['the account among others', { AWS: [rootOf(MEMBER_ID), rootOf(EXTERNAL_ID)] }, []],
    ['the role', { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/ci` }, []],
    [
      'another role',
      { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/other` },
      [{ ...EXTERNAL_ACCOUNT, principal: `arn:aws:iam::${EXTERNAL_ID}:role/ci` }],
    ],
  ])('a role named, when it denies %s', (_, Principal, expected) => {
    expect(
      granteesBy(
        anAllow({ Principal: { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/ci` } }),
        aDeny({ Principal }),
      ),
    ).toEqual(expected);
  });

  it.each<[string, RawStatement, Grantee[]]>([
    ['the account that a condition names', { StringEquals: { 'aws:PrincipalAccount': EXTERNAL_ID } }, []],
    [
      'one of the accounts that a condition names',
      { StringEquals: { 'aws:PrincipalAccount': [EXTERNAL_ID, MEMBER_ID] } },
      [MEMBER_ACCOUNT],
    ],
    [
      'the account of a role that a condition names',
      { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${EXTERNAL_ID}:role/*` } },
      [],
    ],
    [
      'the account that services work for, but not the services',
      { StringEquals: { 'aws:SourceAccount': EXTERNAL_ID } },
      [EXTERNAL_ACCOUNT],
    ],
  ])('%s', (_, Condition, expected) => {
    const denial = aDeny({ Principal: { AWS: EXTERNAL_ID } });

    expect(granteesBy(anAllow({ Condition }), denial)).toEqual(expected);
  });

  it.each<[string, unknown, Grantee[]]>([
    ['its account', { StringEquals: { 'aws:PrincipalAccount': EXTERNAL_ID } }, []],
    ['it among others', { StringLike: { 'aws:PrincipalAccount': [MEMBER_ID, EXTERNAL_ID, '55*'] } }, []],
    ['it if there is one', { StringEqualsIfExists: { 'aws:PrincipalAccount': EXTERNAL_ID } }, []],
    ['another', { StringEquals: { 'aws:PrincipalAccount': MEMBER_ID } }, [EXTERNAL_ACCOUNT]],
    [
      'it on some conditions',
      { StringEquals: { 'aws:PrincipalAccount': EXTERNAL_ID, 'aws:SourceVpce': 'vpce-1' } },
      [EXTERNAL_ACCOUNT],
    ],
    [
      'others than it',
      { StringNotEquals: { 'aws:PrincipalAccount': [MEMBER_ID, EXTERNAL_ID] } },
      [EXTERNAL_ACCOUNT],
    ],
  ])('an account named, by a Deny whose condition names %s', (_, Condition, expected) => {
    expect(granteesBy(anAllow({ Principal: { AWS: EXTERNAL_ID } }), aDeny({ Condition }))).toEqual(expected);
  });

  it('not everyone by a Deny whose condition names accounts', () => {
    const Condition = { StringLike: { 'aws:PrincipalAccount': [EXTERNAL_ID, '55*'] } };
    expect(granteesBy(anAllow(), aDeny({ Condition }))).toEqual([EVERYONE]);
  });

  it('an account named not by a Deny of one of its roles', () => {
    expect(
      granteesBy(
        anAllow({ Principal: { AWS: EXTERNAL_ID } }),
        aDeny({ Principal: { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/ci` } }),
      ),
    ).toEqual([EXTERNAL_ACCOUNT]);
  });

  it('an Allow of one resource by a Deny of more', () => {
    const repository = 'arn:aws:ecr:eu-west-1:111122223333:repository';
    expect(
      granteesBy(anAllow({ Resource: `${repository}/a` }), aDeny({ Resource: `${repository}/*` })),
    ).toEqual([]);
    expect(
      granteesBy(anAllow({ Resource: `${repository}/*` }), aDeny({ Resource: `${repository}/a` })),
    ).toEqual([EVERYONE]);
  });
});
