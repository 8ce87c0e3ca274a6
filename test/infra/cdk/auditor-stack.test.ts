import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { aConfig, propertiesOf, type Synthesized, synthesized } from './synthesized.ts';

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

  test('and their key are all that is kept when the stack is deleted, and have no fixed names', () => {
    const resources: Record<string, { Type: string; DeletionPolicy?: string }> = stack.toJSON().Resources;
    const kept = Object.values(resources).filter((resource) => resource.DeletionPolicy?.startsWith('Retain'));

    expect(kept.map((resource) => resource.Type).sort()).toEqual(['AWS::KMS::Key', 'AWS::S3::Bucket']);
    expect(propertiesOf(stack, 'AWS::S3::Bucket').map((bucket) => bucket.BucketName)).toEqual([undefined]);
  });

  test('have a key that is rotated', () => {
    stack.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
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
  test('start after the interval in which SQS deduplicates changes', () => {
    stack.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      // SQS deduplicates messages with the same content within five minutes.
      DelaySeconds: 300,
    });
  });

  test('have no resources when they are disabled', () => {
    const { auditor } = synthesized(aConfig({ deployment: { onChange: { enabled: false } } }));

    expect(propertiesOf(auditor, 'AWS::Events::EventBus').map(({ Name }) => Name)).toEqual(['eks-auditor']);
    auditor.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    auditor.resourceCountIs('AWS::Scheduler::Schedule', 1);
    expect(JSON.stringify(auditor.toJSON())).not.toContain('ChangesFailed');
  });
});
