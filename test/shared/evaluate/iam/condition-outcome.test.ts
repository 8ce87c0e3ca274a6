import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../../shared/evaluate/iam/condition-outcome.ts';
import { readConditions } from '../../../../shared/evaluate/iam/conditions.ts';
import type { ZoneOfTrust } from '../../../../shared/evaluate/iam/grantee.ts';
import { granteesOf } from '../../../../shared/evaluate/iam/resource-policy-grantees.ts';
import { absent } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
import { ACCOUNT, aResourcePolicy, variable } from './builders.ts';
import {
  ACTIONS,
  aDeny,
  anAllow,
  EVERYONE,
  EXTERNAL_ACCOUNT,
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  granteesIn,
  ORGANIZATION,
  ORGANIZATION_ID,
  ZONE,
} from './grantee-builders.ts';

type Conditions = Record<string, Record<string, string | string[]>>;

function outcomes(raw: Conditions, zone: ZoneOfTrust = ZONE) {
  const listed = Object.fromEntries(
    Object.entries(raw).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, [value].flat()])),
    ]),
  );
  return readConditions(listed, true).map((condition) => outcomeOf(condition, zone));
}

const OTHER_SERVICES: [string, string][] = [
  ['s3:ResourceAccount', ACCOUNT],
  ['kms:ViaService', 'ecr.eu-west-1.amazonaws.com'],
  ['sts:ExternalId', 'x'],
  ['ec2:Vpc', `arn:aws:ec2:eu-west-1:${ACCOUNT}:vpc/vpc-1`],
  ['ecr-public:ResourceTag/team', 'shop'],
  ['iam:PassedToService', 'ecs.amazonaws.com'],
  ['S3:DataAccessPointAccount', ACCOUNT],
];

