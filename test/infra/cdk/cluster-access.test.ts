import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { AUDITOR, aConfig, ORGANIZATION, propertiesOf, statementsOf, synthesized } from './synthesized.ts';

const managed = synthesized(aConfig({ kubernetes: { enabled: true, access: 'managed' } }));
const ACCOUNT = { Ref: 'AWS::AccountId' };
const joined = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const MEMBER_ARN = joined('arn:aws:iam::', ACCOUNT, ':role/EksAuditorMember');
const GRANTING = ['eks:CreateAccessEntry', 'eks:AssociateAccessPolicy'];

const accessStatements = (member = managed.member) =>
  statementsOf(member).filter(({ policy }) => policy.startsWith('AccessPolicy'));

describe('the role that gives access to clusters', () => {
  test('is there only where access is managed', () => {
    const others = [aConfig(), aConfig({ kubernetes: { enabled: true, access: 'existing' } })];

    for (const config of others) {
      const { member, auditor } = synthesized(config);
      expect(JSON.stringify(member.toJSON())).not.toContain('EksAuditorAccess');
      expect(JSON.stringify(auditor.toJSON())).not.toContain('EksAuditorAccess');
      const actions = [member, auditor].flatMap(statementsOf).flatMap((statement) => statement.actions);
      for (const action of GRANTING) expect(actions).not.toContain(action);
    }
    managed.member.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditorAccess' });
  });

  test('can do two things, and nothing else', () => {
    expect(accessStatements().map(({ effect, actions }) => [effect, ...actions])).toEqual([
      ['Allow', 'eks:CreateAccessEntry'],
      ['Allow', 'eks:AssociateAccessPolicy'],
    ]);
    managed.member.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('creates entries of the member role only, of the standard type, with no other group and user name', () => {
    const [create] = accessStatements();

    expect(create?.conditions).toEqual({
      StringEquals: { 'eks:principalArn': MEMBER_ARN, 'eks:accessEntryType': 'STANDARD' },
      'ForAllValues:StringEquals': { 'eks:kubernetesGroups': ['eks-auditor'] },
      StringEqualsIfExists: {
        'eks:username': [
          '',
          joined('arn:aws:sts::', ACCOUNT, ':assumed-role/EksAuditorMember/{{SessionName}}'),
        ],
      },
    });
    expect(create?.resources).toEqual([JSON.stringify(joined('arn:aws:eks:*:', ACCOUNT, ':cluster/*'))]);
  });

  test('lets that entry view the whole cluster, by one policy', () => {
    const [, associate] = accessStatements();

    expect(associate?.conditions).toEqual({
      StringEquals: {
        'eks:policyArn': 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
        'eks:accessScope': 'cluster',
      },
    });
    expect(associate?.resources).toEqual([
      JSON.stringify(
        joined('arn:aws:eks:*:', ACCOUNT, ':access-entry/*/role/', ACCOUNT, '/EksAuditorMember/*'),
      ),
    ]);
  });

  test('is for the member role whatever that is called, and wherever it is', () => {
    const role = { name: 'audit/readers/Eks', accessName: 'audit/Grant' };
    const { member } = synthesized(aConfig({ role, kubernetes: { enabled: true, access: 'managed' } }));

    member.hasResourceProperties('AWS::IAM::Role', { RoleName: 'Grant', Path: '/audit/' });
    const [create, associate] = accessStatements(member);
    expect(create?.conditions).toMatchObject({
      StringEquals: { 'eks:principalArn': joined('arn:aws:iam::', ACCOUNT, ':role/audit/readers/Eks') },
    });
    expect(associate?.resources).toEqual([
      expect.stringContaining('/audit/readers/Eks/*'),
      expect.stringContaining('"/Eks/*"'),
    ]);
  });

  test('is trusted as the member role is', () => {
    const trustOf = (name: string) =>
      propertiesOf(managed.member, 'AWS::IAM::Role').find(({ RoleName }) => RoleName === name)
        ?.AssumeRolePolicyDocument;

    expect(trustOf('EksAuditorAccess')).toEqual(trustOf('EksAuditorMember'));
    expect(trustOf('EksAuditorAccess').Statement).toMatchObject([
      {
        Action: 'sts:AssumeRole',
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${AUDITOR}:role/EksAuditorAudit` },
          StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION, 'sts:ExternalId': 'a-secret' },
        },
      },
    ]);
  });

  test('is made in one Region, and its policy is known as the auditor’s by its path', () => {
    const resources = Object.entries<{ Condition?: string }>(managed.member.toJSON().Resources);
    const own = resources.filter(([id]) => id.startsWith('Access'));

    expect(own.map(([id, { Condition }]) => [id.slice(0, 10), Condition])).toEqual([
      ['AccessPoli', 'IsFirstRegion'],
      ['AccessRole', 'IsFirstRegion'],
    ]);
    managed.member.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Path: '/eks-auditor/',
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: GRANTING[0] })]) },
    });
  });

  test('is the only other role that the audit function may assume', () => {
    const assuming = statementsOf(managed.auditor).filter(({ actions }) =>
      actions.includes('sts:AssumeRole'),
    );

    expect(assuming.filter(({ policy }) => policy.startsWith('AuditAccessPolicy'))).toEqual([
      expect.objectContaining({
        resources: ['arn:aws:iam::*:role/EksAuditorAccess', 'arn:aws:iam::*:role/EksAuditorMember'],
        conditions: { StringEquals: { 'aws:ResourceOrgID': ORGANIZATION } },
      }),
    ]);
    const own = statementsOf(managed.auditor).flatMap(({ actions }) => actions);
    for (const action of GRANTING) expect(own).not.toContain(action);
  });
});

describe('the audit function in a VPC', () => {
  const vpc = { subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
  const { auditor } = synthesized(aConfig({ deployment: { vpc } }));
  const functionsIn = (template = auditor) =>
    propertiesOf(template, 'AWS::Lambda::Function').map(({ FunctionName, VpcConfig }) => [
      FunctionName,
      VpcConfig,
    ]);

  test('runs in the subnets, alone', () => {
    expect(functionsIn()).toEqual([
      ['eks-auditor-plan', undefined],
      ['eks-auditor-audit', { SubnetIds: vpc.subnets, SecurityGroupIds: vpc.securityGroups }],
      ['eks-auditor-report', undefined],
    ]);
    expect(functionsIn(synthesized().auditor).map(([, network]) => network)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('lets Lambda manage its network interfaces, and not its own code', () => {
    const unlessByCode = { Null: { 'lambda:SourceFunctionArn': 'true' } };
    const interfaces = statementsOf(auditor).filter(({ conditions }) =>
      JSON.stringify(conditions ?? {}).includes('SourceFunctionArn'),
    );

    expect(interfaces).toEqual([
      expect.objectContaining({
        policy: expect.stringMatching(/^AuditAccessPolicy/),
        actions: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: [expect.stringContaining(':ec2:eu-west-1:*:*/*')],
        conditions: unlessByCode,
      }),
      expect.objectContaining({
        actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
        resources: ['*'],
        conditions: unlessByCode,
      }),
    ]);
    expect(JSON.stringify(synthesized().auditor.toJSON())).not.toContain('NetworkInterface');
  });
});
