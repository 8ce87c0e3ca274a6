import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { metricsOf } from '../../../functions/report/metrics.ts';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { aConfig, type Synthesized, synthesized } from './synthesized.ts';

let stack: Synthesized['auditor'];
beforeAll(() => {
  stack = synthesized().auditor;
}, 60_000);

const propertiesOf = (type: string, template = stack) =>
  Object.values(template.findResources(type)).map((one) => one.Properties);

describe('the functions', () => {
  test('run on Node 24 and arm64, with their configuration beside them', () => {
    const functions = propertiesOf('AWS::Lambda::Function');

    expect(functions.map((one) => one.FunctionName)).toEqual([
      'eks-auditor-plan',
      'eks-auditor-audit',
      'eks-auditor-report',
    ]);
    for (const one of functions) {
      expect(one).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: 900,
        TracingConfig: { Mode: 'Active' },
        Environment: {
          Variables: {
            EKS_AUDITOR_CONFIG_FILE: '/var/task/config.json',
            EKS_AUDITOR_BUCKET: { Ref: expect.stringMatching(/^ResultsBucket/) },
          },
        },
      });
    }
  });

  test('are not traced when tracing is off, and then may not trace', () => {
    const { auditor } = synthesized(aConfig({ deployment: { tracing: false } }));

    expect(JSON.stringify(auditor.toJSON())).not.toContain('xray');
    auditor.allResourcesProperties('AWS::StepFunctions::StateMachine', {
      TracingConfiguration: { Enabled: false },
    });
  });

  test('and the state machine keep their logs as long as is configured', () => {
    const { auditor } = synthesized(aConfig({ deployment: { logRetentionDays: 30 } }));

    auditor.resourceCountIs('AWS::Logs::LogGroup', 5);
    auditor.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 30,
      KmsKeyId: Match.anyValue(),
    });
  });
});

describe('the results', () => {
  test('are private, encrypted with the auditor’s key, versioned, and removed after their time', () => {
    stack.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() },
          },
        ],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({
            ExpirationInDays: 400,
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            Status: 'Enabled',
          }),
        ],
      },
    });
  });

  test('are reached over TLS only', () => {
    stack.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  test('and their key alone outlive the stack, so that nothing with a fixed name is in the way of the next', () => {
    const resources: Record<string, { Type: string; DeletionPolicy?: string }> = stack.toJSON().Resources;
    const kept = Object.values(resources).filter((one) => one.DeletionPolicy?.startsWith('Retain'));

    expect(kept.map((one) => one.Type).sort()).toEqual(['AWS::KMS::Key', 'AWS::S3::Bucket']);
    expect(propertiesOf('AWS::S3::Bucket').map((one) => one.BucketName)).toEqual([undefined]);
  });

  test('and their key outlive the stack', () => {
    stack.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    stack.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
  });
});

describe('the schedule', () => {
  test('starts the state machine in its time zone, within its window, and keeps what could not be started', () => {
    const { auditor } = synthesized(
      aConfig({
        deployment: {
          schedule: {
            expression: 'cron(0 6 ? * MON-FRI *)',
            timezone: 'Europe/Berlin',
            flexibleMinutes: 30,
          },
        },
      }),
    );

    auditor.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 6 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
      State: 'ENABLED',
      Target: {
        Arn: { Ref: Match.stringLikeRegexp('^RunMachine') },
        Input: '{"trigger":"schedule"}',
        DeadLetterConfig: { Arn: Match.anyValue() },
      },
    });
  });

  test('may start at the very minute, or be off', () => {
    const { auditor } = synthesized(
      aConfig({ deployment: { schedule: { flexibleMinutes: 0, enabled: false } } }),
    );

    auditor.hasResourceProperties('AWS::Scheduler::Schedule', {
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'DISABLED',
    });
  });
});

