import * as z from 'zod';

/*
 * `deployment`: what organizations with rules of their own demand of every stack. Nothing of it is needed.
 */

/** Of IAM's names, paths included. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const policyName = /^[\w+=,.@/-]{1,512}$/;
const rolePath = /^\/([\w+=,.@-]+\/){0,20}$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket');
const objectKey = z.string().min(1).max(1024);
const keyArn = z
  .string()
  .regex(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/(mrk-)?[0-9a-f-]{32,36}$/, 'must be the ARN of a KMS key');

const artifacts = z.strictObject({
  bucket: bucketName,
  /** The keys of the signed archives. */
  plan: objectKey,
  audit: objectKey,
  report: objectKey,
});

const codeSigning = z.strictObject({
  /** Which signatures Lambda accepts. */
  configuration: z
    .string()
    .regex(
      /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
      'must be the ARN of a code signing configuration',
    ),
  /** Where the signed code is; otherwise the unsigned code is deployed, which the configuration has to let pass. */
  artifacts: artifacts.optional(),
});
export type CodeSigning = z.infer<typeof codeSigning>;

const objectLock = z.strictObject({
  /** In compliance mode nobody can delete a report before its time, not even the root user. */
  mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  days: z.number().int().min(1).max(36_500),
});
export type ObjectLock = z.infer<typeof objectLock>;

/** Keys of the organization. Their policies have to let CloudWatch use them. */
const keys = z.strictObject({
  /** Encrypts results and logs. */
  results: keyArn.optional(),
  /** Encrypts alerts. */
  alerts: keyArn.optional(),
});

export const hardeningShape = {
  /** The name, with its path, of a policy that exists in every account: the permissions boundary of every role. */
  permissionsBoundary: z
    .string()
    .regex(policyName, 'must be the name of a policy, with its path if it has one')
    .optional(),
  /** The path of every role but those that are assumed in other accounts, whose paths are part of their names. */
  rolePath: z.string().regex(rolePath, 'must be a path such as /security/').default('/'),
  codeSigning: codeSigning.optional(),
  /** The bucket that gets S3's access logs of the auditor's buckets, under the prefix `eks-auditor/`. */
  accessLogBucket: bucketName.optional(),
  /** Also keeps every report in a bucket of its own, where it cannot be changed or deleted before its time. */
  objectLock: objectLock.optional(),
  keys: keys.prefault({}),
};

/** Values of other places than those of the deployment, which would only fail when it is deployed. */
export function hardeningProblems(deployed: {
  readonly account: string;
  readonly region: string;
  readonly keys: z.infer<typeof keys>;
  readonly codeSigning?: CodeSigning | undefined;
}): readonly string[] {
  const { account, region, codeSigning: signing } = deployed;
  const named = [
    ['deployment.keys.results', deployed.keys.results],
    ['deployment.keys.alerts', deployed.keys.alerts],
    ['deployment.codeSigning.configuration', signing?.configuration],
  ] as const;
  return named
    .filter(([, arn]) => arn !== undefined && arn.split(':').slice(3, 5).join() !== [region, account].join())
    .map(([path, arn]) => `${path}: ${arn} is not in ${account} and ${region}`);
}
