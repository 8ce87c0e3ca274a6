import { describe, expect, it } from 'vitest';
import { accountResource, type ResourceRef } from '../../../shared/model/resource.ts';
import { aCluster, aRole, aVerdict, findingOf, SCOPE } from './builders.ts';

describe('the resources of a finding', () => {
  function resourcesOf(resource: ResourceRef, related: readonly ResourceRef[] = []) {
    return findingOf(aVerdict({ resource, related, clusterArn: aCluster().id })).Resources ?? [];
  }

  it('begin with the resource to fix', () => {
    const ids = resourcesOf(aRole('node'), [aCluster()]).map((resource) => [resource.Type, resource.Id]);
    expect(ids).toEqual([
      ['AwsIamRole', aRole('node').id],
      ['AwsEksCluster', aCluster().id],
    ]);
  });

  it('have partition, Region, tags and details', () => {
    const cluster: ResourceRef = {
      ...aCluster(),
      tags: { team: 'payments', 'kubernetes.io/cluster/prod': '' },
      details: { Version: '1.33', Endpoint: '', ResourcesVpcConfig: { SubnetIds: ['', 'subnet-1'] } },
    };
    expect(resourcesOf(cluster)).toEqual([
      {
        Type: 'AwsEksCluster',
        Id: cluster.id,
        Partition: 'aws',
        Region: 'eu-west-1',
        Tags: { team: 'payments' },
        Details: {
          AwsEksCluster: {
            Arn: cluster.id,
            Name: 'prod',
            Version: '1.33',
            ResourcesVpcConfig: { SubnetIds: ['subnet-1'] },
          },
        },
      },
    ]);
  });

  it('that belong to no Region are shown in the one they were judged in', () => {
    expect(resourcesOf(aRole('node'))[0]?.Region).toBe('eu-west-1');
  });

  it('are shown in their own Region', () => {
    const key: ResourceRef = { type: 'AwsKmsKey', id: 'arn:aws:kms:us-east-1:333333333333:key/abc' };
    expect(resourcesOf(key)[0]).toMatchObject({
      Region: 'us-east-1',
      Details: { AwsKmsKey: { KeyId: 'abc' } },
    });
  });

  it.each<[ResourceRef, object]>([
    [
      { type: 'AwsIamRole', id: 'arn:aws:iam::222222222222:role/eks/node' },
      { AwsIamRole: { RoleName: 'node' } },
    ],
    [
      { type: 'AwsIamUser', id: 'arn:aws:iam::222222222222:user/team/ann' },
      { AwsIamUser: { UserName: 'ann' } },
    ],
    [
      { type: 'AwsEcrRepository', id: 'arn:aws:ecr:eu-west-1:222222222222:repository/team/app' },
      {
        AwsEcrRepository: {
          Arn: 'arn:aws:ecr:eu-west-1:222222222222:repository/team/app',
          RepositoryName: 'team/app',
        },
      },
    ],
    [
      { type: 'AwsEc2Subnet', id: 'arn:aws:ec2:eu-west-1:222222222222:subnet/subnet-1' },
      {
        AwsEc2Subnet: {
          SubnetArn: 'arn:aws:ec2:eu-west-1:222222222222:subnet/subnet-1',
          SubnetId: 'subnet-1',
        },
      },
    ],
    [
      { type: 'AwsEc2LaunchTemplate', id: 'arn:aws:ec2:eu-west-1:222222222222:launch-template/lt-1' },
      { AwsEc2LaunchTemplate: { Id: 'lt-1' } },
    ],
    [
      {
        type: 'AwsElbv2LoadBalancer',
        id: 'arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/web/50dc6c495c0c9188',
        details: { Scheme: 'internal' },
      },
      { AwsElbv2LoadBalancer: { Scheme: 'internal' } },
    ],
    [{ type: 'Other', id: 'some-policy', details: { kind: 'x' } }, { Other: { kind: 'x' } }],
  ])('have the details of $type', (resource, details) => {
    expect(resourcesOf(resource)[0]?.Details).toEqual(details);
  });

  it('have details without what is blank, and with what is false or zero', () => {
    const details = {
      Version: ' ',
      Endpoint: null,
      Logging: { ClusterLogging: [{ Enabled: false, Types: [''] }, {}] },
      Port: 0,
      Empty: { Nested: { Name: '' } },
    };

    expect(resourcesOf({ type: 'Other', id: 'x', details })[0]?.Details).toEqual({
      Other: { Logging: { ClusterLogging: [{ Enabled: false, Types: [] }] }, Port: 0 },
    });
  });

  it.each([
    ['aws', 'aws'],
    ['aws-cn', 'aws-cn'],
    ['aws-us-gov', 'aws-us-gov'],
    ['aws-iso', undefined],
  ])('of the partition %s are shown in the partition %s, if ASFF knows it', (partition, expected) => {
    const verdict = aVerdict({ scope: { ...SCOPE, partition } });

    expect(findingOf(verdict).Resources?.[0]?.Partition).toBe(expected);
  });

  it('have no details when nothing is known', () => {
    expect(resourcesOf(accountResource('222222222222'))).toEqual([
      { Type: 'AwsAccount', Id: 'AWS::::Account:222222222222', Partition: 'aws', Region: 'eu-west-1' },
    ]);
  });
});
