import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/core/protocols';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization, type OrganizationBuilder, type World } from '../../../infra/sandbox/world.ts';

export const management = '111111111111';
export const security = '222222222222';
export const member = '333333333333';
export const other = '444444444444';
export const region = 'eu-west-1';

/** A sandbox that is closed when the test is over. */
export async function running(
  world: World | OrganizationBuilder,
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const sandbox = await startSandbox(world, options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** The configuration of a client that calls the sandbox as `accountId`, without retries. */
export function as(sandbox: Sandbox, accountId: string, inRegion = region) {
  return {
    endpoint: sandbox.url,
    region: inRegion,
    credentials: sandbox.credentials(accountId),
    maxAttempts: 1,
  };
}

/** Like `as`, with a session of the member role, assumed from the security account. */
export async function assumed(sandbox: Sandbox, accountId: string, durationSeconds = 3600) {
  const sts = new STSClient(as(sandbox, security));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/EksAuditorMember`,
      RoleSessionName: 'test',
      DurationSeconds: durationSeconds,
    }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return { ...as(sandbox, accountId), credentials };
}

/** `count` names: `prefix-0001`, `prefix-0002` … */
export function names(count: number, prefix = 'name'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(4, '0')}`);
}

/** A valid finding of `member` in `region`. */
export function aFinding(overrides: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding {
  return {
    SchemaVersion: '2018-10-08',
    Id: 'finding-1',
    ProductArn: productArn(member, region),
    GeneratorId: 'eks-auditor/endpoint-access',
    AwsAccountId: member,
    CreatedAt: '2026-11-01T00:00:00.000Z',
    UpdatedAt: '2026-11-01T00:00:00.000Z',
    Title: 'A title',
    Description: 'A description',
    Resources: [{ Type: 'AwsEksCluster', Id: `arn:aws:eks:${region}:${member}:cluster/prod` }],
    Compliance: { Status: 'FAILED' },
    FindingProviderFields: {
      Severity: { Label: 'HIGH', Original: 'HIGH' },
      Types: ['Software and Configuration Checks/Industry and Regulatory Standards/CIS Amazon EKS Benchmark'],
    },
    ...overrides,
  };
}

export function productArn(accountId: string, inRegion: string): string {
  return `arn:aws:securityhub:${inRegion}:${accountId}:product/${accountId}/default`;
}

/** A world in which `requestEachProtocol` succeeds. */
export function anOrganizationToAsk(): OrganizationBuilder {
  return anOrganization()
    .account(member, { buckets: ['results'] }, (account) =>
      account.cluster('prod', { region }).cluster('test', { region }).kmsKey({ region, keyId: 'key' }),
    )
    .account(other);
}

/** One request in each protocol: REST-JSON, JSON, query, EC2, S3. */
export function requestEachProtocol(sandbox: Sandbox, credentials = sandbox.credentials(member)) {
  const config = { ...as(sandbox, member), credentials };
  return Promise.allSettled([
    new EKSClient(config).send(new ListClustersCommand({})),
    new KMSClient(config).send(new DescribeKeyCommand({ KeyId: 'key' })),
    new STSClient(config).send(new GetCallerIdentityCommand({})),
    new EC2Client(config).send(new DescribeRegionsCommand({})),
    new S3Client(config).send(new ListObjectsV2Command({ Bucket: 'results' })),
  ]);
}

/** A request of `member` in `region`, signed by the SDK for any service. */
export async function signedRequest(
  sandbox: Sandbox,
  signingService: string,
  parts: Partial<Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>> = {},
) {
  const { signer } = new STSClient(as(sandbox, member)).config;
  if (typeof signer !== 'function') throw new TypeError('the SDK has no signer');
  const { host, hostname, port } = new URL(sandbox.url);
  const request = new HttpRequest({ protocol: 'http:', hostname, port: Number(port), path: '/', ...parts });
  request.headers = { host, ...parts.headers };
  return (await signer()).sign(request, { signingService, signingRegion: region });
}
