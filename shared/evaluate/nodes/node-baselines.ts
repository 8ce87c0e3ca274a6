import { PARTITION_NAMES } from '../../model/partition.ts';
import type { BaselineStatement } from '../iam/actions-beyond-baseline.ts';
import {
  ECR_READ_PATTERNS,
  IMPORT_UPSTREAM_IMAGE,
  PULL_THROUGH_CACHE_ACTIONS,
} from '../registry/ecr-actions.ts';

/** The kinds of node whose needs AWS's guides describe apart. Bottlerocket and custom images need what workers need. */
export const NODE_KINDS = ['worker', 'Windows', 'Auto Mode', 'Fargate', 'hybrid', 'HyperPod'] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/**
 * What these AWS managed policies allow (default versions of March 2026):
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const MANAGED_POLICY_ACTIONS = {
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
  AmazonEKSWorkerNodeMinimalPolicy: ['eks-auth:AssumeRoleForPodIdentity'],
  AmazonEKS_CNI_Policy: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:AttachNetworkInterface',
    'ec2:CreateNetworkInterface',
    'ec2:CreateTags',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeTags',
    'ec2:DetachNetworkInterface',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:UnassignPrivateIpAddresses',
  ],
  AmazonElasticContainerRegistryPublicReadOnly: [
    'ecr-public:BatchCheckLayerAvailability',
    'ecr-public:DescribeImages',
    'ecr-public:DescribeImageTags',
    'ecr-public:DescribeRegistries',
    'ecr-public:DescribeRepositories',
    'ecr-public:GetAuthorizationToken',
    'ecr-public:GetRegistryCatalogData',
    'ecr-public:GetRepositoryCatalogData',
    'ecr-public:GetRepositoryPolicy',
    'sts:GetServiceBearerToken',
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
  AmazonSSMPatchAssociation: [
    'ssm:DescribeEffectivePatchesForPatchBaseline',
    'ssm:DescribePatchBaselines',
    'ssm:GetPatchBaseline',
    'tag:GetResources',
  ],
  AmazonInspector2ManagedCisPolicy: [
    'inspector2:SendCisSessionHealth',
    'inspector2:SendCisSessionTelemetry',
    'inspector2:StartCisSession',
    'inspector2:StopCisSession',
  ],
  CloudWatchAgentServerPolicy: [
    'cloudwatch:PutMetricData',
    'ec2:DescribeTags',
    'ec2:DescribeVolumes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:PutRetentionPolicy',
    'ssm:GetParameter',
    'xray:GetSamplingRules',
    'xray:GetSamplingStatisticSummaries',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  AmazonSSMDirectoryServiceAccess: ['ds:CreateComputer', 'ds:DescribeDirectories'],
  /** Besides what SAGEMAKER_BUCKETS says. */
  AmazonSageMakerClusterInstanceRolePolicy: [
    'cloudwatch:PutMetricData',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
} as const satisfies Record<string, readonly string[]>;

type ManagedPolicy = keyof typeof MANAGED_POLICY_ACTIONS;

function allowedBy(...policies: readonly ManagedPolicy[]): readonly string[] {
  return policies.flatMap((policy) => MANAGED_POLICY_ACTIONS[policy]);
}

/**
 * Reading ECR is normal for nodes of every kind. Whether one may write to a pull-through cache is decided by the control
 * about ECR (5.1.3).
 */
const ECR: readonly string[] = [...ECR_READ_PATTERNS, IMPORT_UPSTREAM_IMAGE, ...PULL_THROUGH_CACHE_ACTIONS];

/**
 * The policy for clusters of the IPv6 family (https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html), and
 * taking addresses away again (https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/iam-policy.md).
 */
const IPV6_CNI_ACTIONS: readonly string[] = ['ec2:AssignIpv6Addresses', 'ec2:UnassignIpv6Addresses'];

/**
 * The buckets of AWS that the SSM Agent reads, in every Region; not others, for reading S3 is what pods have roles for:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-minimum-s3-permissions.html
 */
const SSM_BUCKETS = readingObjectsOf([
  'amazon-ssm-*',
  'aws-patch-manager-*',
  'aws-patchmanager-macos-*',
  'aws-ssm-*',
  'aws-windows-downloads-*',
  'patch-baseline-snapshot-*',
  '*-birdwatcher-prod',
]);

/**
 * The life cycle scripts of SageMaker HyperPod:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-AmazonSageMakerClusterInstanceRolePolicy.html
 */
const SAGEMAKER_BUCKETS: BaselineStatement = {
  actions: ['s3:GetObject', 's3:ListBucket'],
  resources: PARTITION_NAMES.map((partition) => `arn:${partition}:s3:::sagemaker-*`),
};

/**
 * An EC2 node, with the agents that AWS's guides put on it:
 * https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html,
 * https://docs.aws.amazon.com/inspector/latest/user/scanning-cis.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html
 */
const WORKER: readonly BaselineStatement[] = [
  {
    actions: [
      ...allowedBy(
        'AmazonEKSWorkerNodePolicy',
        'AmazonEKSWorkerNodeMinimalPolicy',
        'AmazonEKS_CNI_Policy',
        'AmazonElasticContainerRegistryPublicReadOnly',
        'AmazonSSMManagedInstanceCore',
        'AmazonSSMPatchAssociation',
        'AmazonInspector2ManagedCisPolicy',
        'CloudWatchAgentServerPolicy',
      ),
      ...IPV6_CNI_ACTIONS,
      ...ECR,
    ],
  },
  SSM_BUCKETS,
];

/** What the nodes of each kind need, with its source. */
export const NODE_BASELINES: Readonly<Record<NodeKind, readonly BaselineStatement[]>> = {
  worker: WORKER,
  /** Joining a directory for gMSA: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html */
  Windows: [...WORKER, { actions: allowedBy('AmazonSSMDirectoryServiceAccess') }],
  /** https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html */
  'Auto Mode': [{ actions: [...allowedBy('AmazonEKSWorkerNodeMinimalPolicy'), ...ECR] }],
  /**
   * AmazonEKSFargatePodExecutionRolePolicy is reading ECR. Writing logs to CloudWatch:
   * https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html
   */
  Fargate: [
    {
      actions: [
        ...ECR,
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
        'logs:PutRetentionPolicy',
      ],
    },
  ],
  /**
   * With SSM hybrid activations; IAM Roles Anywhere needs a part of it:
   * https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-creds.html
   */
  hybrid: [
    {
      actions: [
        'eks:DescribeCluster',
        'eks:ListAccessEntries',
        ...allowedBy('AmazonEKSWorkerNodeMinimalPolicy', 'AmazonSSMManagedInstanceCore'),
        'ssm:DeregisterManagedInstance',
        'ssm:DescribeInstanceInformation',
        ...ECR,
      ],
    },
    SSM_BUCKETS,
  ],
  /** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html */
  HyperPod: [
    {
      actions: [
        ...allowedBy(
          'AmazonSageMakerClusterInstanceRolePolicy',
          'AmazonEKSWorkerNodeMinimalPolicy',
          'AmazonEKS_CNI_Policy',
          'CloudWatchAgentServerPolicy',
        ),
        ...IPV6_CNI_ACTIONS,
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeVpcs',
        ...ECR,
      ],
    },
    SAGEMAKER_BUCKETS,
  ],
};

function readingObjectsOf(buckets: readonly string[]): BaselineStatement {
  const resources = PARTITION_NAMES.flatMap((partition) =>
    buckets.map((bucket) => `arn:${partition}:s3:::${bucket}/*`),
  );
  return { actions: ['s3:GetObject'], resources };
}
