import { beforeAll, describe, expect, test } from 'vitest';
import { metricsOf, RUN_NOT_ANNOUNCED } from '../../../functions/report/metrics.ts';
import { NO_CHANGES, TRIGGERS } from '../../../shared/model/run.ts';
import { summarize } from '../../../shared/report/summary.ts';
import { aConfig, propertiesOf, type Synthesized, synthesized } from './synthesized.ts';

let stack: Synthesized['auditor'];
beforeAll(() => {
  stack = synthesized().auditor;
}, 60_000);

describe('the alarms', () => {
  const alarm = (id: string, template = stack) =>
    propertiesOf(template, 'AWS::CloudWatch::Alarm').find(
      ({ AlarmName }) => AlarmName === `eks-auditor-${id}`,
    );

  test('notify the operations topic when they start and when they end', () => {
    const topic = [{ Ref: expect.stringMatching(/^AlertsOperations/) }];

    for (const properties of propertiesOf(stack, 'AWS::CloudWatch::Alarm')) {
      expect(properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
  });

  test('RunMissing waits for the longest gap of the schedule, its window and a run', () => {
    expect(alarm('RunMissing')).toMatchObject({
      MetricName: 'RunsFinished',
      Dimensions: [
        { Name: 'service', Value: 'eks-auditor' },
        { Name: 'trigger', Value: 'schedule' },
      ],
      Period: 3600,
      EvaluationPeriods: 28,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  test.each([
    ['is disabled', { enabled: false }],
    ['has longer gaps than an alarm can evaluate', { expression: 'cron(0 8 1 * ? *)' }],
  ])('RunMissing does not exist when the schedule %s', (_why, schedule) => {
    const { auditor } = synthesized(aConfig({ deployment: { schedule } }));

    expect(alarm('RunMissing', auditor)).toBeUndefined();
    expect(alarm('RunFailed', auditor)).toBeDefined();
  });

  test.each([
    ['RunFailed', 'ExecutionsFailed', 'RunMachine'],
    ['RunTimedOut', 'ExecutionsTimedOut', 'RunMachine'],
    ['RunAborted', 'ExecutionsAborted', 'RunMachine'],
    ['ReportFailed', 'ExecutionsFailed', 'EndedMachine'],
    ['ReportTimedOut', 'ExecutionsTimedOut', 'EndedMachine'],
  ])(
    '%s has a single metric, because a sum has no value where one of its metrics has none',
    (id, MetricName, machine) => {
      expect(alarm(id)).toMatchObject({
        MetricName,
        Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: expect.stringMatching(`^${machine}`) } }],
        Statistic: 'Sum',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  test.each([
    [
      'CoverageIncomplete',
      { MetricName: 'CoveragePercent', Threshold: 100, ComparisonOperator: 'LessThanThreshold' },
    ],
    ['FindingsNotImported', { MetricName: 'FindingsFailedToImport', Threshold: 0 }],
  ])('%s keeps its state until the next run', (id, expected) => {
    expect(alarm(id)).toMatchObject({ ...expected, TreatMissingData: 'ignore' });
  });

  test.each([
    ['RunMissing', 'schedule'],
    ['CoverageIncomplete', 'schedule'],
    ['FindingsNotImported', 'schedule'],
    ['FindingsNotImportedOnChange', 'change'],
    ['CoverageIncompleteOnChange', 'change'],
  ])('%s reads what runs of one trigger emit, so that those of another do not end it', (id, Value) => {
    expect(alarm(id)?.Dimensions).toContainEqual({ Name: 'trigger', Value });
  });

  test.each([
    ['FindingsNotImportedOnChange', { MetricName: 'FindingsFailedToImport', Threshold: 0 }],
    ['CoverageIncompleteOnChange', { MetricName: 'CoveragePercent', Threshold: 100 }],
  ])('%s lasts a day, whatever later runs find in other accounts', (id, expected) => {
    const day = {
      Period: 3600,
      EvaluationPeriods: 24,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    };
    expect(alarm(id)).toMatchObject({ ...expected, ...day });
  });

  test('ChangesWaiting tells of a change that nothing audits', () => {
    expect(alarm('ChangesWaiting')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [
        {
          Name: 'QueueName',
          Value: { 'Fn::GetAtt': [expect.stringMatching(/^OnChangeChanges/), 'QueueName'] },
        },
      ],
      Threshold: 6 * 3600,
    });
  });

  test('NotAnnounced tells of a digest or an event that was not sent', () => {
    const { metrics } = RUN_NOT_ANNOUNCED;
    expect(alarm('NotAnnounced')?.MetricName).toBe(metrics[0]?.name);
  });

  test('tell of runs what is true: their accounts are published one by one', () => {
    const texts = ['RunFailed', 'RunTimedOut', 'RunAborted'].map((id) => alarm(id)?.AlarmDescription);
    expect(texts).toEqual(
      ['A run failed.', 'A run timed out.', 'A run was aborted.'].map(
        (text) =>
          `${text} The accounts that it had audited are published, and its report names the others: it comes 17 minutes later.`,
      ),
    );
  });

  test('about runs on change do not exist without such runs', () => {
    const { auditor } = synthesized(aConfig({ deployment: { onChange: { enabled: false } } }));

    for (const id of [
      'FindingsNotImportedOnChange',
      'CoverageIncompleteOnChange',
      'ChangesWaiting',
      'NotInvoked-OnChange',
    ])
      expect(alarm(id, auditor)).toBeUndefined();
    expect(alarm('FindingsNotImported', auditor)).toBeDefined();
  });

  test('CoverageIncomplete has the configured threshold', () => {
    const { auditor } = synthesized(aConfig({ deployment: { alarms: { coverageBelowPercent: 99.5 } } }));

    expect(alarm('CoverageIncomplete', auditor)).toMatchObject({ Threshold: 99.5 });
  });

  test('exist for every rule and for every topic', () => {
    const target = { queue: 'arn:aws:sqs:eu-west-1:111122223333:tickets' };
    const emails = { HIGH: ['a@example.com'] };
    const alerts = { emails, mailEachFinding: ['HIGH'], routes: [{ name: 'tickets', targets: [target] }] };
    const { auditor } = synthesized(aConfig({ deployment: { alerts } }));

    for (const id of ['MailEachFinding', 'Route-tickets']) {
      expect(alarm(`NotInvoked-${id}`, auditor)).toMatchObject({
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [
          { Name: 'EventBusName', Value: { Ref: expect.stringMatching(/^AlertsBus/) } },
          // Not its Ref, which is `bus|rule` on such a bus: the third part of rule/bus/name.
          {
            Name: 'RuleName',
            Value: {
              'Fn::Select': [
                2,
                { 'Fn::Split': ['/', { 'Fn::GetAtt': [expect.stringMatching(/^Alerts/), 'Arn'] }] },
              ],
            },
          },
        ],
      });
    }
    expect(alarm('NotInvoked-Ended', auditor)?.Dimensions).toEqual([
      {
        Name: 'RuleName',
        Value: {
          'Fn::Select': [
            1,
            { 'Fn::Split': ['/', { 'Fn::GetAtt': [expect.stringMatching(/^EndedRule/), 'Arn'] }] },
          ],
        },
      },
    ]);
    expect(alarm('NotInvoked-OnChange', auditor)?.Dimensions[0]).toMatchObject({
      Name: 'EventBusName',
      Value: { Ref: expect.stringMatching(/^OnChangeBus/) },
    });
    for (const id of ['Operations', 'Digest', 'Findings']) {
      expect(alarm(`NotNotified-${id}`, auditor)).toMatchObject({
        Namespace: 'AWS/SNS',
        MetricName: 'NumberOfNotificationsFailed',
        Statistic: 'Sum',
      });
    }
  });

  test('exist for every dead-letter queue', () => {
    const deadLetters = ['NotScheduled', 'NotReported', 'Undelivered', 'NotPlanned'];

    expect(deadLetters.map((queue) => alarm(`NotDelivered-${queue}`)?.MetricName)).toEqual(
      deadLetters.map(() => 'ApproximateNumberOfMessagesVisible'),
    );
  });
});

function triggerOf(dimensions: readonly { Name: string; Value: string }[]): string | undefined {
  return dimensions.find(({ Name }) => Name === 'trigger')?.Value;
}

test('the report function emits every metric of the dashboard and the alarms', () => {
  const run = {
    id: 'r',
    startedAt: '',
    finishedAt: '',
    version: '',
    benchmark: '1.5.0',
    publish: true,
  } as const;
  const account = { accountId: '111111111111', state: 'covered', regions: [], gaps: [] } as const;
  const result = {
    schemaVersion: '1.3',
    coverage: { accounts: [account], skipped: [], complete: true },
    verdicts: [],
    changes: NO_CHANGES,
  } as const;
  const emitted = TRIGGERS.flatMap((trigger) => {
    const ofTrigger = { ...result, run: { ...run, trigger } };
    return metricsOf({ result: ofTrigger, summary: summarize(ofTrigger), isCutShort: false });
  }).flatMap(({ dimensions, metrics }) =>
    metrics.map(({ name }) => `${name} ${dimensions.trigger ?? 'all'}`),
  );
  const dashboards = JSON.stringify(propertiesOf(stack, 'AWS::CloudWatch::Dashboard'));
  const shown = [...dashboards.matchAll(/EKSAuditor\\+",\\+"(\w+)\\+"([^\]]*)/g)].map(
    ([, name, dimensions]) => `${name} ${/trigger\\+",\\+"(\w+)/.exec(dimensions ?? '')?.[1] ?? 'all'}`,
  );
  const watched = propertiesOf(stack, 'AWS::CloudWatch::Alarm')
    .filter((alarm) => alarm.Namespace === 'EKSAuditor')
    .map(({ MetricName, Dimensions }) => `${MetricName} ${triggerOf(Dimensions) ?? 'all'}`);

  expect(shown.length).toBeGreaterThan(10);
  expect(watched).toHaveLength(6);
  const [notAnnounced] = RUN_NOT_ANNOUNCED.metrics;
  const known = [...emitted, `${notAnnounced?.name} all`];
  expect([...shown, ...watched].filter((metric) => !known.includes(metric))).toEqual([]);
});

test('the dashboard shows errors with the run that they belong to, as the functions log it', () => {
  const [dashboard] = propertiesOf(stack, 'AWS::CloudWatch::Dashboard');

  expect(JSON.stringify(dashboard)).toContain('fields @timestamp, correlation_id, accountId, message');
});