describe('the alarms', () => {
  const alarm = (id: string, template = stack) =>
    propertiesOf('AWS::CloudWatch::Alarm', template).find((one) => one.AlarmName === `eks-auditor-${id}`);

  test('are told to the operations topic, as is their end', () => {
    const topic = [{ Ref: expect.stringMatching(/^AlertsOperations/) }];

    for (const one of propertiesOf('AWS::CloudWatch::Alarm')) {
      expect(one).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
  });

  test('of a missing run waits for the longest gap of the schedule, the window and the run', () => {
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
    ['is off', { enabled: false }],
    ['is rarer than CloudWatch looks back', { expression: 'cron(0 8 1 * ? *)' }],
  ])('of a missing run is not there when the schedule %s', (_why, schedule) => {
    const { auditor } = synthesized(aConfig({ deployment: { schedule } }));

    expect(alarm('RunMissing', auditor)).toBeUndefined();
    expect(alarm('RunFailed', auditor)).toBeDefined();
  });

  test.each([
    ['RunFailed', 'ExecutionsFailed', 'RunMachine'],
    ['RunTimedOut', 'ExecutionsTimedOut', 'RunMachine'],
    ['RunAborted', 'ExecutionsAborted', 'RunMachine'],
    ['ChangesFailed', 'ExecutionsFailed', 'OnChangeMachine'],
  ])('%s watches one metric, for a sum is missing where a part of it is', (id, MetricName, machine) => {
    expect(alarm(id)).toMatchObject({
      MetricName,
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: expect.stringMatching(`^${machine}`) } }],
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test.each([
    [
      'CoverageIncomplete',
      { MetricName: 'CoveragePercent', Threshold: 100, ComparisonOperator: 'LessThanThreshold' },
    ],
    ['FindingsNotImported', { MetricName: 'FindingsFailedToImport', Threshold: 0 }],
  ])('%s stays as the last run left it', (id, expected) => {
    expect(alarm(id)).toMatchObject({ ...expected, TreatMissingData: 'ignore' });
  });

  test('watch every dead-letter queue', () => {
    const deadLetters = ['NotScheduled', 'Undelivered', 'NotStarted'];

    expect(deadLetters.map((queue) => alarm(`NotDelivered-${queue}`)?.MetricName)).toEqual(
      deadLetters.map(() => 'ApproximateNumberOfMessagesVisible'),
    );
  });
});

test('every metric that is shown or watched is one that the report function counts', () => {
  const run = {
    id: 'r',
    startedAt: '',
    finishedAt: '',
    version: '',
    benchmark: '1.5.0',
    publish: true,
  } as const;
  const nothing = { accounts: [], skipped: [], complete: true };
  const counted = metricsOf({
    schemaVersion: '1.1',
    run,
    coverage: nothing,
    verdicts: [],
    changes: NO_CHANGES,
  }).map((one) => one.name);
  const dashboards = JSON.stringify(propertiesOf('AWS::CloudWatch::Dashboard'));
  const shown = [...dashboards.matchAll(/EKSAuditor\\+",\\+"(\w+)/g)].map(([, name]) => name);
  const watched = propertiesOf('AWS::CloudWatch::Alarm')
    .filter((one) => one.Namespace === 'EKSAuditor')
    .map((one) => one.MetricName);

  expect(shown.length).toBeGreaterThan(10);
  expect(watched).toHaveLength(3);
  expect([...shown, ...watched].filter((name) => !counted.includes(name))).toEqual([]);
});

describe('the insights', () => {
  test.each([
    ['failed by cluster', 'ResourceId', 'FAILED'],
    ['failed by control', 'GeneratorId', 'FAILED'],
    ['failed by account', 'AwsAccountId', 'FAILED'],
    ['not available by account', 'AwsAccountId', 'NOT_AVAILABLE'],
  ])('%s is of this product’s findings only', (name, groupBy, status) => {
    stack.hasResourceProperties('AWS::SecurityHub::Insight', {
      Name: `EKS Auditor: ${name}`,
      GroupByAttribute: groupBy,
      Filters: {
        ProductName: [{ Comparison: 'EQUALS', Value: 'EKS Auditor' }],
        ComplianceStatus: [{ Comparison: 'EQUALS', Value: status }],
        RecordState: [{ Comparison: 'EQUALS', Value: 'ACTIVE' }],
      },
    });
  });
});

describe('audits on change', () => {
  test('wait until all that they stand for has happened', () => {
    stack.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      // SQS takes messages of the same text for one during five minutes.
      DelaySeconds: 300,
    });
  });

  test('are not there when they are off', () => {
    const { auditor } = synthesized(aConfig({ deployment: { onChange: { enabled: false } } }));

    auditor.resourceCountIs('AWS::Events::EventBus', 0);
    auditor.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    auditor.resourceCountIs('AWS::Scheduler::Schedule', 1);
    expect(JSON.stringify(auditor.toJSON())).not.toContain('ChangesFailed');
  });
});
