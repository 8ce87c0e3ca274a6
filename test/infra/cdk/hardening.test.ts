import { describe, expect, test } from 'vitest';
import { parseDeploymentConfig } from '../../../infra/cdk/deployment-config.ts';
import { ConfigError } from '../../../shared/config/config-error.ts';
import { AUDITOR, aConfig, propertiesOf, statementsOf, synthesized } from './synthesized.ts';

const plain = synthesized();
const key = (digit: string) =>
  `arn:aws:kms:eu-west-1:${AUDITOR}:key/${'12345678-1234-1234-1234-123456789012'.replaceAll(/\d/g, digit)}`;
const KEYS = { results: key('1'), alerts: key('2') };
const configuration = `arn:aws:lambda:eu-west-1:${AUDITOR}:code-signing-config:csc-0123456789abcdef0`;
const artifacts = { bucket: 'signed-code', plan: 'plan.zip', audit: 'audit.zip', report: 'report.zip' };
const hardened = synthesized(
  aConfig({
    deployment: {
      permissionsBoundary: 'security/Boundary',
      rolePath: '/security/',
      codeSigning: { configuration, artifacts },
      accessLogBucket: 'access-logs',
      objectLock: { mode: 'COMPLIANCE', days: 2555 },
      keys: KEYS,
    },
  }),
  { checked: true },
);
const stacks = [hardened.auditor, hardened.member];

describe('every role', () => {
  test('has the permissions boundary of its account', () => {
    const boundaries = stacks.flatMap((stack) =>
      propertiesOf(stack, 'AWS::IAM::Role').map(({ PermissionsBoundary }) => PermissionsBoundary),
    );

    expect(boundaries.length).toBeGreaterThan(7);
    for (const boundary of boundaries)
      expect(JSON.stringify(boundary)).toMatch(
        /^.*arn:aws:iam::.*AWS::AccountId.*:policy\/security\/Boundary.*$/,
      );
  });

  test('has the path, but the member role, which the audit function looks for at its own', () => {
    const paths = stacks.flatMap((stack) =>
      propertiesOf(stack, 'AWS::IAM::Role').map(({ RoleName, Path }) => [RoleName, Path]),
    );

    expect(paths.filter(([, path]) => path !== '/security/')).toEqual([['EksAuditorMember', '/']]);
  });

  test('is known by its path to those who trust it', () => {
    const trusted = [...stacks, hardened.auditor].flatMap(statementsOf);
    const arns = JSON.stringify(trusted.map(({ conditions }) => conditions));

    expect(arns).toContain(`arn:aws:iam::${AUDITOR}:role/security/EksAuditorAudit`);
    expect(arns).toContain('arn:aws:iam::*:role/security/EksAuditorForwardChanges-*');
  });

  test('has neither by default', () => {
    for (const role of propertiesOf(plain.auditor, 'AWS::IAM::Role')) {
      expect(role).not.toHaveProperty('PermissionsBoundary');
      expect(role).not.toHaveProperty('Path');
    }
  });
});

test('the functions run signed code only', () => {
  for (const lambda of propertiesOf(hardened.auditor, 'AWS::Lambda::Function')) {
    const name = lambda.FunctionName.replace('eks-auditor-', '');
    expect(lambda.CodeSigningConfigArn).toBe(configuration);
    expect(lambda.Code).toEqual({ S3Bucket: 'signed-code', S3Key: `${name}.zip` });
  }
});

test('the configured keys encrypt results, logs and alerts, and none is made', () => {
  hardened.auditor.resourceCountIs('AWS::KMS::Key', 0);
  const of = (type: string, property: string) =>
    new Set(propertiesOf(hardened.auditor, type).map((properties) => properties[property]));

  expect(of('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual(new Set([KEYS.alerts]));
  expect(of('AWS::Logs::LogGroup', 'KmsKeyId')).toEqual(new Set([KEYS.results]));
  for (const { BucketEncryption } of propertiesOf(hardened.auditor, 'AWS::S3::Bucket'))
    expect(JSON.stringify(BucketEncryption)).toContain(KEYS.results);
});

test('both buckets have access logs', () => {
  for (const { LoggingConfiguration } of propertiesOf(hardened.auditor, 'AWS::S3::Bucket'))
    expect(LoggingConfiguration).toEqual({
      DestinationBucketName: 'access-logs',
      LogFilePrefix: 'eks-auditor/',
    });
});

describe('reports', () => {
  const locked = propertiesOf(hardened.auditor, 'AWS::S3::Bucket').filter(
    ({ ObjectLockEnabled }) => ObjectLockEnabled,
  );

  test('are kept in a bucket of their own, where nobody deletes them before their time', () => {
    expect(locked).toHaveLength(1);
    expect(locked[0]?.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2555 } },
    });
  });

  test('are written there by the report function, and nothing else is', () => {
    const writing = statementsOf(hardened.auditor).filter(({ resources }) =>
      resources.some((resource) => resource.includes('ReportsBucket')),
    );

    expect(
      writing
        .filter(({ effect }) => effect === 'Allow')
        .map(({ policy, actions }) => [policy.slice(0, 12), actions]),
    ).toEqual([['ReportAccess', ['s3:PutObject']]]);
    expect(
      propertiesOf(hardened.auditor, 'AWS::Lambda::Function').map(
        ({ Environment }) => 'EKS_AUDITOR_REPORTS_BUCKET' in Environment.Variables,
      ),
    ).toEqual([false, false, true]);
  });
});

test.each([
  [
    { permissionsBoundary: 'arn:aws:iam::1:policy/x' },
    /^deployment\.permissionsBoundary: must be the name of a policy/,
  ],
  [{ rolePath: 'security' }, /^deployment\.rolePath: must be a path such as \/security\//],
  [
    { codeSigning: { configuration: 'x' } },
    /^deployment\.codeSigning\.configuration: must be the ARN of a code signing/,
  ],
  [{ accessLogBucket: 'No_Bucket' }, /^deployment\.accessLogBucket: must be the name of a bucket/],
  [{ objectLock: { mode: 'FOREVER', days: 1 } }, /^deployment\.objectLock\.mode: .*GOVERNANCE/],
  [{ objectLock: { mode: 'GOVERNANCE', days: 0 } }, /^deployment\.objectLock\.days: /],
  [{ keys: { results: 'alias/x' } }, /^deployment\.keys\.results: must be the ARN of a KMS key/],
  [
    { keys: { alerts: KEYS.alerts.replace('eu-west-1', 'us-east-1') } },
    /^deployment\.keys\.alerts: arn:.* is not in 111122223333 and eu-west-1/,
  ],
])('%j is refused by its name', (deployment, message) => {
  const parse = () => parseDeploymentConfig(aConfig({ deployment }), 'the test');
  const problems = () => {
    try {
      parse();
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
    }
    return [];
  };
  expect(problems()[0]).toMatch(message);
});
