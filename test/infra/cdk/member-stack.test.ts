import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ACTIONS_BY_RESOURCE } from '../../../infra/cdk/action-resources.ts';
import { memberActions } from '../../../infra/cdk/member-actions.ts';
import { collectors } from '../../../shared/collect/index.ts';
import { AUDITOR, aConfig, aConfigIn, ORGANIZATION, statementsOf, synthesized } from './synthesized.ts';

const { auditor, member, members, templates } = synthesized();

describe('the member role', () => {
  test('has the permissions that the collectors declare, and those to find clusters and to write findings', () => {
    const declared = collectors.flatMap((statement) => statement.actions);
    const base = [
      'account:ListRegions',
      'ec2:DescribeRegions',
      'eks:ListClusters',
      'securityhub:BatchImportFindings',
      'securityhub:BatchUpdateFindings',
      'securityhub:GetFindings',
    ];
    const granted = statementsOf(member)
      .filter(({ policy, effect }) => policy.startsWith('MemberPolicy') && effect === 'Allow')
      .flatMap((statement) => statement.actions);

    expect(granted.toSorted()).toEqual([...new Set([...declared, ...base])].toSorted());
  });

  test('needs exactly the actions of which the resources are known', () => {
    const known = Object.values(ACTIONS_BY_RESOURCE).flat();

    expect(known.toSorted()).toEqual(memberActions());
  });

  test('writes to nothing but Security Hub', () => {
    const writing = statementsOf(member)
      .filter(({ policy, effect }) => policy.startsWith('MemberPolicy') && effect === 'Allow')
      .flatMap((statement) => statement.actions)
      .filter((action) => !/:(Describe|Get|List|BatchGet)/.test(action));

    expect(writing.toSorted()).toEqual([
      'securityhub:BatchImportFindings',
      'securityhub:BatchUpdateFindings',
    ]);
  });

  test.each([
    ['in an audited account', member, 'MemberPolicy'],
    ['in the auditor’s own', auditor, 'AuditAccessPolicy'],
  ])('sets of findings nothing but the workflow, %s', (_, template, policy) => {
    const denied = statementsOf(template).filter(
      (statement) => statement.policy.startsWith(policy) && statement.effect === 'Deny',
    );
    const path = (field: string) => `securityhub:ASFFSyntaxPath/${field}`;

    for (const { actions, resources } of denied)
      expect([actions, resources]).toEqual([['securityhub:BatchUpdateFindings'], ['*']]);
    expect(denied.map(({ conditions }) => conditions)).toEqual([
      { StringNotEquals: { [path('Workflow.Status')]: ['RESOLVED', 'SUPPRESSED', 'NEW'] } },
      ...[
        'Confidence',
        'Criticality',
        'RelatedFindings',
        'Severity.Label',
        'Severity.Normalized',
        'Severity.Product',
        'Types',
        'UserDefinedFields.key',
        'UserDefinedFields.value',
        'VerificationState',
      ].map((field) => ({ Null: { [path(field)]: 'false' } })),
    ]);
  });

  test('trusts only the audit function’s role, in this organization, with the external id', () => {
    member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'EksAuditorMember',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: Match.anyValue() },
            Condition: {
              ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${AUDITOR}:role/EksAuditorAudit` },
              StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION, 'sts:ExternalId': 'a-secret' },
            },
          },
        ],
      },
    });
  });

  test('allows tags of its sessions when some are configured, without the external id, which that action does not have', () => {
    const config = aConfig({ role: { externalId: 'a-secret', sessionTags: { team: 'security' } } });
    const trusted = {
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${AUDITOR}:role/EksAuditorAudit` },
      StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
    };

    synthesized(config).member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'EksAuditorMember',
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'a-secret' } },
          }),
          Match.objectLike({ Action: 'sts:TagSession', Condition: trusted }),
        ],
      },
    });
  });

  test('has the configured name and path', () => {
    const config = aConfig({ role: { name: 'audit/readers/Eks' } });

    synthesized(config).member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'Eks',
      Path: '/audit/readers/',
    });
  });

  test('trusts a role name that the audit function has', () => {
    templates.get('EksAuditor')?.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditorAudit' });
  });
});

