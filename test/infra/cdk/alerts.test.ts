import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { aConfig, aConfigIn, propertiesOf, statementsOf, synthesized } from './synthesized.ts';

const queues = ['tickets.fifo', 'tickets'].map((name) => `arn:aws:sqs:eu-west-1:111122223333:${name}`);
const routes = [
  { name: 'tickets', controls: ['endpoint-access'], targets: queues.map((queue) => ({ queue })) },
  {
    name: 'pager',
    severities: ['CRITICAL'],
    resolvedFindings: true,
    targets: [
      { topic: 'arn:aws:sns:eu-west-1:111122223333:pager' },
      { function: 'arn:aws:lambda:eu-west-1:111122223333:function:fix' },
      { eventBus: 'arn:aws:events:eu-west-1:999900001111:event-bus/siem' },
    ],
  },
];
const slack = { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const emails = { CRITICAL: ['a@example.com', 'b@example.com'], LOW: ['b@example.com'] };
const config = aConfig({
  deployment: {
    alerts: {
      emails,
      operationsEmails: ['o@example.com'],
      digest: 'always',
      mailEachFinding: ['CRITICAL'],
      slack,
      routes,
    },
  },
});
const { auditor } = synthesized(config);
const bus = { Ref: expect.stringMatching(/^AlertsBus/) };
const onBus = propertiesOf(auditor, 'AWS::Events::Rule').filter(({ Description }) =>
  Description.startsWith('EKS Auditor: '),
);
const rules = onBus.filter(({ EventPattern }) => EventPattern.source.includes('eks-auditor'));

const topicNamed = (name: string) =>
  Object.entries(auditor.findResources('AWS::SNS::Topic', { Properties: { TopicName: name } }))[0]?.[0];
const subscriptionsOf = (name: string) =>
  propertiesOf(auditor, 'AWS::SNS::Subscription').filter(({ TopicArn }) => TopicArn.Ref === topicNamed(name));

describe('a rule', () => {
  test('is on the auditor’s own bus, where nothing but the auditor’s findings alerts', () => {
    // The two routes, Slack and the mails about each finding.
    expect(rules).toHaveLength(4);
    for (const { EventBusName, EventPattern } of rules) {
      expect(EventBusName).toEqual(bus);
      expect(EventPattern).toMatchObject({
        source: ['eks-auditor'],
        'detail-type': ['EKS Auditor Finding'],
      });
    }
    expect(JSON.stringify(auditor.toJSON())).not.toContain('Findings - Imported');
  });

  test('has a dead-letter queue for every target', () => {
    const targets = rules.flatMap(({ Targets }) => Targets);

    expect(targets).toHaveLength(7);
    for (const target of targets) {
      expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^AlertsUndelivered/);
    }
  });

  test('sends to a FIFO queue with the message group that EventBridge requires, and to another queue with none', () => {
    auditor.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        Match.objectLike({ Arn: queues[0], SqsParameters: { MessageGroupId: 'eks-auditor' } }),
        Match.objectLike({ Arn: queues[1], SqsParameters: Match.absent() }),
      ],
    });
  });

  test('publishes to a topic by a role of its own, which may do nothing else', () => {
    const topics = rules
      .flatMap(({ Targets }) => Targets)
      .filter(({ Arn }) => Arn.Ref?.startsWith('Alerts') || String(Arn).includes(':sns:'));

    expect(topics).toHaveLength(3);
    for (const { RoleArn } of topics) {
      const role = RoleArn['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, 'Policy');
      const statements = statementsOf(auditor).filter(({ policy }) => policy.startsWith(role));
      expect(statements.flatMap(({ actions }) => actions)).toEqual([
        'sns:Publish',
        'kms:Decrypt',
        'kms:GenerateDataKey',
      ]);
      expect(statements[1]?.conditions).toEqual({
        StringLike: { 'kms:ViaService': 'sns.eu-west-1.*' },
      });
    }
  });

  test('may use the keys of the account through SNS where it does not know which the topic has', () => {
    const [publish, useKey] = statementsOf(auditor).filter(({ policy }) =>
      policy.startsWith('Alertspager0RolePolicy'),
    );

    expect(publish?.resources).toEqual(['arn:aws:sns:eu-west-1:111122223333:pager']);
    expect(useKey?.resources).toEqual(['arn:aws:kms:eu-west-1:111122223333:key/*']);
  });
});

test('alarms may use the key of alerts for what publishing takes, and nothing else', () => {
  const ofAlarms = statementsOf(auditor).filter(
    ({ policy, principal }) =>
      policy.startsWith('AlertsKey') && JSON.stringify(principal).includes('cloudwatch.amazonaws.com'),
  );

  expect(ofAlarms.map(({ actions }) => actions)).toEqual([['kms:Decrypt', 'kms:GenerateDataKey']]);
});

test('EventBridge is allowed nothing but for the stack’s own rules and account', () => {
  const ofEventBridge = statementsOf(auditor).filter((statement) =>
    JSON.stringify(statement.principal ?? '').includes('events.amazonaws.com'),
  );

  expect(ofEventBridge.length).toBeGreaterThan(4);
  for (const { conditions } of ofEventBridge) {
    expect(JSON.stringify(conditions)).toMatch(/aws:Source(Arn|Account)/);
  }
});

