import { describe, expect, it } from 'vitest';
import type { Grantee } from '../../../../shared/evaluate/iam/grantee.ts';
import { granteesOf } from '../../../../shared/evaluate/iam/resource-policy-grantees.ts';
import type { Organization } from '../../../../shared/model/control.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
import { ACCOUNT, aResourcePolicy, variable } from './builders.ts';
import {
  ACTIONS,
  aDeny,
  anAllow,
  ENDPOINT,
  EVERYONE,
  EXTERNAL_ACCOUNT,
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  granteesIn,
  MEMBER_ACCOUNT,
  MEMBER_ID,
  ORGANIZATION,
  ORGANIZATION_ID,
  OWN_ACCOUNT,
  rootOf,
  TRUSTED_ID,
  ZONE,
} from './grantee-builders.ts';

describe('a statement gives access to', () => {
  it.each<[string, unknown, Grantee[]]>([
    ['everyone by *', '*', [EVERYONE]],
    ['everyone by AWS: *', { AWS: '*' }, [EVERYONE]],
    ['everyone by one of a list', { AWS: [rootOf(MEMBER_ID), '*'] }, [MEMBER_ACCOUNT, EVERYONE]],
    ['everyone by a wildcard that AWS would reject', { AWS: 'arn:aws:iam::*:root' }, [EVERYONE]],
    [
      'an account by a wildcard that AWS would reject',
      { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/*` },
      [{ ...EXTERNAL_ACCOUNT, principal: `arn:aws:iam::${EXTERNAL_ID}:role/*` }],
    ],
    ['everyone by any service', { Service: '*' }, [EVERYONE]],
    ['its own account', { AWS: rootOf(ACCOUNT) }, [OWN_ACCOUNT]],
    ['an account by number', { AWS: MEMBER_ID }, [MEMBER_ACCOUNT]],
    ['an account of the organization', { AWS: rootOf(MEMBER_ID) }, [MEMBER_ACCOUNT]],
    [
      'a trusted account',
      { AWS: TRUSTED_ID },
      [{ kind: 'account', accountId: TRUSTED_ID, relation: 'trusted' }],
    ],
    ['an account outside', { AWS: rootOf(EXTERNAL_ID) }, [EXTERNAL_ACCOUNT]],
    ['an account outside, in China', { AWS: `arn:aws-cn:iam::${EXTERNAL_ID}:root` }, [EXTERNAL_ACCOUNT]],
    [
      'an account outside, in GovCloud',
      { AWS: `arn:aws-us-gov:iam::${EXTERNAL_ID}:root` },
      [EXTERNAL_ACCOUNT],
    ],
    [
      'a role outside',
      { AWS: `arn:aws:iam::${EXTERNAL_ID}:role/ci` },
      [{ ...EXTERNAL_ACCOUNT, principal: `arn:aws:iam::${EXTERNAL_ID}:role/ci` }],
    ],
    [
      'a session of a role',
      { AWS: `arn:aws:sts::${MEMBER_ID}:assumed-role/ci/run` },
      [
        {
          kind: 'account',
          accountId: MEMBER_ID,
          relation: 'organization',
          principal: `arn:aws:sts::${MEMBER_ID}:assumed-role/ci/run`,
        },
      ],
    ],
    ['nobody by a deleted role', { AWS: 'AROAABCDEFGHIJKLMNOPQ' }, []],
    ['nobody by a session of a deleted role', { AWS: 'AROAABCDEFGHIJKLMNOPQ:ci' }, []],
    [
      'a service',
      { Service: 'lambda.amazonaws.com' },
      [{ kind: 'service', service: 'lambda.amazonaws.com' }],
    ],
    [
      'a public identity provider',
      { Federated: 'accounts.google.com' },
      [{ kind: 'federated', provider: 'accounts.google.com' }],
    ],
    [
      'a provider of an account',
      { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
      [
        {
          kind: 'account',
          accountId: ACCOUNT,
          relation: 'own',
          principal: `arn:aws:iam::${ACCOUNT}:saml-provider/idp`,
        },
      ],
    ],
    ['everyone by any canonical user', { CanonicalUser: '*' }, [EVERYONE]],
    ['everyone by any identity provider', { Federated: '*' }, [EVERYONE]],
    ['a canonical user', { CanonicalUser: '79a59d' }, [{ kind: 'canonical-user', canonicalId: '79a59d' }]],
  ])('%s', (_, Principal, expected) => {
    expect(granteesBy(anAllow({ Principal }))).toEqual(expected);
  });

  it('everyone it does not name', () => {
    expect(granteesBy(anAllow({ Principal: undefined, NotPrincipal: { AWS: rootOf(EXTERNAL_ID) } }))).toEqual(
      [EVERYONE],
    );
  });

  it.each<[string, Organization, string, string]>([
    ['external', { id: absent, accountIds: new Set() }, 'external', 'external'],
    [
      'unknown',
      { id: denied('a:B'), accountIds: new Set(), membersUnreadable: denied('a:C') },
      'unknown',
      'unknown',
    ],
    ['known by its id', { id: denied('a:B'), accountIds: new Set() }, 'external', 'unknown'],
    [
      'known by its accounts',
      { id: present('o-other12345'), accountIds: new Set(), membersUnreadable: denied('a:C') },
      'unknown',
      'external',
    ],
  ])('an account and an organization, when what is theirs is %s', (_, organization, account, byId) => {
    const statements = [
      anAllow({ Principal: { AWS: EXTERNAL_ID } }),
      anAllow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } } }),
    ];
    expect(granteesIn({ ...ZONE, organization }, ...statements)).toEqual([
      { kind: 'account', accountId: EXTERNAL_ID, relation: account },
      { kind: 'organization', organizationId: ORGANIZATION_ID, relation: byId },
    ]);
  });
});

describe('a named account', () => {
  const external = { Principal: { AWS: EXTERNAL_ID } };

  it.each<[string, unknown, Grantee[]]>([
    [
      'is confined to the organization as well',
      { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'is not confined by another organization',
      { StringEquals: { 'aws:PrincipalOrgID': EXTERNAL_ORGANIZATION_ID } },
      [EXTERNAL_ACCOUNT],
    ],
    ['is not confined by an endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, [EXTERNAL_ACCOUNT]],
    [
      'is not confined by a unique id, which may be its own role’s',
      { StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' } },
      [EXTERNAL_ACCOUNT],
    ],
    [
      'is not confined by a bucket, whose account is not told',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } },
      [EXTERNAL_ACCOUNT],
    ],
    ['is not confined by a tag', { StringEquals: { 'aws:PrincipalTag/a': 'b' } }, [EXTERNAL_ACCOUNT]],
  ])('%s', (_, Condition, expected) => {
    expect(granteesBy(anAllow({ ...external, Condition }))).toEqual(expected);
  });

  it('by a condition is not confined by a unique id either', () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalAccount': EXTERNAL_ID },
      StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' },
    };
    expect(granteesBy(anAllow({ Condition }))).toEqual([EXTERNAL_ACCOUNT]);
    expect(granteesBy(anAllow({ Principal: { CanonicalUser: '79a59d' }, Condition }))).toEqual([
      EXTERNAL_ACCOUNT,
    ]);
  });

  const path = `${ORGANIZATION_ID}/r-ab12/*`;
  const arn = `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/x`;

  it.each([
    ['aws:PrincipalOrgID', ORGANIZATION_ID],
    ['aws:PrincipalOrgPaths', path],
    ['aws:PrincipalAccount', ACCOUNT],
    ['aws:PrincipalArn', arn],
    ['aws:userid', ACCOUNT],
    ['aws:SourceOrgID', ORGANIZATION_ID],
    ['aws:SourceOrgPaths', path],
    ['aws:SourceAccount', ACCOUNT],
    ['aws:SourceOwner', ACCOUNT],
    ['aws:SourceArn', arn],
    ['aws:ResourceOrgID', variable('aws:PrincipalOrgID')],
    ['aws:ResourceAccount', variable('aws:PrincipalAccount')],
    ['aws:PrincipalServiceName', 'ecr.amazonaws.com'],
    ['aws:PrincipalServiceNamesList', 'ecr.amazonaws.com'],
  ])('is confined by %s of our own', (key, value) => {
    expect(
      granteesBy(anAllow({ ...external, Condition: { StringLike: { [key]: value } } })),
    ).not.toContainEqual(EXTERNAL_ACCOUNT);
  });

  it.each([
    ['aws:SourceVpce', 'vpce-1'],
    ['aws:SourceVpc', 'vpc-1'],
    ['aws:SourceVpcArn', `arn:aws:ec2:eu-west-1:${ACCOUNT}:vpc/vpc-1`],
    ['aws:VpceAccount', ACCOUNT],
    ['aws:VpceOrgID', ORGANIZATION_ID],
    ['aws:VpceOrgPaths', path],
  ])('is not confined by %s of our own, which does confine everyone', (key, value) => {
    const Condition = { StringLike: { [key]: value } };
    expect(granteesBy(anAllow({ ...external, Condition }))).toEqual([EXTERNAL_ACCOUNT]);
    expect(granteesBy(anAllow({ Condition }))).not.toContainEqual(EVERYONE);
  });

  it('is not confined by a Deny of all other networks', () => {
    const denial = aDeny({
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:PrincipalOrgID': ORGANIZATION_ID } },
    });
    expect(granteesBy(anAllow(external), denial)).toEqual([EXTERNAL_ACCOUNT]);
    expect(granteesBy(anAllow(), denial)).toEqual([ENDPOINT, ORGANIZATION]);
  });

  it('stays the grantee when a condition is wider', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };
    expect(granteesBy(anAllow({ Principal: { AWS: MEMBER_ID }, Condition }))).toEqual([MEMBER_ACCOUNT]);
  });

  it('that is a service is not confined by the organization', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };
    expect(granteesBy(anAllow({ Principal: { Service: 'lambda.amazonaws.com' }, Condition }))).toEqual([
      { kind: 'service', service: 'lambda.amazonaws.com' },
    ]);
  });
});

describe('a service', () => {
  const Principal = { Service: 'lambda.amazonaws.com' };
  const service: Grantee = { kind: 'service', service: 'lambda.amazonaws.com' };
  const functionOf = (accountId: string) => `arn:aws:lambda:*:${accountId}:function:*`;
  const stranger: Grantee = { ...EXTERNAL_ACCOUNT, principal: functionOf(EXTERNAL_ID) };

  it.each<[string, unknown, Grantee[]]>([
    ['by ArnLike', { ArnLike: { 'aws:SourceArn': functionOf(EXTERNAL_ID) } }, [stranger]],
    [
      'by StringLike, whose star also matches others',
      { StringLike: { 'aws:SourceArn': functionOf(EXTERNAL_ID) } },
      [stranger],
    ],
    ['beside any account', { StringLike: { 'aws:SourceAccount': ['*', EXTERNAL_ID] } }, [EXTERNAL_ACCOUNT]],
    [
      'if it says for whom',
      { StringEqualsIfExists: { 'aws:SourceAccount': EXTERNAL_ID } },
      [EXTERNAL_ACCOUNT],
    ],
    [
      'if it says for which organization',
      { 'ForAllValues:StringLike': { 'aws:SourceOrgPaths': `${EXTERNAL_ORGANIZATION_ID}/*` } },
      [EXTERNAL_ORGANIZATION],
    ],
  ])('that works for a stranger is the stranger: %s', (_, Condition, expected) => {
    expect(granteesBy(anAllow({ Principal, Condition }))).toEqual(expected);
    expect(granteesBy(anAllow({ Condition }))).toEqual(
      Object.hasOwn(Condition as object, 'ArnLike') ? expected : [EVERYONE],
    );
  });

  it.each<[string, unknown]>([
    ['our own', { StringLike: { 'aws:SourceArn': functionOf(ACCOUNT) } }],
    ['our own, if it says so', { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } }],
    ['any', { ArnLike: { 'aws:SourceArn': functionOf('*') } }],
    [
      'our own, whatever else the ARN matches',
      {
        StringLike: { 'aws:SourceArn': functionOf(EXTERNAL_ID) },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      },
    ],
  ])('that works for %s is the service', (_, Condition) => {
    expect(granteesBy(anAllow({ Principal, Condition }))).toEqual([service]);
  });

  it('that a Deny leaves to a stranger is the stranger', () => {
    const Condition = { StringNotLike: { 'aws:SourceArn': functionOf(EXTERNAL_ID) } };
    expect(granteesBy(anAllow({ Principal }), aDeny({ Condition }))).toEqual([stranger]);
  });
});

describe('a grant', () => {
  it('has actions, grantees and what confines it', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };
    const policy = aResourcePolicy(
      aDeny({ Principal: { AWS: EXTERNAL_ID } }),
      anAllow({ Action: 'ecr:*', Condition }),
    );
    expect(granteesOf(policy, ZONE, ACTIONS)).toEqual([
      {
        actions: ['ecr:BatchGetImage', 'ecr:PutImage'],
        grantees: [ORGANIZATION],
        confinedBy: ['aws:PrincipalOrgID'],
      },
    ]);
  });

  it('is split where a Deny takes some of its actions', () => {
    const denial = aDeny({
      Action: 'ecr:Put*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
    });
    expect(granteesOf(aResourcePolicy(anAllow({ Action: 'ecr:*' }), denial), ZONE, ACTIONS)).toMatchObject([
      { actions: ['ecr:BatchGetImage'], grantees: [EVERYONE], confinedBy: [] },
      { actions: ['ecr:PutImage'], grantees: [ORGANIZATION], confinedBy: ['aws:PrincipalOrgID'] },
    ]);
  });

  it('has the actions that NotAction leaves', () => {
    const policy = aResourcePolicy(anAllow({ Action: undefined, NotAction: 'ecr:PutImage' }));
    expect(granteesOf(policy, ZONE, ACTIONS)).toMatchObject([{ actions: ['ecr:BatchGetImage'] }]);
  });

  it('has an action that is newer than the list', () => {
    const policy = aResourcePolicy(anAllow({ Action: ['ecr:BatchGetImage', 'ecr:FoldImage'] }));
    expect(granteesOf(policy, ZONE, ACTIONS)).toMatchObject([
      { actions: ['ecr:BatchGetImage', 'ecr:FoldImage'] },
    ]);
  });
});
