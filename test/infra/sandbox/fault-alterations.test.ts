import { randomUUID } from 'node:crypto';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
  paginateListClusters,
} from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Alteration, Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, region, running } from './support.ts';

const subnet = { region, vpcId: 'vpc-1' };

async function altered(operation: string, alter: Alteration, times?: number): Promise<Sandbox> {
  const world = anOrganization().account(member, { buckets: ['results'] }, (account) =>
    account
      .cluster('prod', { region })
      .cluster('test', { region })
      .repository('app', { region })
      .vpc('vpc-1', { region })
      .subnet('subnet-1', subnet)
      .subnet('subnet-2', subnet)
      .role('node', { inline: { a: {}, b: {} } }),
  );
  const sandbox = await running(world);
  sandbox.fail({ operation, alter, ...(times === undefined ? {} : { times }) });
  return sandbox;
}

const answerOf = {
  'REST-JSON': async (sandbox: Sandbox) =>
    (await new EKSClient(as(sandbox, member)).send(new ListClustersCommand({}))).clusters,
  JSON: async (sandbox: Sandbox) =>
    (await new ECRClient(as(sandbox, member)).send(new DescribeRepositoriesCommand({}))).repositories,
  query: async (sandbox: Sandbox) =>
    (await new IAMClient(as(sandbox, member)).send(new ListRolePoliciesCommand({ RoleName: 'node' })))
      .PolicyNames,
  EC2: async (sandbox: Sandbox) =>
    (await new EC2Client(as(sandbox, member)).send(new DescribeSubnetsCommand({}))).Subnets,
  S3: async (sandbox: Sandbox) =>
    (await new S3Client(as(sandbox, member)).send(new ListObjectsV2Command({ Bucket: 'results' }))).Prefix,
};

const members = {
  'REST-JSON': ['eks:ListClusters', 'clusters'],
  JSON: ['ecr:DescribeRepositories', 'repositories'],
  query: ['iam:ListRolePolicies', 'PolicyNames'],
  EC2: ['ec2:DescribeSubnets', 'Subnets'],
  S3: ['s3:ListObjectsV2', 'Prefix'],
} as const;

const protocols = Object.keys(members) as (keyof typeof members)[];

/** What a client makes of the member of an answer for which `value` is written instead, by protocol. */
async function readingsOf(value: unknown) {
  const readings = protocols.map(async (protocol) => {
    const [operation, name] = members[protocol];
    const sandbox = await altered(operation, (answer) => ({ ...answer, [name]: value }));
    return [protocol, await answerOf[protocol](sandbox).catch((error: Error) => error.name)];
  });
  return Object.fromEntries(await Promise.all(readings));
}

