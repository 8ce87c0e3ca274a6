import { BENCHMARKS, type ControlKey, numberOf, numbersOf } from '../model/benchmarks.ts';
import { numbered, type Recommendation } from './recommendations.ts';

/* Sections 2 and 5, the control plane and managed services: what AWS’s API tells, so what this auditor answers. */

function audited(
  control: ControlKey,
  title: string,
  evidence: string,
  comment: string,
): readonly Recommendation[] {
  // Those of other sections are listed there.
  const versions = BENCHMARKS.filter((version) => /^[25]/.test(numbersOf(control, version)[0] ?? ''));
  const numbers = Object.fromEntries(versions.map((version) => [version, numberOf(control, version)]));
  return [{ numbers, title, answeredBy: 'eks-auditor', control, evidence, comment }];
}

export const SERVICE_RECOMMENDATIONS: readonly Recommendation[] = [
  ...audited(
    'control-plane-logs',
    'The control plane writes logs',
    'Log types of the cluster (eks:DescribeCluster)',
    'Audit logs in 1.x; all five types in 2.0.0, or those of requiredLogTypes.',
  ),
  {
    numbers: numbered('2.1.2', ['1.7.0', '1.8.0']),
    title: 'Audit logs are kept and looked after',
    answeredBy: 'aws',
    evidence: 'CloudWatch Logs keeps what EKS sends: log group /aws/eks/<cluster>/cluster',
    comment: 'How long it is kept, and who reads it, are settings of that log group.',
  },
  ...audited(
    'ecr-image-scanning',
    'Images in ECR are scanned for vulnerabilities',
    'Scanning of registry and repositories (ecr:GetRegistryScanningConfiguration, ecr:BatchGetRepositoryScanningConfiguration)',
    'Of each Region’s registry. Scanners of others are not seen.',
  ),
  ...audited(
    'ecr-access',
    'Only those who need it have access to images in ECR',
    'Policies of registry and repositories, and of identities that can write (ecr:GetRepositoryPolicy, iam:GetAccountAuthorizationDetails)',
    'Of each Region’s registry and of each account.',
  ),
  ...audited(
    'ecr-pull-only',
    'Nodes can only read from ECR',
    'Permissions of the roles of nodes and of Fargate (iam:GetAccountAuthorizationDetails)',
    '',
  ),
  ...audited(
    'approved-registries',
    'Images come from approved registries only',
    'Pull-through cache rules (ecr:DescribePullThroughCacheRules), and the images of pods where Kubernetes may be read',
    'A warning without access to the Kubernetes API: which images run, AWS does not show.',
  ),
  ...audited(
    'dedicated-service-accounts',
    'Pods get AWS access through service accounts of their own',
    'Pod Identity associations, trust policies, roles and metadata options of nodes (eks:ListPodIdentityAssociations, iam:GetAccountAuthorizationDetails)',
    '',
  ),
  ...audited(
    'secrets-encryption',
    'Kubernetes secrets are encrypted with a key of your own in KMS',
    'Encryption of the cluster, and state and origin of the key (eks:DescribeCluster, kms:DescribeKey)',
    '',
  ),
  ...audited(
    'endpoint-access',
    'Only known networks reach the endpoint of the control plane',
    'Endpoint access and CIDR blocks of the cluster (eks:DescribeCluster)',
    '',
  ),
  ...audited(
    'private-endpoint',
    'The endpoint of the control plane is private',
    'Endpoint access of the cluster (eks:DescribeCluster)',
    '',
  ),
  ...audited(
    'private-nodes',
    'Nodes are private',
    'Addresses of nodes, their subnets and routes (ec2:DescribeInstances, ec2:DescribeRouteTables)',
    '',
  ),
  ...audited(
    'network-policies',
    'Network policies are enforced',
    'Configuration of the VPC CNI and the other add-ons (eks:DescribeAddon, eks:ListAddons)',
    'Whether namespaces have policies is 4.3.2. Engines that AWS does not show are named in networkPolicyEngines.',
  ),
  ...audited(
    'load-balancer-tls',
    'Load balancers encrypt with TLS',
    'Listeners of the clusters’ load balancers (elasticloadbalancing:DescribeListeners)',
    'A warning where TLS may end at the pod.',
  ),
  ...audited(
    'iam-access',
    'Kubernetes users are IAM roles, managed by access entries',
    'Authentication mode, access entries and identity providers (eks:DescribeAccessEntry, eks:DescribeIdentityProviderConfig)',
    'A warning in 1.x where the authentication mode is CONFIG_MAP.',
  ),
  ...audited(
    'fargate',
    'Untrusted workloads can run on Fargate',
    'Fargate profiles (eks:DescribeFargateProfile)',
    'To consider: which workloads are untrusted is for you to say.',
  ),
];
