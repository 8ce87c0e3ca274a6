import { describe, expect, it } from 'vitest';
import type { Grantee, ZoneOfTrust } from '../../../../shared/evaluate/iam/grantee.ts';
import { granteesOf } from '../../../../shared/evaluate/iam/resource-policy-grantees.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT, aResourcePolicy, variable } from './builders.ts';

const SIBLING = '222233334444';
const PARTNER = '333344445555';
const STRANGER = '999988887777';
const OURS = 'o-ours123456';
const THEIRS = 'o-theirs1234';
const ZONE: ZoneOfTrust = {
  accountId: ACCOUNT,
  organizationId: OURS,
  organizationAccountIds: new Set([ACCOUNT, SIBLING]),
  trustedAccounts: new Set([PARTNER]),
};
const ACTIONS = ['ecr:BatchGetImage', 'ecr:PutImage'];

const EVERYONE: Grantee = { kind: 'everyone' };
const OUR_ORGANIZATION: Grantee = { kind: 'organization', organizationId: OURS, relation: 'own' };
const THEIR_ORGANIZATION: Grantee = { kind: 'organization', organizationId: THEIRS, relation: 'external' };
const STRANGERS = { kind: 'account', accountId: STRANGER, relation: 'external' } as const satisfies Grantee;
const ENDPOINT: Grantee = { kind: 'network', id: 'vpce-1' };
const SERVICES: Grantee = { kind: 'service', service: '*' };
const SIBLINGS = { kind: 'account', accountId: SIBLING, relation: 'organization' } as const satisfies Grantee;
const US = { kind: 'account', accountId: ACCOUNT, relation: 'own' } as const satisfies Grantee;

