import { describe, expect, test } from 'vitest';
import { changeEvents } from '../../infra/cdk/change-events.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import { aConfig, synthesized } from '../infra/cdk/synthesized.ts';
import { matches, rulesOf } from './event-matcher.ts';

const { member, auditor } = synthesized();
const forwarding = rulesOf(member);
const arriving = rulesOf(auditor).filter((rule) => rule.Description.includes('changes in the accounts'));

/** An event of CloudTrail: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
function aCall(event: string, detail: Record<string, unknown> = {}) {
  const [service, eventName] = event.split(':');
  return {
    version: '0',
    id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: PAYMENTS,
    time: '2026-11-22T10:15:00Z',
    region: REGION,
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: REGION,
      readOnly: false,
      requestParameters: { name: 'prod' },
      ...detail,
    },
  };
}

/** The names of the events that an account's rules forward, a name as often as there are rules that do. */
async function forwarded(events: Readonly<Record<string, unknown>>, rules = forwarding): Promise<string[]> {
  const pairs = Object.entries(events).flatMap(([name, event]) =>
    rules.map((rule) => ({ name, event, rule })),
  );
  const matched = await matches(pairs.map(({ event, rule }) => [rule.EventPattern, event]));
  return pairs.filter((_, index) => matched[index]).map(({ name }) => name);
}

test('every declared event is forwarded to the auditor by one rule, and matched there', async () => {
  const events = Object.fromEntries(changeEvents().map((event) => [event, aCall(event)]));
  const samples = [
    'ec2:ReplaceRoute',
    'ecr:SetRepositoryPolicy',
    'eks:UpdateClusterConfig',
    'elasticloadbalancing:SetLoadBalancerPoliciesOfListener',
    'iam:AddUserToGroup',
    'kms:ScheduleKeyDeletion',
  ];

  const found = await forwarded(events);

  expect(found.toSorted()).toEqual(changeEvents());
  expect(found).toEqual(expect.arrayContaining(samples));
  expect(await forwarded(events, arriving)).toEqual(changeEvents());
});

test('what KMS does by itself, at the end of a waiting period or of a validity, is forwarded', async () => {
  const byItself = (eventName: string) => ({
    ...aCall(`kms:${eventName}`, { requestParameters: null, eventType: 'AwsServiceEvent' }),
    'detail-type': 'AWS Service Event via CloudTrail',
  });
  const events = {
    'deletes a key': byItself('DeleteKey'),
    'deletes key material': byItself('DeleteExpiredKeyMaterial'),
  };

  expect(await forwarded(events)).toEqual(Object.keys(events));
});

test('what changes nothing is not forwarded', async () => {
  const events = {
    'a call that failed': aCall('eks:UpdateClusterConfig', { errorCode: 'AccessDenied' }),
    'a call that failed in IAM': aCall('iam:PutRolePolicy', { errorCode: 'NoSuchEntityException' }),
    'a read': aCall('eks:DescribeCluster', { readOnly: true }),
    'a pushed image': aCall('ecr:PutImage'),
    'autoscaling of nodes': aCall('ec2:RunInstances'),
    'a service that is not audited': aCall('s3:CreateBucket'),
    'a name that is a change in another service': aCall('eks:DeletePolicy'),
    'another type of event': { ...aCall('eks:CreateCluster'), 'detail-type': 'EKS Managed Node Group' },
  };

  expect(await forwarded(events)).toEqual([]);
});

describe('the auditor’s own roles and policies', () => {
  const own = 'arn:aws:iam::111122223333:policy/eks-auditor/EksAuditorMember-MemberPolicy-1A2B';
  const others = 'arn:aws:iam::111122223333:policy/nodes';
  const changeOf = (eventName: string, requestParameters: unknown) =>
    aCall(`iam:${eventName}`, { requestParameters });

  test('can change without an audit of every account', async () => {
    const events = {
      'its role': changeOf('UpdateAssumeRolePolicy', { roleName: 'EksAuditorMember' }),
      'its role’s policies': changeOf('AttachRolePolicy', { roleName: 'EksAuditorMember', policyArn: own }),
      'a role that forwards': changeOf('CreateRole', {
        roleName: 'EksAuditorForwardChanges-eu-west-1',
        path: '/',
      }),
      'a version of a policy': changeOf('CreatePolicyVersion', { policyArn: own, setAsDefault: true }),
      'a policy': changeOf('CreatePolicy', { policyName: 'EksAuditorMember-1A2B', path: '/eks-auditor/' }),
    };

    expect(await forwarded(events)).toEqual([]);
  });

  test('are told from others', async () => {
    const events = {
      'a role whose name begins alike': changeOf('PutRolePolicy', { roleName: 'EksAuditorMember2' }),
      'another role': changeOf('AttachRolePolicy', { roleName: 'node', policyArn: others }),
      'another policy': changeOf('CreatePolicyVersion', { policyArn: others }),
      'a policy with another path': changeOf('CreatePolicy', { policyName: 'p', path: '/eks-auditor-2/' }),
      'a user of that name': changeOf('PutUserPolicy', { userName: 'EksAuditorMember' }),
      'nothing that is named': changeOf('CreateRole', null),
    };

    expect(await forwarded(events)).toEqual(Object.keys(events));
  });

  const entryOf = (eventName: string, principalArn: string) =>
    aCall(`eks:${eventName}`, { requestParameters: { name: 'prod', principalArn } });
  const role = (name: string) => `arn:aws:iam::${PAYMENTS}:role/${name}`;

  test('get and lose access to clusters without an audit, as EKS writes them into events: some are encoded', async () => {
    const memberRole = role('EksAuditorMember');
    const events = {
      'creates an entry': entryOf('CreateAccessEntry', memberRole),
      'associates a policy': entryOf('AssociateAccessPolicy', encodeURIComponent(memberRole)),
      'dissociates a policy': entryOf('DisassociateAccessPolicy', encodeURIComponent(memberRole)),
      'deletes an entry': entryOf('DeleteAccessEntry', encodeURIComponent(memberRole)),
      'with a path': entryOf('DeleteAccessEntry', role('audit/readers/EksAuditorMember')),
      'with a path, encoded': entryOf(
        'DeleteAccessEntry',
        encodeURIComponent(role('audit/readers/EksAuditorMember')),
      ),
    };

    expect(await forwarded(events)).toEqual([]);
  });

  test('are told from others that get access to clusters', async () => {
    const events = Object.fromEntries(
      ['node', 'EksAuditorMember2', 'MyEksAuditorMember', 'EksAuditorMember/node'].flatMap((name) => [
        [name, entryOf('CreateAccessEntry', role(name))],
        [`${name}, encoded`, entryOf('AssociateAccessPolicy', encodeURIComponent(role(name)))],
      ]),
    );

    expect(await forwarded(events)).toEqual(Object.keys(events));
  });

  test('are known by the configured name, without its path', async () => {
    const renamed = synthesized(aConfig({ role: { name: 'audit/readers/Eks' } })).member;
    const events = Object.fromEntries(
      ['Eks', 'EksNode', 'EksAuditorMember'].map((roleName) => [
        roleName,
        changeOf('PutRolePolicy', { roleName }),
      ]),
    );

    expect(await forwarded(events, rulesOf(renamed))).toEqual(['EksNode', 'EksAuditorMember']);
  });
});
