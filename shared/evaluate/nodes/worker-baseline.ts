import {
  ECR_READ_PATTERNS,
  IMPORT_UPSTREAM_IMAGE,
  PULL_THROUGH_CACHE_ACTIONS,
} from '../registry/ecr-actions.ts';

/** What each of these AWS managed policies allows (their default versions of August 2026). */
const MANAGED_POLICY_ACTIONS = {
  /** With the Pod Identity agent's action, which is all that AmazonEKSWorkerNodeMinimalPolicy has. */
  AmazonEKSWorkerNodePolicy: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVolumes',
    'ec2:DescribeVolumesModifications',
    'ec2:DescribeVpcs',
    'eks:DescribeCluster',
    'eks-auth:AssumeRoleForPodIdentity',
  ],
  AmazonEKS_CNI_Policy: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:AttachNetworkInterface',
    'ec2:CreateNetworkInterface',
    'ec2:CreateTags',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeTags',
    'ec2:DetachNetworkInterface',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:UnassignPrivateIpAddresses',
  ],
  AmazonSSMManagedInstanceCore: [
    'ssm:DescribeAssociation',
    'ssm:DescribeDocument',
    'ssm:GetDeployablePatchSnapshotForInstance',
    'ssm:GetDocument',
    'ssm:GetManifest',
    'ssm:GetParameter',
    'ssm:GetParameters',
    'ssm:ListAssociations',
    'ssm:ListInstanceAssociations',
    'ssm:PutComplianceItems',
    'ssm:PutConfigurePackageResult',
    'ssm:PutInventory',
    'ssm:UpdateAssociationStatus',
    'ssm:UpdateInstanceAssociationStatus',
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ],
  CloudWatchAgentServerPolicy: [
    'cloudwatch:PutMetricData',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:PutRetentionPolicy',
    'xray:GetSamplingRules',
    'xray:GetSamplingStatisticSummaries',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
} as const satisfies Record<string, readonly string[]>;

/** The VPC CNI's guide ("IAM policy", IPv6 mode) requires these, for which there is no AWS managed policy. */
const IPV6_CNI_ACTIONS: readonly string[] = ['ec2:AssignIpv6Addresses', 'ec2:UnassignIpv6Addresses'];

/**
 * "Prepare credentials for hybrid nodes" requires these: to check the node's access entry, and to deregister it from
 * Systems Manager.
 */
const HYBRID_NODE_ACTIONS: readonly string[] = [
  'eks:ListAccessEntries',
  'ssm:DeregisterManagedInstance',
  'ssm:DescribeInstanceInformation',
];

/**
 * The AWS actions a node needs to be a worker, as action patterns. Reading ECR covers
 * AmazonEC2ContainerRegistryReadOnly, AmazonEC2ContainerRegistryPullOnly and AmazonEKSFargatePodExecutionRolePolicy;
 * whether a node may write to a pull-through cache is decided by the control about ECR (5.1.3).
 */
export const WORKER_BASELINE: readonly string[] = [
  ...Object.values(MANAGED_POLICY_ACTIONS).flat(),
  ...IPV6_CNI_ACTIONS,
  ...HYBRID_NODE_ACTIONS,
  ...ECR_READ_PATTERNS,
  IMPORT_UPSTREAM_IMAGE,
  ...PULL_THROUGH_CACHE_ACTIONS,
];