function open(more: RawStatement = {}): RawStatement {
  return { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', ...more };
}

function closed(more: RawStatement = {}): RawStatement {
  return { Effect: 'Deny', Principal: '*', Action: '*', ...more };
}

function granted(...statements: RawStatement[]): readonly Grantee[] {
  return granteesOf(aResourcePolicy(...statements), ZONE, ACTIONS).flatMap((grant) => grant.grantees);
}

const root = (accountId: string) => `arn:aws:iam::${accountId}:root`;

describe('a statement lets in', () => {
  it.each<[string, unknown, Grantee[]]>([
    ['everyone by *', '*', [EVERYONE]],
    ['everyone by AWS: *', { AWS: '*' }, [EVERYONE]],
    ['everyone by one of a list', { AWS: [root(SIBLING), '*'] }, [SIBLINGS, EVERYONE]],
    ['everyone by a wildcard AWS would refuse', { AWS: 'arn:aws:iam::*:root' }, [EVERYONE]],
    [
      'an account by a wildcard AWS would refuse',
      { AWS: `arn:aws:iam::${STRANGER}:role/*` },
      [{ ...STRANGERS, principal: `arn:aws:iam::${STRANGER}:role/*` }],
    ],
    ['everyone by any service', { Service: '*' }, [EVERYONE]],
    ['its own account', { AWS: root(ACCOUNT) }, [US]],
    ['an account by number', { AWS: SIBLING }, [SIBLINGS]],
    ['an account of the organization', { AWS: root(SIBLING) }, [SIBLINGS]],
    ['a trusted account', { AWS: PARTNER }, [{ kind: 'account', accountId: PARTNER, relation: 'trusted' }]],
    ['an account outside', { AWS: root(STRANGER) }, [STRANGERS]],
    ['an account outside, in China', { AWS: `arn:aws-cn:iam::${STRANGER}:root` }, [STRANGERS]],
    ['an account outside, in GovCloud', { AWS: `arn:aws-us-gov:iam::${STRANGER}:root` }, [STRANGERS]],
    [
      'a role outside',
      { AWS: `arn:aws:iam::${STRANGER}:role/ci` },
      [{ ...STRANGERS, principal: `arn:aws:iam::${STRANGER}:role/ci` }],
    ],
    [
      'a session of a role',
      { AWS: `arn:aws:sts::${SIBLING}:assumed-role/ci/run` },
      [
        {
          kind: 'account',
          accountId: SIBLING,
          relation: 'organization',
          principal: `arn:aws:sts::${SIBLING}:assumed-role/ci/run`,
        },
      ],
    ],
    ['nobody by a deleted role', { AWS: 'AROAABCDEFGHIJKLMNOPQ' }, []],
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
    ['a canonical user', { CanonicalUser: '79a59d' }, [{ kind: 'other', id: '79a59d' }]],
  ])('%s', (_, Principal, expected) => {
    expect(granted(open({ Principal }))).toEqual(expected);
  });

  it('everyone it does not name', () => {
    expect(granted(open({ Principal: undefined, NotPrincipal: { AWS: root(STRANGER) } }))).toEqual([
      EVERYONE,
    ]);
  });

  it('strangers all, when the organization is not known', () => {
    const zone = { ...ZONE, organizationId: undefined, organizationAccountIds: new Set<string>() };
    const policy = aResourcePolicy(
      open({ Principal: { AWS: SIBLING } }),
      open({ Condition: { StringEquals: { 'aws:PrincipalOrgID': OURS } } }),
    );
    expect(granteesOf(policy, zone, ACTIONS).flatMap((grant) => grant.grantees)).toEqual([
      { kind: 'account', accountId: SIBLING, relation: 'external' },
      { kind: 'organization', organizationId: OURS, relation: 'unknown' },
    ]);
  });
});

describe('everyone is confined by', () => {
  it.each<[string, unknown, Grantee[]]>([
    ['our organization', { StringEquals: { 'aws:PrincipalOrgID': OURS } }, [OUR_ORGANIZATION]],
    [
      'our organization, the key in another case',
      { StringEquals: { 'AWS:principalorgid': OURS } },
      [OUR_ORGANIZATION],
    ],
    ['our organization by StringLike', { StringLike: { 'aws:PrincipalOrgID': [OURS] } }, [OUR_ORGANIZATION]],
    [
      'our organization by ForAnyValue',
      { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgID': OURS } },
      [OUR_ORGANIZATION],
    ],
    [
      'a unit of our organization',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${OURS}/r-ab12/ou-ab12-11111111/*` } },
      [OUR_ORGANIZATION],
    ],
    [
      'the resource’s organization',
      { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
      [OUR_ORGANIZATION],
    ],
    [
      'the resource’s organization, the other way round',
      { StringEquals: { 'aws:ResourceOrgID': variable('aws:PrincipalOrgID') } },
      [OUR_ORGANIZATION],
    ],
    ['another organization', { StringEquals: { 'aws:PrincipalOrgID': THEIRS } }, [THEIR_ORGANIZATION]],
    [
      'ours or another organization',
      { StringEquals: { 'aws:PrincipalOrgID': [OURS, THEIRS] } },
      [OUR_ORGANIZATION, THEIR_ORGANIZATION],
    ],
    [
      'another organization, whose id is too short',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567' } },
      [{ ...THEIR_ORGANIZATION, organizationId: 'o-1234567' }],
    ],
    ['accounts', { StringEquals: { 'aws:PrincipalAccount': [SIBLING, STRANGER] } }, [SIBLINGS, STRANGERS]],
    [
      'accounts by IfExists, for there is always one',
      { StringEqualsIfExists: { 'aws:PrincipalAccount': SIBLING } },
      [SIBLINGS],
    ],
    [
      'our organization by IfExists, where there must be one',
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS }, Null: { 'aws:principalorgid': false } },
      [OUR_ORGANIZATION],
    ],
    [
      'our paths by ForAllValues, where there must be some',
      {
        'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${OURS}/*` },
        Null: { 'aws:PrincipalOrgPaths': 'false' },
      },
      [OUR_ORGANIZATION],
    ],
    [
      'the resource’s account',
      { StringEquals: { 'aws:PrincipalAccount': variable('aws:ResourceAccount') } },
      [US],
    ],
    [
      'the resource’s account, the other way round',
      { StringEquals: { 'aws:ResourceAccount': variable('aws:PrincipalAccount') } },
      [US],
    ],
    [
      'roles of an account',
      { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${SIBLING}:role/*` } },
      [
        {
          kind: 'account',
          accountId: SIBLING,
          relation: 'organization',
          principal: `arn:aws:iam::${SIBLING}:role/*`,
        },
      ],
    ],
    [
      'a role by its unique id',
      { StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' } },
      [{ kind: 'other', id: 'AROAABCDEFGHIJKLMNOPQ' }],
    ],
    ['the root user by id', { StringEquals: { 'aws:userid': STRANGER } }, [STRANGERS]],
    ['services for an account', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }, [US]],
    [
      'roles of an account by ArnEquals, which has wildcards too',
      { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${SIBLING}:role/*` } },
      [{ ...SIBLINGS, principal: `arn:aws:iam::${SIBLING}:role/*` }],
    ],
    [
      'services for a resource',
      { ArnEquals: { 'aws:SourceArn': `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/*` } },
      [
        {
          kind: 'account',
          accountId: ACCOUNT,
          relation: 'own',
          principal: `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/*`,
        },
      ],
    ],
    [
      'services for a bucket',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } },
      [{ kind: 'other', id: 'arn:aws:s3:::bucket' }],
    ],
    ['services for an organization', { StringEquals: { 'aws:SourceOrgID': OURS } }, [OUR_ORGANIZATION]],
    ['services', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, [SERVICES]],
    [
      'a service',
      { StringEquals: { 'aws:PrincipalServiceName': 'ecr.amazonaws.com' } },
      [{ kind: 'service', service: 'ecr.amazonaws.com' }],
    ],
    ['a VPC endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, [ENDPOINT]],
    [
      'a VPC',
      { StringEquals: { 'aws:SourceVpc': ['vpc-1', 'vpc-2'] } },
      [
        { kind: 'network', id: 'vpc-1' },
        { kind: 'network', id: 'vpc-2' },
      ],
    ],
    ['the endpoints of our organization', { StringEquals: { 'aws:VpceOrgID': OURS } }, [OUR_ORGANIZATION]],
    [
      'one key of several',
      { StringEquals: { 'aws:PrincipalTag/a': 'b', 'aws:PrincipalOrgID': OURS } },
      [OUR_ORGANIZATION],
    ],
    [
      'the narrower of two',
      { StringEquals: { 'aws:PrincipalOrgID': THEIRS, 'aws:PrincipalAccount': SIBLING } },
      [SIBLINGS],
    ],
  ])('%s', (_, Condition, expected) => {
    expect(granted(open({ Condition }))).toEqual(expected);
  });

  it('StringEquals of a star, which nobody fulfils', () => {
    expect(granted(open({ Condition: { StringEquals: { 'aws:PrincipalOrgID': '*' } } }))).toEqual([]);
  });
});

describe('everyone is not confined by', () => {
  it.each<[string, unknown]>([
    ['no condition', {}],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['any organization that is there', { Null: { 'aws:PrincipalOrgID': 'false' } }],
    ['ours or any organization', { StringLike: { 'aws:PrincipalOrgID': [OURS, '*'] } }],
    ['any organization’s paths', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-*' } }],
    ['IfExists, for there may be no organization', { StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS } }],
    [
      'ForAllValues, for there may be none',
      { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${OURS}/*` } },
    ],
    [
      'IfExists beside the demand that there is none',
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS }, Null: { 'aws:PrincipalOrgID': 'true' } },
    ],
    [
      'IfExists beside a demand for another key',
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS }, Null: { 'aws:PrincipalOrgPaths': 'false' } },
    ],
    ['what it must not be', { StringNotEquals: { 'aws:PrincipalOrgID': THEIRS } }],
    ['its own organization', { StringEquals: { 'aws:PrincipalOrgID': variable('aws:PrincipalOrgID') } }],
    ['any account’s role', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } }],
    ['any account’s role by ArnEquals', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } }],
    ['any role', { StringLike: { 'aws:PrincipalArn': '*' } }],
    ['an account spelt in part', { StringLike: { 'aws:PrincipalAccount': '99998888*' } }],
    ['any session name', { StringLike: { 'aws:userid': '*:ci' } }],
    ['any role’s id', { StringLike: { 'aws:userid': 'AROA*:ci' } }],
    ['any bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }],
    ['any endpoint', { StringLike: { 'aws:SourceVpce': 'vpce-*' } }],
    ['a tag, which anyone can have', { StringEquals: { 'aws:PrincipalTag/team': 'ours' } }],
    ['addresses', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['a service in between', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } }],
    ['not being a service', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    ['perhaps being a service', { BoolIfExists: { 'aws:PrincipalIsAWSService': 'true' } }],
    ['an operator nobody knows', { StringEquals2: { 'aws:PrincipalOrgID': OURS } }],
    ['a key nobody knows', { StringEquals: { 'aws:PrincipalOrg': OURS } }],
  ])('%s', (_, Condition) => {
    expect(granted(open({ Condition }))).toEqual([EVERYONE]);
  });
});

describe('who is named', () => {
  const stranger = { Principal: { AWS: STRANGER } };

  it.each<[string, unknown, Grantee[]]>([
    [
      'is confined by the organization too',
      { StringEquals: { 'aws:PrincipalOrgID': OURS } },
      [OUR_ORGANIZATION],
    ],
    ['is no safer in another organization', { StringEquals: { 'aws:PrincipalOrgID': THEIRS } }, [STRANGERS]],
    [
      'is no safer for coming through an endpoint',
      { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
      [STRANGERS],
    ],
    ['is no safer with a tag', { StringEquals: { 'aws:PrincipalTag/a': 'b' } }, [STRANGERS]],
  ])('%s', (_, Condition, expected) => {
    expect(granted(open({ ...stranger, Condition }))).toEqual(expected);
  });

  const path = `${OURS}/r-ab12/*`;
  const arn = `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/x`;

  it.each([
    ['aws:PrincipalOrgID', OURS],
    ['aws:PrincipalOrgPaths', path],
    ['aws:PrincipalAccount', ACCOUNT],
    ['aws:PrincipalArn', arn],
    ['aws:userid', ACCOUNT],
    ['aws:SourceOrgID', OURS],
    ['aws:SourceOrgPaths', path],
    ['aws:SourceAccount', ACCOUNT],
    ['aws:SourceOwner', ACCOUNT],
    ['aws:SourceArn', arn],
    ['aws:ResourceOrgID', variable('aws:PrincipalOrgID')],
    ['aws:ResourceAccount', variable('aws:PrincipalAccount')],
    ['aws:PrincipalServiceName', 'ecr.amazonaws.com'],
    ['aws:PrincipalServiceNamesList', 'ecr.amazonaws.com'],
  ])('is kept out by %s of our own', (key, value) => {
    expect(granted(open({ ...stranger, Condition: { StringLike: { [key]: value } } }))).not.toContainEqual(
      STRANGERS,
    );
  });

  it.each([
    ['aws:SourceVpce', 'vpce-1'],
    ['aws:SourceVpc', 'vpc-1'],
    ['aws:SourceVpcArn', `arn:aws:ec2:eu-west-1:${ACCOUNT}:vpc/vpc-1`],
    ['aws:VpceAccount', ACCOUNT],
    ['aws:VpceOrgID', OURS],
    ['aws:VpceOrgPaths', path],
  ])('is not kept out by %s of our own, which does confine everyone', (key, value) => {
    const Condition = { StringLike: { [key]: value } };
    expect(granted(open({ ...stranger, Condition }))).toEqual([STRANGERS]);
    expect(granted(open({ Condition }))).not.toContainEqual(EVERYONE);
  });

  it('is not kept out by a Deny of all other networks', () => {
    const denial = closed({
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:PrincipalOrgID': OURS } },
    });
    expect(granted(open(stranger), denial)).toEqual([STRANGERS]);
    expect(granted(open(), denial)).toEqual([ENDPOINT, OUR_ORGANIZATION]);
  });

  it('stays when a condition says more than the name', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': OURS } };
    expect(granted(open({ Principal: { AWS: SIBLING }, Condition }))).toEqual([SIBLINGS]);
  });

  it('stays a service whatever the organization', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': OURS } };
    expect(granted(open({ Principal: { Service: 'lambda.amazonaws.com' }, Condition }))).toEqual([
      { kind: 'service', service: 'lambda.amazonaws.com' },
    ]);
  });
});

describe('a Deny neutralises', () => {
  it.each<[string, RawStatement, Grantee[]]>([
    [
      'all but ARNs of an account',
      closed({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }),
      [{ ...US, principal: `arn:aws:iam::${ACCOUNT}:role/*` }],
    ],
    [
      'all, for nobody has a star for an organization',
      closed({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': '*' } } }),
      [],
    ],
    ['all', closed(), []],
    ['all by AWS: *', closed({ Principal: { AWS: '*' } }), []],
    ['the action', closed({ Action: 'ecr:Batch*' }), []],
    ['all other actions than others', closed({ Action: undefined, NotAction: 'ecr:PutImage' }), []],
    [
      'all but our organization',
      closed({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': OURS } } }),
      [OUR_ORGANIZATION],
    ],
    [
      'all but ours by IfExists',
      closed({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': OURS } } }),
      [OUR_ORGANIZATION],
    ],
    [
      'all but our paths',
      closed({ Condition: { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `${OURS}/*` } } }),
      [OUR_ORGANIZATION],
    ],
    [
      'all but our organization and services',
      closed({
        Condition: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': OURS },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
      [OUR_ORGANIZATION, SERVICES],
    ],
    [
      'all but our organization and an account',
      closed({
        Condition: { StringNotEquals: { 'aws:PrincipalOrgID': OURS, 'aws:PrincipalAccount': STRANGER } },
      }),
      [OUR_ORGANIZATION, STRANGERS],
    ],
    [
      'all but an endpoint',
      closed({ Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      [ENDPOINT],
    ],
    [
      'all but roles of an account',
      closed({ Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }),
      [{ ...US, principal: `arn:aws:iam::${ACCOUNT}:role/*` }],
    ],
    [
      'all but an account by NotPrincipal',
      closed({ Principal: undefined, NotPrincipal: { AWS: [root(SIBLING)] } }),
      [SIBLINGS],
    ],
  ])('%s', (_, denial, expected) => {
    expect(granted(open(), denial)).toEqual(expected);
    expect(granted(denial, open())).toEqual(expected);
  });

  it.each<[string, RawStatement]>([
    ['another action', closed({ Action: 'ecr:PutImage' })],
    ['some accounts', closed({ Principal: { AWS: STRANGER } })],
    ['one organization', closed({ Condition: { StringEquals: { 'aws:PrincipalOrgID': THEIRS } } })],
    [
      'those with another organization, sparing those with none',
      closed({ Condition: { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgID': OURS } } }),
    ],
    ['those with no organization', closed({ Condition: { Null: { 'aws:PrincipalOrgID': 'true' } } })],
    ['all but any organization', closed({ Condition: { StringNotLike: { 'aws:PrincipalOrgID': 'o-*' } } })],
    [
      'all but ours and some addresses',
      closed({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': OURS },
          NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        },
      }),
    ],
    [
      'all but ours, unless a service is in between',
      closed({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': OURS },
          BoolIfExists: { 'aws:ViaAWSService': 'false' },
        },
      }),
    ],
    ['plain HTTP', closed({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    ['another resource', closed({ Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/other' })],
  ])('not everyone when it denies %s', (_, denial) => {
    expect(granted(open(), denial)).toEqual([EVERYONE]);
  });

  it.each<[string, unknown, Grantee[]]>([
    ['the account', { AWS: root(STRANGER) }, []],
    ['the account among others', { AWS: [root(SIBLING), root(STRANGER)] }, []],
    ['the role', { AWS: `arn:aws:iam::${STRANGER}:role/ci` }, []],
    [
      'another role',
      { AWS: `arn:aws:iam::${STRANGER}:role/other` },
      [{ ...STRANGERS, principal: `arn:aws:iam::${STRANGER}:role/ci` }],
    ],
  ])('a role named, when it denies %s', (_, Principal, expected) => {
    expect(
      granted(open({ Principal: { AWS: `arn:aws:iam::${STRANGER}:role/ci` } }), closed({ Principal })),
    ).toEqual(expected);
  });

  it('an account named not by a Deny of one of its roles', () => {
    expect(
      granted(
        open({ Principal: { AWS: STRANGER } }),
        closed({ Principal: { AWS: `arn:aws:iam::${STRANGER}:role/ci` } }),
      ),
    ).toEqual([STRANGERS]);
  });

  it('an Allow of one resource by a Deny of more', () => {
    const repository = 'arn:aws:ecr:eu-west-1:111122223333:repository';
    expect(granted(open({ Resource: `${repository}/a` }), closed({ Resource: `${repository}/*` }))).toEqual(
      [],
    );
    expect(granted(open({ Resource: `${repository}/*` }), closed({ Resource: `${repository}/a` }))).toEqual([
      EVERYONE,
    ]);
  });
});

describe('a grant', () => {
  it('has actions, grantees and what confines it', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': OURS } };
    const policy = aResourcePolicy(
      closed({ Principal: { AWS: STRANGER } }),
      open({ Action: 'ecr:*', Condition }),
    );
    expect(granteesOf(policy, ZONE, ACTIONS)).toEqual([
      {
        actions: ACTIONS,
        grantees: [OUR_ORGANIZATION],
        confinedBy: ['aws:principalorgid'],
      },
    ]);
  });

  it('is split where a Deny takes some of its actions', () => {
    const denial = closed({
      Action: 'ecr:Put*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': OURS } },
    });
    expect(granteesOf(aResourcePolicy(open({ Action: 'ecr:*' }), denial), ZONE, ACTIONS)).toMatchObject([
      { actions: ['ecr:BatchGetImage'], grantees: [EVERYONE], confinedBy: [] },
      { actions: ['ecr:PutImage'], grantees: [OUR_ORGANIZATION], confinedBy: ['aws:principalorgid'] },
    ]);
  });

  it('has the actions that NotAction leaves', () => {
    const policy = aResourcePolicy(open({ Action: undefined, NotAction: 'ecr:PutImage' }));
    expect(granteesOf(policy, ZONE, ACTIONS)).toMatchObject([{ actions: ['ecr:BatchGetImage'] }]);
  });

  it('has an action that is newer than the list', () => {
    const policy = aResourcePolicy(open({ Action: ['ecr:BatchGetImage', 'ecr:FoldImage'] }));
    expect(granteesOf(policy, ZONE, ACTIONS)).toMatchObject([
      { actions: ['ecr:BatchGetImage', 'ecr:FoldImage'] },
    ]);
  });
});