describe('the digest', () => {
  test('has one subscription an address, for the severities that it asked for and what has none', () => {
    const filters = subscriptionsOf('eks-auditor-digest').map(({ Endpoint, Protocol, FilterPolicy }) => [
      Protocol,
      Endpoint,
      FilterPolicy,
    ]);

    expect(filters).toEqual([
      ['email', 'a@example.com', { severities: ['CRITICAL', 'OTHER'] }],
      ['email', 'b@example.com', { severities: ['CRITICAL', 'LOW', 'OTHER'] }],
    ]);
  });

  test('is published by the report function, which knows its topic and when to send it', () => {
    const publishing = statementsOf(auditor).filter(
      ({ actions, resources }) =>
        actions.includes('sns:Publish') && resources.some((arn) => arn.includes('AlertsDigest')),
    );

    expect(publishing.map(({ policy }) => policy)).toEqual([
      expect.stringMatching(/^AlertsDigestPolicy/),
      expect.stringMatching(/^ReportAccessPolicy/),
    ]);
    auditor.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'eks-auditor-report',
      Environment: {
        Variables: {
          EKS_AUDITOR_DIGEST_TOPIC: { Ref: topicNamed('eks-auditor-digest') },
          EKS_AUDITOR_DIGEST: 'always',
        },
      },
    });
  });

  test('is sent of runs that changed something unless it is configured', () => {
    expect(JSON.stringify(synthesized().auditor.toJSON())).not.toContain('"EKS_AUDITOR_DIGEST"');
  });
});

test('the audit and report functions, and nobody else, put events of the auditor on the bus', () => {
  const putting = statementsOf(auditor).filter(
    ({ effect, actions, resources }) =>
      effect === 'Allow' &&
      actions.includes('events:PutEvents') &&
      resources.some((arn) => arn.includes('AlertsBus')),
  );
  const variables = propertiesOf(auditor, 'AWS::Lambda::Function').map(
    ({ Environment }) => Environment.Variables.EKS_AUDITOR_EVENT_BUS,
  );

  expect(putting.map(({ policy, conditions }) => [policy.slice(0, 6), conditions])).toEqual(
    ['AuditA', 'Report'].map((role) => [
      role,
      {
        'ForAllValues:StringEquals': { 'events:source': 'eks-auditor' },
        Null: { 'events:source': 'false' },
      },
    ]),
  );
  expect(variables).toEqual([undefined, bus, bus]);
});

test('the bus refuses events of everybody else, whatever else allows them', () => {
  const [policy] = propertiesOf(auditor, 'AWS::Events::EventBusPolicy').filter(
    ({ StatementId }) => StatementId === 'OnlyFromTheAuditor',
  );
  const roles = propertiesOf(auditor, 'AWS::Lambda::Function')
    .filter(({ FunctionName }) => FunctionName !== 'eks-auditor-plan')
    .map(({ Role }) => Role);

  expect(policy).toMatchObject({
    EventBusName: bus,
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: 'events:PutEvents',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
    },
  });
});

describe('a route of runs', () => {
  const topic = 'arn:aws:sns:eu-west-1:111122223333:pager';
  const queue = 'arn:aws:sqs:eu-west-1:111122223333:runs';
  const withRuns = [{ name: 'pager', runs: true, targets: [{ topic }, { queue }] }];
  const { auditor: withRoute } = synthesized(aConfig({ deployment: { alerts: { routes: withRuns } } }));
  const rule = (id: string) =>
    propertiesOf(withRoute, 'AWS::Events::Rule').find(({ Description }) =>
      Description.startsWith(`EKS Auditor: ${id}`),
    );

  test('sends the event of each run beside those of findings', () => {
    expect(rule('Route-pager')?.EventPattern['detail-type']).toEqual(['EKS Auditor Finding']);
    expect(rule('Runs-pager')?.EventPattern).toEqual({
      source: ['eks-auditor'],
      'detail-type': ['EKS Auditor Run'],
    });
  });

  test('has a text for people and the event itself for machines', () => {
    const [text, event] = rule('Runs-pager')?.Targets ?? [];

    expect(text.Arn).toBe(topic);
    expect(text.InputTransformer.InputTemplate).toContain('EKS Auditor: run <');
    expect(event.Arn).toBe(queue);
    expect(event).not.toHaveProperty('InputTransformer');
  });

  test('is asked for', () => {
    expect(onBus.filter(({ Description }) => Description.includes('Runs-'))).toEqual([]);
  });
});

describe('mails about each finding', () => {
  test('go to the addresses of their severities, each once', () => {
    expect(subscriptionsOf('eks-auditor-findings').map(({ Endpoint }) => Endpoint)).toEqual(emails.CRITICAL);
    auditor.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { severity: ['CRITICAL'] } },
      Targets: [Match.objectLike({ Arn: { Ref: topicNamed('eks-auditor-findings') } })],
    });
  });

  test('are off by default', () => {
    expect(propertiesOf(synthesized().auditor, 'AWS::SNS::Topic').map(({ TopicName }) => TopicName)).toEqual([
      'eks-auditor-operations',
      'eks-auditor-digest',
    ]);
  });
});

test('a topic in China is reached in its own partition', () => {
  const topic = 'arn:aws-cn:sns:cn-north-1:111122223333:pager';
  const template = synthesized(
    aConfigIn('cn-north-1', { alerts: { routes: [{ name: 'pager', targets: [{ topic }] }] } }),
  ).auditor;
  const [, useKey] = statementsOf(template).filter(({ policy }) =>
    policy.startsWith('Alertspager0RolePolicy'),
  );

  expect(useKey).toMatchObject({
    resources: ['arn:aws-cn:kms:cn-north-1:111122223333:key/*'],
    conditions: { StringLike: { 'kms:ViaService': 'sns.cn-north-1.*' } },
  });
});