describe('the StackSet', () => {
  test('deploys to the configured OUs, and to accounts that join them', () => {
    members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['eu-west-1', 'us-east-1'] },
      ],
    });
  });

  test('has the template that is written for other tools', () => {
    const [set] = Object.values(members.findResources('AWS::CloudFormation::StackSet'));

    expect(JSON.parse(set?.Properties.TemplateBody)).toEqual(member.toJSON());
  });

  test('needs one Region when changes are not forwarded', () => {
    const config = aConfig({ deployment: { onChange: { enabled: false } } });

    synthesized(config).members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      StackInstancesGroup: [Match.objectLike({ Regions: ['eu-west-1'] })],
    });
  });

  test('is created in the management account if that is configured', () => {
    const config = aConfig({
      deployment: { memberRole: { deployFrom: 'management-account', organizationalUnits: ['r-ab12'] } },
    });

    const stacks = synthesized(config).templates;

    expect([...stacks.keys()]).not.toContain('EksAuditorMembers');
    stacks
      .get('Management-members')
      ?.hasResourceProperties('AWS::CloudFormation::StackSet', { CallAs: 'SELF' });
    expect(stacks.has('Management-members')).toBe(true);
  });

  test('does not exist when the role is deployed elsewhere', () => {
    const config = aConfig({ deployment: { memberRole: { deployFrom: 'elsewhere' } } });

    expect([...synthesized(config).templates.keys()]).not.toContain('EksAuditorMembers');
  });
});

describe('the management account, which StackSets leave out', () => {
  test('gets the same from stacks of its own', () => {
    const own = [...templates.keys()].filter((id) => id.startsWith('Management'));

    expect(own).toEqual(['Management-eu-west-1', 'Management-us-east-1']);
    templates.get(own[0] ?? '')?.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditorMember' });
  });

  test('gets nothing when it is not configured', () => {
    const config = aConfig({ deployment: { managementAccount: undefined } });

    expect([...synthesized(config).templates.keys()]).toEqual(['EksAuditor', 'EksAuditorMembers']);
  });
});

describe('forwarding changes', () => {
  test('creates the member role in the first Region only, because IAM is global', () => {
    const conditional = Object.entries(member.toJSON().Resources)
      .filter(([, resource]) => Object(resource).Condition === 'IsFirstRegion')
      .map(([id]) => id);

    member.hasCondition('IsFirstRegion', { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] });
    expect(conditional).toEqual([
      expect.stringMatching(/^MemberPolicy/),
      expect.stringMatching(/^MemberRole/),
    ]);
  });

  test('knows the policies of its own roles by their path', () => {
    const policies = Object.values(member.findResources('AWS::IAM::ManagedPolicy'));

    expect(policies.map(({ Properties }) => Properties.Path)).toEqual(['/eks-auditor/', '/eks-auditor/']);
  });

  test('has rules with a role of their own in every Region, because new accounts get their Regions in any order', () => {
    const rules = Object.values(member.findResources('AWS::Events::Rule'));

    member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: { 'Fn::Join': ['', ['EksAuditorForwardChanges-', { Ref: 'AWS::Region' }]] },
    });
    expect(rules.length).toBeGreaterThan(1);
    for (const { Properties } of rules) {
      expect(Properties.Targets).toEqual([
        expect.objectContaining({
          Arn: `arn:aws:events:eu-west-1:${AUDITOR}:event-bus/eks-auditor-changes`,
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwardRole/), 'Arn'] },
        }),
      ]);
    }
  });

  test('is allowed to those roles of the organization’s accounts only', () => {
    templates.get('EksAuditor')?.hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: Match.objectLike({
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
          ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/EksAuditorForwardChanges-*' },
        },
      }),
    });
  });
});

describe.each([
  ['GovCloud', 'us-gov-east-1', 'aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
  ['China', 'cn-northwest-1', 'aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['the European Sovereign Cloud', 'eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1', 'amazonaws.eu'],
])('in %s', (_name, region, partition, globalRegion, suffix) => {
  const deployment = synthesized(aConfigIn(region));

  test('no ARN is of another partition', () => {
    const json = JSON.stringify(
      [...deployment.templates.values(), deployment.member].map((template) => template.toJSON()),
    );
    const partitions = [...json.matchAll(/arn:(aws[\w-]*):/g)].map(([, name]) => name);

    expect([...new Set(partitions)]).toEqual([partition]);
  });

  test('CloudWatch Logs may use the key by its name in the partition', () => {
    const policies = JSON.stringify(deployment.auditor.findResources('AWS::KMS::Key'));

    expect(policies).toContain(`"Service":"logs.${region}.${suffix}"`);
  });

  test('changes are observed in the Region of IAM', () => {
    deployment.members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      StackInstancesGroup: [Match.objectLike({ Regions: [...new Set([region, globalRegion])] })],
    });
  });
});
