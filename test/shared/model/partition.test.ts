import { AccountClient } from '@aws-sdk/client-account';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  consoleDomainOf,
  dnsSuffixOf,
  globalRegionOf,
  isDomainOf,
  partitionOf,
} from '../../../shared/model/partition.ts';

const PARTITIONS = [
  ['aws', 'us-east-1', ['eu-west-1', 'ap-southeast-7', 'mx-central-1', 'me-west-1']],
  ['aws-cn', 'cn-north-1', ['cn-north-1', 'cn-northwest-1']],
  ['aws-us-gov', 'us-gov-west-1', ['us-gov-east-1', 'us-gov-west-1']],
  ['aws-eusc', 'eusc-de-east-1', ['eusc-de-east-1']],
  ['aws-iso', 'us-iso-east-1', ['us-iso-east-1', 'us-iso-west-1']],
  ['aws-iso-b', 'us-isob-east-1', ['us-isob-east-1', 'us-isob-west-1']],
  ['aws-iso-e', 'eu-isoe-west-1', ['eu-isoe-west-1']],
  ['aws-iso-f', 'us-isof-south-1', ['us-isof-east-1', 'us-isof-south-1']],
] as const;

/** Where the SDK sends the requests of every client that the auditor uses. */
function hostsIn(region: string): string[] {
  const endpoints = [
    new AccountClient({ region }).config.endpointProvider,
    new EC2Client({ region }).config.endpointProvider,
    new ECRClient({ region }).config.endpointProvider,
    new EKSClient({ region }).config.endpointProvider,
    new ElasticLoadBalancingClient({ region }).config.endpointProvider,
    new ElasticLoadBalancingV2Client({ region }).config.endpointProvider,
    new IAMClient({ region }).config.endpointProvider,
    new KMSClient({ region }).config.endpointProvider,
    new OrganizationsClient({ region }).config.endpointProvider,
    new S3Client({ region }).config.endpointProvider,
    new SecurityHubClient({ region }).config.endpointProvider,
    new STSClient({ region }).config.endpointProvider,
  ];
  return endpoints.map((provider) => provider({ Region: region }, {}).url.hostname);
}

describe.each(PARTITIONS)('the partition %s', (partition, globalRegion, regions) => {
  it('is that of its Regions', () => {
    expect(regions.map(partitionOf)).toEqual(regions.map(() => partition));
    expect(globalRegionOf(partition)).toBe(globalRegion);
    expect(partitionOf(globalRegion)).toBe(partition);
  });

  it('has a domain, to which the SDK sends every request and no other', () => {
    const hosts = [globalRegion, ...regions].flatMap(hostsIn);
    const domain = `.${dnsSuffixOf(partition)}`;

    expect(hosts.filter((host) => !host.endsWith(domain))).toEqual([]);
    expect(isDomainOf(partition, globalRegion, dnsSuffixOf(partition))).toBe(true);
  });
});

it('Regions of one partition are not in the domains of another', () => {
  expect(isDomainOf('aws', 'cn-north-1', 'amazonaws.com.cn')).toBe(false);
  expect(isDomainOf('aws', 'eu-west-1', 'amazonaws.eu')).toBe(false);
  expect(isDomainOf('aws-us-gov', 'us-east-1', 'amazonaws.com')).toBe(false);
});

it('the console of an isolated partition is not known', () => {
  expect(consoleDomainOf('aws-eusc')).toBe('console.amazonaws-eusc.eu');
  expect(consoleDomainOf('aws-iso')).toBeUndefined();
});

it('an unknown partition is refused by name', () => {
  expect(() => globalRegionOf('aws-moon')).toThrow(
    'unknown partition aws-moon; known: aws, aws-cn, aws-eusc',
  );
});
