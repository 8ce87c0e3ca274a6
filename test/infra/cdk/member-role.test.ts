import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ACTIONS_BY_RESOURCE } from '../../../infra/cdk/action-resources.ts';
import { memberActions } from '../../../infra/cdk/member-actions.ts';
import { collectors } from '../../../shared/collect/index.ts';
import {
  AUDITOR,
  aConfig,
  aConfigIn,
  MANAGER,
  ORGANIZATION,
  statementsOf,
  synthesized,
} from './synthesized.ts';

const { member, members, templates } = synthesized();

describe('the member role', () => {
  test('may do what the collectors declare, find clusters and keep Security Hub in step, and nothing else', () => {
    const declared = collectors.flatMap((one) => one.actions);
    const base = [
      'account:ListRegions',
      'ec2:DescribeRegions',
      'eks:ListClusters',
      'securityhub:BatchImportFindings',
      'securityhub:BatchUpdateFindings',
      'securityhub:GetFindings',
    ];
    const granted = statementsOf(member)
      .filter((one) => one.policy.startsWith('MemberPolicy'))
      .flatMap((one) => one.actions);

    expect(granted.toSorted()).toEqual([...new Set([...declared, ...base])].toSorted());
  });

  test('has resources for every action, and none are known of an action that is not needed', () => {
    const known = Object.values(ACTIONS_BY_RESOURCE).flat();

    expect(known.toSorted()).toEqual(memberActions());
  });

  test('writes to nothing but Security Hub', () => {
    const writing = statementsOf(member)
      .filter((one) => one.policy.startsWith('MemberPolicy'))
      .flatMap((one) => one.actions)
      .filter((action) => !/:(Describe|Get|List|BatchGet)/.test(action));

    expect(writing.toSorted()).toEqual([
      'securityhub:BatchImportFindings',
      'securityhub:BatchUpdateFindings',
    ]);
  });

  test('trusts exactly the audit function’s role, of this organization, that knows the external id', () => {
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

  test('lets its sessions be tagged when they are to be, for which there is no external id to ask for', () => {
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

  test('has the name and the path that the audits assume it by', () => {
    const config = aConfig({ role: { name: 'audit/readers/Eks' } });

    synthesized(config).member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'Eks',
      Path: '/audit/readers/',
    });
  });

  test('is the role of the audit function by name', () => {
    templates.get('EksAuditor')?.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditorAudit' });
  });
});

describe('the StackSet', () => {
  test('deploys to the chosen OUs, and to accounts that join them', () => {
    members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['eu-west-1', 'us-east-1'] },
      ],
    });
  });

  test('rolls out the very template that is there for other tools', () => {
    const [set] = Object.values(members.findResources('AWS::CloudFormation::StackSet'));

    expect(JSON.parse(set?.Properties.TemplateBody)).toEqual(member.toJSON());
  });

  test('needs one Region when changes are not forwarded', () => {
    const config = aConfig({ deployment: { onChange: { enabled: false } } });

    synthesized(config).members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      StackInstancesGroup: [Match.objectLike({ Regions: ['eu-west-1'] })],
    });
  });

  test('is the management account’s when it creates it', () => {
    const config = aConfig({
      deployment: { memberRole: { deployFrom: 'management-account', organizationalUnits: ['r-ab12'] } },
    });

    const { templates } = synthesized(config);

    expect([...templates.keys()]).not.toContain('EksAuditorMembers');
    templates
      .get('Management-members')
      ?.hasResourceProperties('AWS::CloudFormation::StackSet', { CallAs: 'SELF' });
    expect(templates.has('Management-members')).toBe(true);
  });

  test('is not there when the role is rolled out elsewhere', () => {
    const { templates } = synthesized(aConfig({ deployment: { memberRole: { deployFrom: 'elsewhere' } } }));

    expect([...templates.keys()]).not.toContain('EksAuditorMembers');
  });
});

describe('the management account, which StackSets skip', () => {
  test('gets the same by stacks of its own', () => {
    const own = [...templates.keys()].filter((id) => id.startsWith('Management'));

    expect(own).toEqual(['Management-eu-west-1', 'Management-us-east-1']);
    templates.get(own[0] ?? '')?.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditorMember' });
  });

  test('gets nothing when it is not named', () => {
    const { templates } = synthesized(aConfig({ deployment: { managementAccount: undefined } }));

    expect([...templates.keys()]).toEqual(['EksAuditor', 'EksAuditorMembers']);
    expect(MANAGER).not.toBe(AUDITOR);
  });
});

describe('forwarding changes', () => {
  test('makes the member role in the first Region only, for IAM is global', () => {
    const conditional = Object.entries(member.toJSON().Resources)
      .filter(([, resource]) => Object(resource).Condition === 'IsFirstRegion')
      .map(([id]) => id);

    member.hasCondition('IsFirstRegion', { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] });
    expect(conditional).toEqual([
      expect.stringMatching(/^MemberPolicy/),
      expect.stringMatching(/^MemberRole/),
    ]);
  });

  test('has a rule in every Region, with a role of its own: new accounts get their Regions in any order', () => {
    const [rule] = Object.values(member.findResources('AWS::Events::Rule'));

    member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: { 'Fn::Join': ['', ['EksAuditorForwardChanges-', { Ref: 'AWS::Region' }]] },
    });
    expect(rule?.Properties.Targets).toEqual([
      expect.objectContaining({
        Arn: `arn:aws:events:eu-west-1:${AUDITOR}:event-bus/eks-auditor-changes`,
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwardRole/), 'Arn'] },
      }),
    ]);
  });

  test('is taken by the bus from those roles of the organization’s accounts only', () => {
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
  ['GovCloud', 'us-gov-east-1', 'aws-us-gov', 'us-gov-west-1'],
  ['China', 'cn-northwest-1', 'aws-cn', 'cn-north-1'],
])('in %s', (_name, region, partition, globalRegion) => {
  const there = synthesized(aConfigIn(region));

  test('no ARN is of another partition', () => {
    const json = JSON.stringify([...there.templates.values(), there.member].map((one) => one.toJSON()));
    const partitions = [...json.matchAll(/arn:(aws[\w-]*):/g)].map(([, one]) => one);

    expect([...new Set(partitions)]).toEqual([partition]);
  });

  test('changes are seen where IAM’s are recorded', () => {
    there.members.hasResourceProperties('AWS::CloudFormation::StackSet', {
      StackInstancesGroup: [Match.objectLike({ Regions: [region, globalRegion] })],
    });
  });
});