describe('a condition on a key of another service', () => {
  it.each(OTHER_SERVICES)('%s is never met by an operator that needs the key', (key, value) => {
    for (const operator of [
      'StringEquals',
      'StringLike',
      'ArnLike',
      'ForAnyValue:StringEquals',
      'ForAnyValue:StringNotEquals',
      'Bool',
      'NumericLessThan',
      'IpAddress',
    ]) {
      expect(outcomes({ [operator]: { [key]: value } })).toEqual(['never']);
    }
    expect(outcomes({ Null: { [key]: 'false' } })).toEqual(['never']);
  });

  it.each(OTHER_SERVICES)('%s is always met by an operator that holds without the key', (key, value) => {
    for (const operator of [
      'StringNotEquals',
      'StringEqualsIfExists',
      'ArnNotLikeIfExists',
      'ForAllValues:StringEquals',
      'ForAllValues:StringNotLike',
      'DateNotEquals',
    ]) {
      expect(outcomes({ [operator]: { [key]: value } })).toEqual(['always']);
    }
    expect(outcomes({ Null: { [key]: 'true' } })).toEqual(['always']);
  });

  it.each([
    ['an operator that is not known', { StringEquals2: { 's3:prefix': 'x' } }],
    ['a tag of the repository', { StringEquals: { 'ecr:ResourceTag/team': 'shop' } }],
    ['an ECR key that is not known', { StringEquals: { 'ecr:SomethingNew': 'x' } }],
    ['a global key that is not known', { StringEquals: { 'aws:SomethingNew': 'x' } }],
    ['a key without a prefix', { StringEquals: { account: ACCOUNT } }],
    ['a user of SAML', { StringEquals: { 'saml:sub': 'ann' } }],
    ['a user of an OIDC provider', { StringEquals: { 'accounts.google.com:sub': 'ann' } }],
    ['a user of a provider with a path', { StringEquals: { 'example.com/id/1:sub': 'ann' } }],
    ['how a role was delivered', { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } }],
    ['Glue', { StringEquals: { 'glue:RoleAssumedBy': 'glue.amazonaws.com' } }],
    ['a user of the Identity Center', { StringEquals: { 'identitystore:UserId': 'x' } }],
    ['a function', { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:x' } }],
  ])('leaves undecided %s', (_, conditions) => {
    expect(outcomes(conditions)).toEqual([undefined]);
  });
});

describe('a condition on the resource', () => {
  it.each<[string, Conditions, string]>([
    ['its account', { StringEquals: { 'aws:ResourceAccount': ACCOUNT } }, 'always'],
    [
      'its account among others',
      { StringEquals: { 'aws:ResourceAccount': [EXTERNAL_ID, ACCOUNT] } },
      'always',
    ],
    ['its account by a pattern', { StringLike: { 'aws:ResourceAccount': '1111*' } }, 'always'],
    ['another account', { StringEquals: { 'aws:ResourceAccount': EXTERNAL_ID } }, 'never'],
    [
      'another account by IfExists',
      { StringEqualsIfExists: { 'aws:ResourceAccount': EXTERNAL_ID } },
      'never',
    ],
    ['a star, which is only text', { StringEquals: { 'aws:ResourceAccount': '*' } }, 'never'],
    ['not its account', { StringNotEquals: { 'aws:ResourceAccount': ACCOUNT } }, 'never'],
    ['not another account', { StringNotEquals: { 'aws:ResourceAccount': EXTERNAL_ID } }, 'always'],
    ['no account', { Null: { 'aws:ResourceAccount': 'true' } }, 'never'],
    ['its organization', { StringEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } }, 'always'],
    [
      'its organization, in capitals',
      { StringEqualsIgnoreCase: { 'aws:ResourceOrgID': ORGANIZATION_ID.toUpperCase() } },
      'always',
    ],
    ['another organization', { StringEquals: { 'aws:ResourceOrgID': EXTERNAL_ORGANIZATION_ID } }, 'never'],
    ['its Region', { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } }, 'always'],
    ['a Region of others', { StringLike: { 'aws:RequestedRegion': 'us-*' } }, 'never'],
    ['no other Region', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'always'],
  ])('that requires %s', (_, conditions, expected) => {
    expect(outcomes(conditions)).toEqual([expected]);
  });

  it('is undecided with a variable or an operator of another type', () => {
    expect(outcomes({ StringEquals: { 'aws:ResourceAccount': variable('aws:PrincipalAccount') } })).toEqual([
      undefined,
    ]);
    expect(outcomes({ IpAddress: { 'aws:ResourceAccount': ACCOUNT } })).toEqual([undefined]);
  });

  const unread = { ...ZONE, organization: { ...ZONE.organization, id: denied('a:B') } };

  it.each<[string, Conditions, string | undefined]>([
    ['one that may be its own', { StringEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } }, 'unknown'],
    ['not one that may be', { StringNotEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } }, 'unknown'],
    ['one of many', { StringLike: { 'aws:ResourceOrgID': 'o-*' } }, 'unknown'],
    ['one', { Null: { 'aws:ResourceOrgID': 'false' } }, 'unknown'],
    [
      'the paths of one',
      { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${ORGANIZATION_ID}/*` } },
      'unknown',
    ],
    [
      'none of its paths',
      { 'ForAllValues:StringNotLike': { 'aws:ResourceOrgPaths': `${ORGANIZATION_ID}/*` } },
      'unknown',
    ],
    ['what is no organization', { StringEquals: { 'aws:ResourceOrgID': ['x', '*'] } }, 'never'],
    ['not what is no organization', { StringNotEquals: { 'aws:ResourceOrgID': 'x' } }, 'always'],
    ['the caller’s', { StringEquals: { 'aws:ResourceOrgID': variable('aws:PrincipalOrgID') } }, undefined],
    [
      'by an operator that is not known',
      { StringEquals2: { 'aws:ResourceOrgID': ORGANIZATION_ID } },
      undefined,
    ],
  ])('that requires an organization, where its own could not be read: %s', (_, conditions, expected) => {
    expect(outcomes(conditions, unread)).toEqual([expected]);
  });

  it('that requires paths is decided where they are of another organization', () => {
    const paths = { 'aws:ResourceOrgPaths': `${EXTERNAL_ORGANIZATION_ID}/*` };
    const own = { 'aws:ResourceOrgPaths': `${ORGANIZATION_ID}/r-ab12/*` };

    expect(outcomes({ 'ForAnyValue:StringLike': paths })).toEqual(['never']);
    expect(outcomes({ 'ForAllValues:StringNotLike': paths })).toEqual(['always']);
    expect(outcomes({ 'ForAnyValue:StringLike': own })).toEqual([undefined]);
  });

  it('has no organization where the account stands alone', () => {
    const alone = { ...ZONE, organization: { ...ZONE.organization, id: absent } };

    expect(outcomes({ StringEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } }, alone)).toEqual(['never']);
    expect(outcomes({ StringNotEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } }, alone)).toEqual([
      'always',
    ]);
    expect(outcomes({ StringLike: { 'aws:ResourceOrgPaths': 'o-*/*' } }, alone)).toEqual(['never']);
  });

  it.each<[string, Conditions]>([
    ['another organization', { StringEquals: { 'aws:ResourceOrgID': EXTERNAL_ORGANIZATION_ID } }],
    ['others', { StringEquals: { 'aws:ResourceOrgID': [EXTERNAL_ORGANIZATION_ID, 'o-zzzzzzzzzz'] } }],
    [
      'another organization’s paths',
      { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${EXTERNAL_ORGANIZATION_ID}/*` } },
    ],
    ['another account', { StringEquals: { 'aws:ResourceAccount': EXTERNAL_ID } }],
  ])('of %s gives access to nobody, and a Deny of all but those leaves nobody', (_, Condition) => {
    const negated = Object.entries(Condition).map(([operator, keys]) => [
      operator.replace('ForAnyValue', 'ForAllValues').replace('String', 'StringNot'),
      keys,
    ]);

    expect(granteesBy(anAllow({ Condition }))).toEqual([]);
    expect(granteesBy(anAllow({ Principal: { AWS: EXTERNAL_ID }, Condition }))).toEqual([]);
    expect(granteesBy(anAllow(), aDeny({ Condition: Object.fromEntries(negated) }))).toEqual([]);
    expect(granteesBy(anAllow(), aDeny({ Condition }))).toEqual([EVERYONE]);
  });

  it('of its own organization or account confines nobody', () => {
    const own = { 'aws:ResourceOrgID': ORGANIZATION_ID, 'aws:ResourceAccount': ACCOUNT };
    const paths = { 'aws:ResourceOrgPaths': `${ORGANIZATION_ID}/*` };

    expect(granteesBy(anAllow({ Condition: { StringEquals: own } }))).toEqual([EVERYONE]);
    expect(granteesBy(anAllow({ Condition: { 'ForAnyValue:StringLike': paths } }))).toEqual([EVERYONE]);
  });

  it('of an organization that may be its own gives access to everyone or nobody: not known', () => {
    const zone = { ...ZONE, organization: { ...ZONE.organization, id: denied('a:B') } };
    const unknown = { kind: 'organization', organizationId: ORGANIZATION_ID, relation: 'unknown' };

    for (const Condition of [
      { StringEquals: { 'aws:ResourceOrgID': ORGANIZATION_ID } },
      { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${ORGANIZATION_ID}/*` } },
    ]) {
      expect(granteesIn(zone, anAllow({ Condition }))).toEqual([unknown]);
      expect(granteesIn(zone, anAllow({ Principal: { AWS: EXTERNAL_ID }, Condition }))).toEqual([unknown]);
    }
  });
});

describe('a condition on the source address', () => {
  it.each<[string, string[]]>([
    ['a private range', ['10.0.0.0/8']],
    ['a part of one', ['172.20.1.0/24']],
    ['an address', ['192.168.1.7']],
    ['the shared range', ['100.64.0.0/10']],
    ['loopback and link-local', ['127.0.0.1/32', '169.254.0.0/16']],
    ['unique local IPv6', ['fd00::/8', 'fc00::/7']],
    ['link-local IPv6', ['fe80::/64', '::1']],
  ])('of %s only is never met', (_, ranges) => {
    expect(outcomes({ IpAddress: { 'aws:SourceIp': ranges } })).toEqual(['never']);
    expect(outcomes({ NotIpAddress: { 'aws:SourceIp': ranges } })).toEqual(['always']);
    expect(outcomes({ IpAddressIfExists: { 'aws:SourceIp': ranges } })).toEqual([undefined]);
    expect(granteesBy(anAllow({ Condition: { IpAddress: { 'aws:SourceIp': ranges } } }))).toEqual([]);
    expect(granteesBy(anAllow(), aDeny({ Condition: { NotIpAddress: { 'aws:SourceIp': ranges } } }))).toEqual(
      [],
    );
  });

  it.each<[string, string[]]>([
    ['a public range', ['203.0.113.0/24']],
    ['a public one among private ones', ['10.0.0.0/8', '8.8.8.0/24']],
    ['more than a private range', ['172.16.0.0/11']],
    ['all addresses', ['0.0.0.0/0']],
    ['all IPv6 addresses', ['::/0']],
    ['what is no range', ['10.*']],
  ])('of %s is undecided', (_, ranges) => {
    expect(outcomes({ IpAddress: { 'aws:SourceIp': ranges } })).toEqual([undefined]);
    expect(granteesBy(anAllow({ Condition: { IpAddress: { 'aws:SourceIp': ranges } } }))).toEqual([EVERYONE]);
  });

  it('in a VPC may be private', () => {
    const Condition = { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } };

    expect(granteesBy(anAllow({ Condition }))).toEqual([EVERYONE]);
  });

  it('of a private range is never met where the key is required by another condition', () => {
    const Condition = {
      IpAddressIfExists: { 'aws:SourceIp': '10.0.0.0/8' },
      Null: { 'aws:SourceIp': 'false' },
    };

    expect(granteesBy(anAllow({ Condition }))).toEqual([]);
  });
});

describe('what nobody can fulfil', () => {
  it('gives access to nobody beside any other condition and for any principal', () => {
    const never = { StringEquals: { 's3:ResourceAccount': ACCOUNT } };
    const principals = fc.constantFrom<unknown>(
      '*',
      { AWS: EXTERNAL_ID },
      { Service: 'lambda.amazonaws.com' },
    );
    const others = fc.constantFrom<Conditions>(
      {},
      { StringLike: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
      { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${EXTERNAL_ID}` } },
      { StringLike: { 'aws:SourceVpce': 'vpce-1' } },
    );
    fc.assert(
      fc.property(principals, others, (Principal, other) => {
        expect(granteesBy(anAllow({ Principal, Condition: { ...other, ...never } }))).toEqual([]);
      }),
    );
  });

  it('makes a Deny deny nothing', () => {
    const Condition = {
      StringEquals: { 'kms:ViaService': 'x' },
      StringNotEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
    };

    expect(granteesBy(anAllow(), aDeny({ Condition }))).toEqual([EVERYONE]);
    expect(
      granteesBy(
        anAllow({ Principal: { AWS: EXTERNAL_ID } }),
        aDeny({ Principal: { AWS: EXTERNAL_ID }, Condition }),
      ),
    ).toEqual([EXTERNAL_ACCOUNT]);
  });
});

describe('what everybody fulfils', () => {
  const always = { StringEquals: { 'aws:ResourceAccount': ACCOUNT }, StringNotEquals: { 's3:prefix': 'x' } };

  it('confines nobody', () => {
    expect(granteesBy(anAllow({ Condition: always }))).toEqual([EVERYONE]);
  });

  it('makes no difference to a Deny', () => {
    const outsiders = { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };

    expect(granteesBy(anAllow(), aDeny({ Condition: always }))).toEqual([]);
    expect(granteesBy(anAllow(), aDeny({ Condition: { ...always, ...outsiders } }))).toEqual([ORGANIZATION]);
    expect(
      granteesBy(
        anAllow({ Principal: { AWS: EXTERNAL_ID } }),
        aDeny({ Principal: { AWS: EXTERNAL_ID }, Condition: always }),
      ),
    ).toEqual([]);
  });

  it('is not named among what confines', () => {
    const Condition = { ...always, StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };
    const policy = aResourcePolicy(anAllow(), aDeny({ Condition }));

    expect(granteesOf(policy, ZONE, ACTIONS)).toMatchObject([{ confinedBy: ['aws:PrincipalOrgID'] }]);
  });
});