describe('an altered answer', () => {
  it('can have text where a list belongs', async () => {
    expect(await readingsOf('text')).toStrictEqual({
      'REST-JSON': 'text',
      JSON: 'text',
      query: [],
      EC2: [],
      S3: 'text',
    });
  });

  it('can lack a member', async () => {
    expect(await readingsOf(undefined)).toStrictEqual({
      'REST-JSON': undefined,
      JSON: undefined,
      query: undefined,
      EC2: undefined,
      S3: undefined,
    });
  });

  it('can have null for a list, in XML as an empty element', async () => {
    expect(await readingsOf(null)).toStrictEqual({
      'REST-JSON': undefined,
      JSON: undefined,
      query: [],
      EC2: [],
      S3: '',
    });
  });

  it('can have null in a list, in XML as an empty element', async () => {
    expect(await readingsOf([null])).toStrictEqual({
      'REST-JSON': [null],
      JSON: [null],
      query: [''],
      EC2: [{}],
      S3: '',
    });
  });

  it('can have text where a structure belongs', async () => {
    const sandbox = await altered('*', (answer) => {
      return 'cluster' in answer
        ? { cluster: { ...Object(answer.cluster), resourcesVpcConfig: 'none' } }
        : 'text';
    });
    const config = as(sandbox, member);
    const { cluster } = await new EKSClient(config).send(new DescribeClusterCommand({ name: 'prod' }));
    expect(cluster).toMatchObject({ name: 'prod', resourcesVpcConfig: 'none' });
    const elb = new ElasticLoadBalancingV2Client(config);
    expect((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toBeUndefined();
    const ec2 = new EC2Client(config);
    expect((await ec2.send(new DescribeSubnetsCommand({}))).Subnets).toBeUndefined();
  });

  it('can be edited in place, which leaves the world as it is', async () => {
    const edit: Alteration = (answer) => {
      Object(answer.cluster).resourcesVpcConfig.publicAccessCidrs = ['203.0.113.0/24'];
    };
    const sandbox = await altered('eks:DescribeCluster', edit, 1);
    const eks = new EKSClient(as(sandbox, member));
    const publicCidrs = async () =>
      (await eks.send(new DescribeClusterCommand({ name: 'prod' }))).cluster?.resourcesVpcConfig
        ?.publicAccessCidrs;
    expect(await publicCidrs()).toEqual(['203.0.113.0/24']);
    expect(await publicCidrs()).toEqual(['0.0.0.0/0']);
  });

  it('can have another body and headers of an object', async () => {
    const sandbox = await altered('s3:GetObject', ({ headers, body }) => ({
      headers: { ...Object(headers), 'content-type': 'text/plain' },
      body: `${body} and more`,
    }));
    const s3 = new S3Client(as(sandbox, member));
    await s3.send(new PutObjectCommand({ Bucket: 'results', Key: 'key', Body: 'stored' }));
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: 'results', Key: 'key' }));
    expect([await Body?.transformToString(), ContentType]).toEqual(['stored and more', 'text/plain']);
  });

  it('is the error where there is an error', async () => {
    const sandbox = await altered('eks:DescribeCluster', () => ({}));
    const eks = new EKSClient(as(sandbox, member));
    await expect(eks.send(new DescribeClusterCommand({ name: 'gone' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a pagination token of an altered answer', () => {
  const clusterPages = async (sandbox: Sandbox, most: number) => {
    const pages: (string[] | undefined)[] = [];
    const client = new EKSClient(as(sandbox, member));
    for await (const { clusters } of paginateListClusters({ client }, {})) {
      pages.push(clusters);
      if (pages.length === most) break;
    }
    return pages;
  };

  it('can be followed without end, also when it is another one each time', async () => {
    for (const token of [() => 'again', randomUUID]) {
      const sandbox = await altered('eks:ListClusters', (answer) => ({ ...answer, nextToken: token() }));
      expect(await clusterPages(sandbox, 5)).toEqual(Array.from({ length: 5 }, () => ['prod', 'test']));
    }
  });

  it('is seen by the alteration of the next page', async () => {
    const sandbox = await altered('eks:ListClusters', (_answer, { nextToken }) => {
      return nextToken === 'last' ? { clusters: ['c'] } : { clusters: ['a', 'b'], nextToken: 'last' };
    });
    expect(await clusterPages(sandbox, 5)).toEqual([['a', 'b'], ['c']]);
  });

  it('can be one of S3, whose parameter has another name', async () => {
    const sandbox = await altered('s3:ListObjectsV2', (answer, params) =>
      params['continuation-token'] === undefined
        ? { ...answer, IsTruncated: true, NextContinuationToken: 'more' }
        : { ...answer, Prefix: 'second' },
    );
    const prefixes: (string | undefined)[] = [];
    const client = new S3Client(as(sandbox, member));
    for await (const { Prefix } of paginateListObjectsV2({ client }, { Bucket: 'results' })) {
      prefixes.push(Prefix);
    }
    expect(prefixes).toEqual(['', 'second']);
  });

  it('that no answer had is refused', async () => {
    const sandbox = await running(anOrganization().account(member));
    const eks = new EKSClient(as(sandbox, member));
    await expect(eks.send(new ListClustersCommand({ nextToken: 'mine' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
