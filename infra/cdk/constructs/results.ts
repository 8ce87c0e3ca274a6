import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type Permission, usedThrough } from './least-privilege-role.ts';
import { accessLogsTo, acknowledgeNoAccessLogs, acknowledgeReplication } from './locked-reports.ts';

interface ResultsProps {
  readonly key: IKey;
  readonly retentionDays: number;
  readonly accessLogs?: IBucket;
}

/**
 * The bucket: what runs leave under `runs/<run id>/`, where it expires; the last full run under `latest/`, the changes to
 * audit under `changes/`, and the state of each account under `accounts/`. It is kept when the stack is deleted.
 */
export class Results extends Construct {
  readonly bucket: IBucket;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key, retentionDays, accessLogs }: ResultsProps) {
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
        { prefix: 'runs/', expiration: Duration.days(retentionDays) },
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      ...accessLogsTo(accessLogs),
    });
    // The cast is needed because the CDK's types do not allow for exactOptionalPropertyTypes.
    this.bucket = bucket as IBucket;
    acknowledgeReplication(this.bucket);
    if (accessLogs === undefined) acknowledgeNoAccessLogs(this.bucket);
  }

  /** Permissions to read the objects of these keys, in which `*` is any text. */
  read(...keys: readonly string[]): readonly Permission[] {
    return [this.#objects(['s3:GetObject'], keys), this.#useKey(['kms:Decrypt'])];
  }

  /** Permissions to write the objects of these keys, in which `*` is any text. */
  write(...keys: readonly string[]): readonly Permission[] {
    return [this.#objects(['s3:PutObject'], keys), this.#useKey(['kms:GenerateDataKey'])];
  }

  /**
   * Permissions to write them in parts as well, as the results of a map are written; parts are decrypted to be joined.
   * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
   */
  writeInParts(...keys: readonly string[]): readonly Permission[] {
    return [
      this.#objects(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'], keys),
      this.#useKey(['kms:Decrypt', 'kms:GenerateDataKey']),
    ];
  }

  /**
   * Permission to list what is under prefixes, and to be told of an object that is not there: without it, S3 answers the
   * request for such an object with AccessDenied. That request names no prefix, hence the IfExists.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  list(...prefixes: readonly string[]): Permission {
    return {
      actions: ['s3:ListBucket'],
      resources: [this.bucket.bucketArn],
      conditions: { StringLikeIfExists: { 's3:prefix': prefixes } },
    };
  }

  #objects(actions: readonly string[], keys: readonly string[]): Permission {
    return {
      actions,
      resources: keys.map((key) => this.bucket.arnForObjects(key)),
      wildcard: 'Each run has its own id, and writes one object for each account.',
    };
  }

  #useKey(actions: readonly string[]): Permission {
    const { region } = Stack.of(this);
    return { actions, resources: [this.#key.keyArn], conditions: usedThrough('s3', region) };
  }
}
