import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Permission } from './least-privilege-role.ts';

interface ResultsProps {
  readonly key: IKey;
  readonly retentionDays: number;
}

/** The bucket of plans, results and reports, each under `runs/<run id>/`. It is kept when the stack is deleted. */
export class Results extends Construct {
  readonly bucket: IBucket;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key, retentionDays }: ResultsProps) {
    super(scope, id);
    this.#key = key;
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // Saves a request to KMS for each object.
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    // The cast is needed because the CDK's types do not allow for exactOptionalPropertyTypes.
    this.bucket = bucket as IBucket;
    const logging =
      'Only the three functions and the state machine have access. Reads belong in the organization’s trail of data events, which a log in the same account cannot replace.';
    const replication = 'The next run produces the results again, and the findings are in Security Hub.';
    Validations.of(this.bucket).acknowledge(
      { id: 'AwsSolutions-S1', reason: logging },
      { id: 'NIST.800.53.R5-S3BucketLoggingEnabled', reason: logging },
      { id: 'NIST.800.53.R5-S3BucketReplicationEnabled', reason: replication },
    );
  }

  /** Permissions to read the objects of these names, in which `*` is any text, of every run. */
  read(...names: readonly string[]): readonly Permission[] {
    return [this.#objects(['s3:GetObject'], names), this.#useKey(['kms:Decrypt'])];
  }

  /** Permissions to write the objects of these names, in which `*` is any text, of every run. */
  write(...names: readonly string[]): readonly Permission[] {
    // Multipart uploads decrypt their own parts.
    return [
      this.#objects(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'], names),
      this.#useKey(['kms:Decrypt', 'kms:GenerateDataKey']),
    ];
  }

  list(): Permission {
    return {
      actions: ['s3:ListBucket'],
      resources: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': 'runs/*' } },
    };
  }

  #objects(actions: readonly string[], names: readonly string[]): Permission {
    return {
      actions,
      resources: names.map((name) => this.bucket.arnForObjects(`runs/*/${name}`)),
      wildcard: 'Each run has its own id, and writes one object for each account.',
    };
  }

  #useKey(actions: readonly string[]): Permission {
    return { actions, resources: [this.#key.keyArn] };
  }
}
