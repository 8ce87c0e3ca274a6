import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { aConfig, synthesized } from './synthesized.ts';

const queues = ['tickets.fifo', 'tickets'].map((name) => `arn:aws:sqs:eu-west-1:111122223333:${name}`);
const route = { name: 'tickets', controls: ['endpoint-access'], targets: queues.map((queue) => ({ queue })) };
const slack = { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const { auditor } = synthesized(aConfig({ deployment: { alerts: { slack, routes: [route] } } }));

test('every alert rule matches only new and changed findings of the auditor', () => {
  const patterns = Object.values(auditor.findResources('AWS::Events::Rule'))
    .map(({ Properties }) => Properties.EventPattern)
    .filter(({ source }) => source.includes('aws.securityhub'));

  // One of each severity, one of resolved findings, the route and Slack.
  expect(patterns).toHaveLength(7);
  for (const { detail } of patterns) {
    expect(detail.findings.ProductFields).toEqual({ 'eks-auditor/event': ['new', 'changed'] });
  }
});

test('a rule matches all controls of the auditor, or those of its route by their keys', () => {
  const rule = (Description: string, GeneratorId: unknown) =>
    auditor.hasResourceProperties('AWS::Events::Rule', {
      Description,
      EventPattern: { detail: { findings: { GeneratorId } } },
    });

  rule('EKS Auditor: failed, HIGH', [{ prefix: 'eks-auditor/' }]);
  rule('EKS Auditor: failed, CRITICAL, HIGH, MEDIUM, LOW', ['eks-auditor/endpoint-access']);
});

test('an alert to a FIFO queue has the message group that EventBridge requires, and to another queue none', () => {
  auditor.hasResourceProperties('AWS::Events::Rule', {
    Targets: [
      Match.objectLike({ Arn: queues[0], SqsParameters: { MessageGroupId: 'eks-auditor' } }),
      Match.objectLike({ Arn: queues[1], SqsParameters: Match.absent() }),
    ],
  });
});
