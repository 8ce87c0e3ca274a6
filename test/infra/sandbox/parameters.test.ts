import { DescribeInstancesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListParentsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganizationToAsk, as, management, running } from './support.ts';

const object = { Bucket: 'results', Key: 'key' };
const role = { RoleArn: `arn:aws:iam::${management}:role/EksAuditorMember`, RoleSessionName: 'test' };

type Request = (config: ReturnType<typeof as>) => Promise<unknown>;

/** Requests with something that the sandbox does not have, and what their errors name. */
const refused: [name: string, request: Request][] = [
  ['include', (config) => new EKSClient(config).send(new ListClustersCommand({ include: ['all'] }))],
  [
    'GrantTokens',
    (config) => new KMSClient(config).send(new DescribeKeyCommand({ KeyId: 'key', GrantTokens: ['t'] })),
  ],
  ['DryRun', (config) => new EC2Client(config).send(new DescribeInstancesCommand({ DryRun: true }))],
  [
    'hypervisor',
    (config) =>
      new EC2Client(config).send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'hypervisor', Values: ['xen'] }] }),
      ),
  ],
  [
    'dhcp-options-id',
    (config) =>
      new EC2Client(config).send(
        new DescribeVpcsCommand({ Filters: [{ Name: 'dhcp-options-id', Values: ['x'] }] }),
      ),
  ],
  [
    'PathPrefix',
    (config) =>
      new IAMClient(config).send(
        new ListAttachedRolePoliciesCommand({ RoleName: 'node', PathPrefix: '/a/' }),
      ),
  ],
  ['Policy', (config) => new STSClient(config).send(new AssumeRoleCommand({ ...role, Policy: '{}' }))],
  ['range', (config) => new S3Client(config).send(new GetObjectCommand({ ...object, Range: 'bytes=0-1' }))],
  [
    'if-modified-since',
    (config) => new S3Client(config).send(new GetObjectCommand({ ...object, IfModifiedSince: new Date() })),
  ],
  [
    'x-amz-server-side-encryption',
    (config) =>
      new S3Client(config).send(
        new PutObjectCommand({ ...object, Body: 'new', ServerSideEncryption: 'AES256' }),
      ),
  ],
  [
    'fetch-owner',
    (config) => new S3Client(config).send(new ListObjectsV2Command({ Bucket: 'results', FetchOwner: true })),
  ],
  [
    'NetworkDirection',
    (config) =>
      new SecurityHubClient(config).send(
        new GetFindingsCommand({ Filters: { NetworkDirection: [{ Value: 'IN', Comparison: 'EQUALS' }] } }),
      ),
  ],
  [
    'repositoryNames',
    (config) =>
      new ECRClient(config).send(
        new DescribeRepositoriesCommand({ repositoryNames: ['app'], maxResults: 1 }),
      ),
  ],
  [
    'ecrRepositoryPrefixes',
    (config) =>
      new ECRClient(config).send(
        new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: ['app'], nextToken: 'more' }),
      ),
  ],
];

const headersOfS3 = ['range', 'if-modified-since', 'x-amz-server-side-encryption'];

describe('a request with what the sandbox does not have', () => {
  it.each(refused)('is refused, and the error names it: %s', async (name, request) => {
    const config = as(await running(anOrganizationToAsk()), management);
    await expect(request(config)).rejects.toMatchObject({
      message: expect.stringContaining(name),
      $metadata: { httpStatusCode: headersOfS3.includes(name) ? 501 : 400 },
    });
  });

  it('is refused when its token is of no page', async () => {
    const sandbox: Sandbox = await running(anOrganizationToAsk());
    const organizations = new OrganizationsClient(as(sandbox, management));
    const list = (NextToken?: string) =>
      organizations.send(new ListParentsCommand({ ChildId: management, NextToken }));
    await expect(list('2')).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect((await list()).Parents).toMatchObject([{ Type: 'ROOT' }]);
  });
});
