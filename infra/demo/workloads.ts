import type { AccountBuilder } from '../sandbox/world.ts';

/** The nodes, roles, networks, repositories and load balancers of the demo's clusters. */

const NODE_POLICIES = [
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKS_CNI_Policy',
  'AmazonEC2ContainerRegistryReadOnly',
];

function managedPolicyArns(names: readonly string[]): string[] {
  return names.map((name) => `arn:aws:iam::aws:policy/${name}`);
}

/** A node role with the policies that AWS recommends and additional ones. */
export function nodeRole(account: AccountBuilder, name: string, additional: readonly string[] = []): void {
  account.role(name, {
    attached: managedPolicyArns([...NODE_POLICIES, ...additional]),
    instanceProfiles: [name],
  });
}

/** A VPC with one subnet whose default route leads to a NAT gateway or, if it is public, to an internet gateway. */
export function network(account: AccountBuilder, region: string, name: string, isPublic: boolean): void {
  const toInternet = { DestinationCidrBlock: '0.0.0.0/0', State: 'active' as const };
  const route = isPublic ? { ...toInternet, GatewayId: 'igw-0a' } : { ...toInternet, NatGatewayId: 'nat-0a' };
  account
    .vpc(`vpc-${name}`, { region })
    .subnet(`subnet-${name}`, { region, VpcId: `vpc-${name}`, MapPublicIpOnLaunch: isPublic })
    .routeTable(`rtb-${name}`, { region, VpcId: `vpc-${name}`, main: true, Routes: [route] });
}

/** One node of a cluster, in the subnet of the cluster's network. */
export function node(account: AccountBuilder, region: string, cluster: string, publicAddress?: string): void {
  account.instance({
    region,
    InstanceId: `i-${cluster}`,
    SubnetId: `subnet-${cluster}`,
    VpcId: `vpc-${cluster}`,
    ...(publicAddress && { PublicIpAddress: publicAddress }),
    tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' },
  });
}

/** A node group in the subnet of the cluster's network. */
export function nodegroup(accountId: string, cluster: string, role: string) {
  return {
    nodegroupName: 'workers',
    nodeRole: `arn:aws:iam::${accountId}:role/${role}`,
    subnets: [`subnet-${cluster}`],
  };
}

export function loadBalancer(
  account: AccountBuilder,
  region: string,
  cluster: string,
  isEncrypted: boolean,
): void {
  const https = { Protocol: 'HTTPS' as const, Port: 443, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' };
  account.loadBalancer(`${cluster}-web`, {
    region,
    Type: 'application',
    Scheme: 'internet-facing',
    tags: { 'elbv2.k8s.aws/cluster': cluster },
    listeners: [isEncrypted ? https : { Protocol: 'HTTP', Port: 80 }],
  });
}

/** A repository policy that allows every principal to pull. */
export const PUBLIC_PULL_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] },
  ],
};
