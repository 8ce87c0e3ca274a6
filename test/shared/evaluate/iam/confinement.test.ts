import { describe, expect, it } from 'vitest';
import type { Grantee } from '../../../../shared/evaluate/iam/grantee.ts';
import { ACCOUNT, variable } from './builders.ts';
import {
  AWS_SERVICES,
  anAllow,
  ENDPOINT,
  EVERYONE,
  EXTERNAL_ACCOUNT,
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  MEMBER_ACCOUNT,
  MEMBER_ID,
  ORGANIZATION,
  ORGANIZATION_ID,
  OWN_ACCOUNT,
  PARTLY_TRUSTED_ID,
  TRUSTED_ORGANIZATION,
  TRUSTED_ORGANIZATION_ID,
} from './grantee-builders.ts';

describe('everyone is confined by', () => {
  it.each<[string, unknown, Grantee[]]>([
    ['our organization', { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } }, [ORGANIZATION]],
    [
      'our organization, the key in another case',
      { StringEquals: { 'AWS:principalorgid': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'our organization by StringLike',
      { StringLike: { 'aws:PrincipalOrgID': [ORGANIZATION_ID] } },
      [ORGANIZATION],
    ],
    [
      'our organization by ForAnyValue',
      { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'a unit of our organization',
      {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION_ID}/r-ab12/ou-ab12-11111111/*` },
      },
      [ORGANIZATION],
    ],
    [
      'the resource’s organization',
      { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
      [ORGANIZATION],
    ],
    [
      'the resource’s organization, the other way round',
      { StringEquals: { 'aws:ResourceOrgID': variable('aws:PrincipalOrgID') } },
      [ORGANIZATION],
    ],
    [
      'another organization',
      { StringEquals: { 'aws:PrincipalOrgID': EXTERNAL_ORGANIZATION_ID } },
      [EXTERNAL_ORGANIZATION],
    ],
    [
      'ours or another organization',
      { StringEquals: { 'aws:PrincipalOrgID': [ORGANIZATION_ID, EXTERNAL_ORGANIZATION_ID] } },
      [ORGANIZATION, EXTERNAL_ORGANIZATION],
    ],
    [
      'another organization, whose id is too short',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567' } },
      [{ ...EXTERNAL_ORGANIZATION, organizationId: 'o-1234567' }],
    ],
    [
      'accounts',
      { StringEquals: { 'aws:PrincipalAccount': [MEMBER_ID, EXTERNAL_ID] } },
      [MEMBER_ACCOUNT, EXTERNAL_ACCOUNT],
    ],
    [
      'accounts by IfExists, because there is always one',
      { StringEqualsIfExists: { 'aws:PrincipalAccount': MEMBER_ID } },
      [MEMBER_ACCOUNT],
    ],
    [
      'our organization by IfExists, where the key is required',
      {
        StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
        Null: { 'aws:principalorgid': false },
      },
      [ORGANIZATION],
    ],
    [
      'our paths by ForAllValues, where the key is required',
      {
        'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION_ID}/*` },
        Null: { 'aws:PrincipalOrgPaths': 'false' },
      },
      [ORGANIZATION],
    ],
    [
      'the resource’s account',
      { StringEquals: { 'aws:PrincipalAccount': variable('aws:ResourceAccount') } },
      [OWN_ACCOUNT],
    ],
    [
      'the resource’s account, the other way round',
      { StringEquals: { 'aws:ResourceAccount': variable('aws:PrincipalAccount') } },
      [OWN_ACCOUNT],
    ],
    [
      'roles of an account',
      { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${MEMBER_ID}:role/*` } },
      [
        {
          kind: 'account',
          accountId: MEMBER_ID,
          relation: 'organization',
          principal: `arn:aws:iam::${MEMBER_ID}:role/*`,
        },
      ],
    ],
    [
      'a role by its unique id',
      { StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' } },
      [{ kind: 'other', id: 'AROAABCDEFGHIJKLMNOPQ' }],
    ],
    ['the root user by id', { StringEquals: { 'aws:userid': EXTERNAL_ID } }, [EXTERNAL_ACCOUNT]],
    ['services for an account', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }, [OWN_ACCOUNT]],
    [
      'roles of an account by ArnEquals, which has wildcards too',
      { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${MEMBER_ID}:role/*` } },
      [{ ...MEMBER_ACCOUNT, principal: `arn:aws:iam::${MEMBER_ID}:role/*` }],
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
    [
      'services for an organization',
      { StringEquals: { 'aws:SourceOrgID': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'a function’s sessions',
      { ArnLike: { 'lambda:SourceFunctionArn': `arn:aws:lambda:*:${MEMBER_ID}:function:*` } },
      [{ ...MEMBER_ACCOUNT, principal: `arn:aws:lambda:*:${MEMBER_ID}:function:*` }],
    ],
    [
      'an instance’s sessions, of an account outside',
      { ArnEquals: { 'ec2:SourceInstanceARN': `arn:aws:ec2:*:${EXTERNAL_ID}:instance/i-1` } },
      [{ ...EXTERNAL_ACCOUNT, principal: `arn:aws:ec2:*:${EXTERNAL_ID}:instance/i-1` }],
    ],
    [
      'a managed instance’s sessions',
      { StringEquals: { 'ssm:SourceInstanceArn': `arn:aws:ssm:eu-west-1:${ACCOUNT}:managed-instance/mi-1` } },
      [{ ...OWN_ACCOUNT, principal: `arn:aws:ssm:eu-west-1:${ACCOUNT}:managed-instance/mi-1` }],
    ],
    [
      'a project’s builds',
      { ArnLike: { 'codebuild:BuildArn': `arn:aws:codebuild:eu-west-1:${EXTERNAL_ID}:build/x:*` } },
      [{ ...EXTERNAL_ACCOUNT, principal: `arn:aws:codebuild:eu-west-1:${EXTERNAL_ID}:build/x:*` }],
    ],
    [
      'a project',
      { StringLike: { 'codebuild:ProjectArn': `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/*` } },
      [{ ...OWN_ACCOUNT, principal: `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/*` }],
    ],
    [
      'the VPC of an instance',
      { StringEquals: { 'aws:Ec2InstanceSourceVpc': 'vpc-1' } },
      [{ kind: 'network', id: 'vpc-1' }],
    ],
    [
      'a trusted organization',
      { StringEquals: { 'aws:PrincipalOrgID': TRUSTED_ORGANIZATION_ID } },
      [TRUSTED_ORGANIZATION],
    ],
    [
      'services for a trusted organization',
      { StringEquals: { 'aws:SourceOrgID': TRUSTED_ORGANIZATION_ID } },
      [TRUSTED_ORGANIZATION],
    ],
    ['services', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, [AWS_SERVICES]],
    [
      'services by IfExists, because every request says whether it is one’s',
      { BoolIfExists: { 'aws:PrincipalIsAWSService': 'true' } },
      [AWS_SERVICES],
    ],
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
    [
      'the endpoints of our organization',
      { StringEquals: { 'aws:VpceOrgID': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'one key of several',
      { StringEquals: { 'aws:PrincipalTag/a': 'b', 'aws:PrincipalOrgID': ORGANIZATION_ID } },
      [ORGANIZATION],
    ],
    [
      'the narrower of two',
      { StringEquals: { 'aws:PrincipalOrgID': EXTERNAL_ORGANIZATION_ID, 'aws:PrincipalAccount': MEMBER_ID } },
      [MEMBER_ACCOUNT],
    ],
  ])('%s', (_, Condition, expected) => {
    expect(granteesBy(anAllow({ Condition }))).toEqual(expected);
  });

  it('StringEquals of a star, which no organization matches', () => {
    expect(granteesBy(anAllow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': '*' } } }))).toEqual([]);
  });
});

describe('a path of an organization that is trusted in part', () => {
  const trusted = `${PARTLY_TRUSTED_ID}/r-ab12/ou-ab12-11111111/`;

  it.each([
    [`${trusted}*`, 'trusted'],
    [trusted, 'trusted'],
    [`${trusted}ou-ab12-22222222/*`, 'trusted'],
    [`${trusted}ou-*`, 'trusted'],
    [`${trusted}*/ou-ab12-22222222/`, 'trusted'],
    [`${PARTLY_TRUSTED_ID}/*`, 'external'],
    [`${PARTLY_TRUSTED_ID}/r-ab12/*`, 'external'],
    [`${PARTLY_TRUSTED_ID}/r-ab12/ou-ab12-1111111?/*`, 'external'],
    [`${PARTLY_TRUSTED_ID}/r-ab12/ou-ab12-22222222/*`, 'external'],
    [`${PARTLY_TRUSTED_ID}/*/ou-ab12-11111111/*`, 'external'],
    [`${EXTERNAL_ORGANIZATION_ID}/r-ab12/ou-ab12-11111111/*`, 'external'],
    [`${TRUSTED_ORGANIZATION_ID}/r-zz99/*`, 'trusted'],
    [`${ORGANIZATION_ID}/r-zz99/*`, 'own'],
  ])('%s: %s', (path, relation) => {
    for (const key of ['aws:PrincipalOrgPaths', 'aws:SourceOrgPaths', 'aws:VpceOrgPaths']) {
      const Condition = { 'ForAnyValue:StringLike': { [key]: path } };
      expect(granteesBy(anAllow({ Condition }))).toMatchObject([{ kind: 'organization', relation }]);
    }
  });

  it('does not make its organization trusted', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': PARTLY_TRUSTED_ID } };

    expect(granteesBy(anAllow({ Condition }))).toMatchObject([{ relation: 'external' }]);
  });
});

describe('everyone is not confined by', () => {
  it.each<[string, unknown]>([
    ['no condition', {}],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['any organization that is there', { Null: { 'aws:PrincipalOrgID': 'false' } }],
    ['ours or any organization', { StringLike: { 'aws:PrincipalOrgID': [ORGANIZATION_ID, '*'] } }],
    ['any organization’s paths', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-*' } }],
    [
      'IfExists, because there may be no organization',
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
    ],
    [
      'ForAllValues, because there may be none',
      { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION_ID}/*` } },
    ],
    [
      'IfExists together with a condition that there is no key',
      {
        StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
        Null: { 'aws:PrincipalOrgID': 'true' },
      },
    ],
    [
      'IfExists together with a condition that requires another key',
      {
        StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION_ID },
        Null: { 'aws:PrincipalOrgPaths': 'false' },
      },
    ],
    ['what it must not be', { StringNotEquals: { 'aws:PrincipalOrgID': EXTERNAL_ORGANIZATION_ID } }],
    ['its own organization', { StringEquals: { 'aws:PrincipalOrgID': variable('aws:PrincipalOrgID') } }],
    ['any account’s role', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } }],
    ['any account’s role by ArnEquals', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } }],
    ['any role', { StringLike: { 'aws:PrincipalArn': '*' } }],
    ['a part of an account id', { StringLike: { 'aws:PrincipalAccount': '99998888*' } }],
    ['any session name', { StringLike: { 'aws:userid': '*:ci' } }],
    ['any role’s id', { StringLike: { 'aws:userid': 'AROA*:ci' } }],
    ['any account’s function', { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:x' } }],
    [
      'an account’s function by StringLike, whose star crosses colons',
      { StringLike: { 'lambda:SourceFunctionArn': `arn:aws:lambda:*:${ACCOUNT}:function:x` } },
    ],
    [
      'an instance, if it is one',
      { ArnEqualsIfExists: { 'ec2:SourceInstanceARN': `arn:aws:ec2:*:${ACCOUNT}:instance/i-1` } },
    ],
    ['any instance', { Null: { 'ec2:SourceInstanceARN': 'false' } }],
    ['the VPC of the endpoint', { StringEquals: { 'aws:SourceVpc': variable('aws:Ec2InstanceSourceVpc') } }],
    ['what the caller says of itself', { StringEquals: { 'aws:SourceIdentity': 'ann' } }],
    ['any bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }],
    ['any endpoint', { StringLike: { 'aws:SourceVpce': 'vpce-*' } }],
    ['a tag, which anyone can set', { StringEquals: { 'aws:PrincipalTag/team': 'ours' } }],
    ['addresses', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
    [
      'a service that calls on behalf of others',
      { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } },
    ],
    ['not being a service', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    ['an unknown operator', { StringEquals2: { 'aws:PrincipalOrgID': ORGANIZATION_ID } }],
    ['an unknown key', { StringEquals: { 'aws:PrincipalOrg': ORGANIZATION_ID } }],
  ])('%s', (_, Condition) => {
    expect(granteesBy(anAllow({ Condition }))).toEqual([EVERYONE]);
  });
});
