import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ObjectLock } from '../hardening-config.ts';
import { acknowledge } from './acknowledge.ts';
import { type Permission, usedThrough } from './least-privilege-role.ts';

interface LockedReportsProps extends ObjectLock {
  readonly key: IKey;
  readonly accessLogs?: IBucket;
}

/**
 * A bucket in which reports can be neither changed nor deleted before their time. States and checkpoints, which are
 * written again and again, are not in it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export class LockedReports extends Construct {
  readonly bucket: Bucket;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key, accessLogs, mode, days }: LockedReportsProps) {
    super(scope, id);
    this.#key = key;
    const time = Duration.days(days);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectLockDefaultRetention:
        mode === 'COMPLIANCE' ? ObjectLockRetention.compliance(time) : ObjectLockRetention.governance(time),
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ expiration: time, noncurrentVersionExpiration: Duration.days(1) }],
      ...accessLogsTo(accessLogs),
    });
    acknowledgeReplication(this.bucket);
    if (accessLogs === undefined) acknowledgeNoAccessLogs(this.bucket);
  }

  /** Permissions to write reports. */
  write(): readonly Permission[] {
    const { region } = Stack.of(this);
    return [
      {
        actions: ['s3:PutObject'],
        resources: ['result.json', 'report.html'].map((name) => this.bucket.arnForObjects(`runs/*/${name}`)),
        wildcard: 'Each run has its own id.',
      },
      {
        actions: ['kms:GenerateDataKey'],
        resources: [this.#key.keyArn],
        conditions: usedThrough('s3', region),
      },
    ];
  }
}

/** Where S3 writes who used a bucket. */
export function accessLogsTo(bucket: IBucket | undefined) {
  return bucket ? { serverAccessLogsBucket: bucket, serverAccessLogsPrefix: 'eks-auditor/' } : {};
}

/** The reason for having no access logs unless a bucket for them is configured. */
export function acknowledgeNoAccessLogs(bucket: Construct): void {
  const reason =
    'Only the three functions and the state machine have access. Reads belong in the organization’s trail of data events; deployment.accessLogBucket adds S3’s own logs.';
  const nag = ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'];
  acknowledge(bucket, { nag, checkov: ['CKV_AWS_18'], reason });
}

export function acknowledgeReplication(bucket: Construct): void {
  const reason = 'The next run produces the results again, and the findings are in Security Hub.';
  acknowledge(bucket, { nag: ['NIST.800.53.R5-S3BucketReplicationEnabled'], reason });
}
