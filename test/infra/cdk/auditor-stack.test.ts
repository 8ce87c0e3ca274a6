import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { states } from './run-machine-states.ts';
import { AUDITOR, aConfig, propertiesOf, type Synthesized, synthesized } from './synthesized.ts';

let stack: Synthesized['auditor'];
beforeAll(() => {
  stack = synthesized().auditor;
}, 60_000);

describe('the functions', () => {
  test('run on Node 24 and arm64, with their configuration beside them', () => {
    const functions = propertiesOf(stack, 'AWS::Lambda::Function');

    expect(functions.map((lambda) => lambda.FunctionName)).toEqual([
      'eks-auditor-plan',
      'eks-auditor-audit',
      'eks-auditor-report',
    ]);
    for (const lambda of functions) {
      expect(lambda).toMatchObject({
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

  test('have neither traces nor permissions for them when tracing is off', () => {
    const { auditor } = synthesized(aConfig({ deployment: { tracing: false } }));

    expect(JSON.stringify(auditor.toJSON())).not.toContain('xray');
    auditor.allResourcesProperties('AWS::StepFunctions::StateMachine', {
      TracingConfiguration: { Enabled: false },
    });
  });

  test('and the state machines keep their logs for the configured time', () => {
    const { auditor } = synthesized(aConfig({ deployment: { logRetentionDays: 30 } }));

    auditor.resourceCountIs('AWS::Logs::LogGroup', 5);
    auditor.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 30,
      KmsKeyId: Match.anyValue(),
    });
  });
});

describe('the results', () => {
  test('are private, encrypted with the auditor’s key, versioned, and expire', () => {
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
          // The states of the accounts and the last full run are kept.
          { Prefix: 'runs/', ExpirationInDays: 400, Status: 'Enabled' },
          Match.objectLike({
            ExpirationInDays: Match.absent(),
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

  test('their key and the versions of the functions are all that is kept, and have no fixed names', () => {
    const resources: Record<string, { Type: string; DeletionPolicy?: string }> = stack.toJSON().Resources;
    const kept = Object.values(resources).filter((resource) => resource.DeletionPolicy?.startsWith('Retain'));

    expect(kept.map((resource) => resource.Type).sort()).toEqual([
      'AWS::KMS::Key',
      'AWS::Lambda::Version',
      'AWS::Lambda::Version',
      'AWS::Lambda::Version',
      'AWS::S3::Bucket',
    ]);
    expect(propertiesOf(stack, 'AWS::S3::Bucket').map((bucket) => bucket.BucketName)).toEqual([undefined]);
  });

  test('and the alerts have a key each, which is rotated', () => {
    expect(propertiesOf(stack, 'AWS::KMS::Key')).toEqual([
      expect.objectContaining({ EnableKeyRotation: true, Description: 'EKS Auditor: results and logs' }),
      expect.objectContaining({ EnableKeyRotation: true, Description: 'EKS Auditor: alerts' }),
    ]);
    const [results] = Object.keys(stack.findResources('AWS::KMS::Key'));
    for (const { KmsMasterKeyId } of propertiesOf(stack, 'AWS::SNS::Topic'))
      expect(JSON.stringify(KmsMasterKeyId)).not.toContain(results);
  });
});

describe('the schedule', () => {
  test('starts the state machine in its time zone, within its window, and with a dead-letter queue', () => {
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

  test('can start exactly at its time, or be disabled', () => {
    const { auditor } = synthesized(
      aConfig({ deployment: { schedule: { flexibleMinutes: 0, enabled: false } } }),
    );

    auditor.hasResourceProperties('AWS::Scheduler::Schedule', {
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'DISABLED',
    });
  });
});

describe('the insights', () => {
  test.each([
    ['failed by cluster', 'ResourceId', 'FAILED'],
    ['failed by control', 'GeneratorId', 'FAILED'],
    ['failed by account', 'AwsAccountId', 'FAILED'],
    ['not available by account', 'AwsAccountId', 'NOT_AVAILABLE'],
  ])('%s contains the findings of this product only', (name, groupBy, status) => {
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
  test('are kept in a standard queue for as long as SQS allows, longer than planning may take', () => {
    stack.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: Match.absent(),
      MessageRetentionPeriod: 14 * 24 * 3_600,
      VisibilityTimeout: 900,
      RedrivePolicy: { deadLetterTargetArn: Match.anyValue(), maxReceiveCount: 96 },
    });
  });

  test('get of an event what is needed to plan, and no text of others', () => {
    const [arriving] = propertiesOf(stack, 'AWS::Events::Rule').filter(({ Description }) =>
      Description.includes('changes in the accounts'),
    );

    expect(arriving?.Targets[0].InputTransformer).toEqual({
      InputPathsMap: {
        account: '$.account',
        region: '$.region',
        source: '$.source',
        'detail-eventName': '$.detail.eventName',
        time: '$.time',
      },
      InputTemplate:
        '{"account":<account>,"region":<region>,"source":<source>,"name":<detail-eventName>,"time":<time>}',
    });
  });

  test('are started every five minutes, by a start that is not repeated', () => {
    stack.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
      Target: {
        Arn: { Ref: Match.stringLikeRegexp('^RunMachine') },
        Input: '{"trigger":"change"}',
        RetryPolicy: { MaximumRetryAttempts: 0 },
        DeadLetterConfig: Match.anyValue(),
      },
    });
  });

  test('have no state machine of their own, and nothing that polls', () => {
    const names = propertiesOf(stack, 'AWS::StepFunctions::StateMachine').map((one) => one.StateMachineName);

    expect(names).toEqual(['eks-auditor', 'eks-auditor-ended']);
    stack.resourceCountIs('AWS::Scheduler::Schedule', 2);
  });

  test('have no resources when they are disabled', () => {
    const { auditor } = synthesized(aConfig({ deployment: { onChange: { enabled: false } } }));

    expect(propertiesOf(auditor, 'AWS::Events::EventBus').map(({ Name }) => Name)).toEqual(['eks-auditor']);
    auditor.resourceCountIs('AWS::Scheduler::Schedule', 1);
    expect(JSON.stringify(auditor.toJSON())).not.toContain('sqs:ReceiveMessage');
  });
});

describe('a run that ends without its own report', () => {
  const [ended] = propertiesOf(synthesized().auditor, 'AWS::Events::Rule').filter(({ Description }) =>
    Description.includes('timed out'),
  );

  test('starts its report by a rule that passes on its name and status, not its input', () => {
    expect(ended?.EventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [`arn:aws:states:eu-west-1:${AUDITOR}:stateMachine:eks-auditor`],
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
      },
    });
    expect(ended?.Targets[0]).toMatchObject({
      Arn: { Ref: expect.stringMatching(/^EndedMachine/) },
      InputTransformer: {
        InputTemplate: '{"ended":{"execution":<detail-name>,"status":<detail-status>}}',
      },
      DeadLetterConfig: expect.anything(),
    });
  });

  test('is reported when none of its audits can be under way any more', () => {
    const { 'Wait for the last audits': wait, Report } = states('eks-auditor-ended');
    const [audit] = propertiesOf(stack, 'AWS::Lambda::Function').filter(
      ({ FunctionName }) => FunctionName === 'eks-auditor-audit',
    );

    expect(wait).toEqual({ Type: 'Wait', Seconds: 17 * 60, Next: 'Report' });
    expect(wait?.Seconds).toBeGreaterThan(audit?.Timeout);
    expect(Report?.Parameters?.Payload).toEqual({ 'ended.$': '$.ended' });
    expect(Report?.Retry).toEqual(states().Report?.Retry);
  });

  test('is not reported again by the end of what reports it', () => {
    expect(ended?.EventPattern.detail.stateMachineArn).toHaveLength(1);
    expect(ended?.EventPattern.detail.stateMachineArn[0]).toMatch(/:eks-auditor$/);
  });
});
