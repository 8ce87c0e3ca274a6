import { describe, expect, it } from 'vitest';
import { actionsBeyondBaseline } from '../../../../shared/evaluate/iam/actions-beyond-baseline.ts';
import {
  NODE_BASELINES,
  NODE_KINDS,
  type NodeKind,
} from '../../../../shared/evaluate/nodes/node-baselines.ts';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import { PARTITION_NAMES } from '../../../../shared/model/partition.ts';
import { allow, aRoleThat } from '../iam/builders.ts';

function beyond(kind: NodeKind, actions: string[], more: Record<string, unknown> = {}): string[] {
  const role = aRoleThat(allow(actions, more));
  return actionsBeyondBaseline(role, NODE_BASELINES[kind], new Budget()).beyond.map(({ action }) => action);
}

describe('the baseline of a worker', () => {
  it.each([
    ['joining the cluster', ['ec2:DescribeInstances', 'eks:DescribeCluster']],
    ['Pod Identity', ['eks-auth:AssumeRoleForPodIdentity']],
    ['the VPC CNI', ['ec2:AttachNetworkInterface', 'ec2:AssignIpv6Addresses', 'ec2:CreateTags']],
    ['pulling images', ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']],
    ['reading ECR by wildcards', ['ecr:Get*', 'ecr:Describe*', 'ecr:List*']],
    ['pulling through a cache', ['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository']],
    ['reading ECR Public', ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']],
    [
      'Session Manager',
      ['ssm:UpdateInstanceInformation', 'ssmmessages:OpenDataChannel', 'ec2messages:GetMessages'],
    ],
    ['being patched', ['ssm:GetPatchBaseline', 'ssm:DescribePatchBaselines', 'tag:GetResources']],
    ['Amazon Inspector’s CIS scan', ['inspector2:StartCisSession', 'inspector2:SendCisSessionTelemetry']],
    ['the CloudWatch agent', ['logs:PutLogEvents', 'cloudwatch:PutMetricData', 'xray:PutTraceSegments']],
  ])('has %s', (_, actions) => {
    expect(beyond('worker', actions)).toEqual([]);
    expect(beyond('Windows', actions)).toEqual([]);
  });

  it('has the reads of the SSM Agent, in its buckets only', () => {
    const Resource = ['arn:aws:s3:::patch-baseline-snapshot-eu-west-1/*', 'arn:aws:s3:::aws-ssm-eu-west-1/*'];

    expect(beyond('worker', ['s3:GetObject'], { Resource })).toEqual([]);
    expect(beyond('worker', ['s3:GetObject'], { Resource: [...Resource, 'arn:aws:s3:::data/*'] })).toEqual([
      's3:GetObject',
    ]);
  });

  it.each(PARTITION_NAMES)('has those reads in the partition %s', (partition) => {
    const bucket = `arn:${partition}:s3:::`;

    expect(beyond('worker', ['s3:GetObject'], { Resource: `${bucket}aws-ssm-region/*` })).toEqual([]);
    expect(beyond('HyperPod', ['s3:GetObject'], { Resource: `${bucket}sagemaker-scripts/*` })).toEqual([]);
    expect(beyond('worker', ['s3:GetObject'], { Resource: `${bucket}data/*` })).toEqual(['s3:GetObject']);
  });

  it.each([
    'ecr:PutImage',
    'ecr:*',
    'ec2:*',
    'ec2:CreateVolume',
    'ecr-public:PutImage',
    's3:GetObject',
    'ssm:*',
    'ssm:SendCommand',
    'inspector2:*',
    'sts:AssumeRole',
    'iam:PassRole',
  ])('does not have %s', (action) => {
    expect(beyond('worker', [action])).toEqual([action]);
  });
});

describe('the baseline of each kind of node', () => {
  it.each<[NodeKind, string[]]>([
    ['Windows', ['ds:CreateComputer', 'ds:DescribeDirectories']],
    ['Auto Mode', ['eks-auth:AssumeRoleForPodIdentity', 'ecr:BatchGetImage']],
    ['Fargate', ['ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents']],
    ['hybrid', ['eks:ListAccessEntries', 'ssm:DeregisterManagedInstance', 'ssm:DescribeInstanceInformation']],
    [
      'hybrid',
      ['eks:DescribeCluster', 'ssmmessages:OpenControlChannel', 'eks-auth:AssumeRoleForPodIdentity'],
    ],
    ['HyperPod', ['ec2:CreateNetworkInterfacePermission', 'ec2:DescribeDhcpOptions', 'logs:PutLogEvents']],
  ])('of %s has %j', (kind, actions) => {
    expect(beyond(kind, actions)).toEqual([]);
  });

  it.each<[NodeKind, string]>([
    ['worker', 'ssm:DeregisterManagedInstance'],
    ['worker', 'eks:ListAccessEntries'],
    ['worker', 'ds:CreateComputer'],
    ['worker', 'ec2:CreateNetworkInterfacePermission'],
    ['Auto Mode', 'ec2:AttachNetworkInterface'],
    ['Auto Mode', 'ssm:GetParameter'],
    ['Fargate', 'ec2:DescribeInstances'],
    ['Fargate', 'eks-auth:AssumeRoleForPodIdentity'],
    ['hybrid', 'ec2:AttachNetworkInterface'],
    ['HyperPod', 'ssm:DeregisterManagedInstance'],
    ['HyperPod', 'sagemaker:CreateCluster'],
  ])('of %s does not have %s, which is another kind’s or nobody’s', (kind, action) => {
    expect(beyond(kind, [action])).toEqual([action]);
  });

  it('of HyperPod has the life cycle scripts, in buckets of SageMaker only', () => {
    const reads = ['s3:GetObject', 's3:ListBucket'];

    expect(beyond('HyperPod', reads, { Resource: 'arn:aws:s3:::sagemaker-*' })).toEqual([]);
    expect(beyond('HyperPod', reads, { Resource: 'arn:aws:s3:::models/*' })).toEqual(reads);
    expect(beyond('worker', reads, { Resource: 'arn:aws:s3:::sagemaker-*' })).toEqual(reads);
  });

  it.each(NODE_KINDS)('of %s has no whole service', (kind) => {
    const patterns = NODE_BASELINES[kind].flatMap(({ actions }) => actions);

    expect(patterns.filter((pattern) => /^[\w-]+:\*$|^\*$/.test(pattern))).toEqual([]);
  });
});
