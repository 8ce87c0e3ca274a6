import { anOrganization, type OrganizationBuilder } from '../sandbox/world.ts';

export const SECURITY = '222222222222';
export const MEMBER = '333333333333';
export const REGION = 'eu-west-1';

const VPC = 'vpc-0000000000000000a';
const ADDONS = ['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'];
const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${MEMBER}:root` }, Action: 'ecr:BatchGetImage' },
  ],
};

/** An organization of the auditor's account and one member account. */
export function organizationOf(describe: Parameters<OrganizationBuilder['account']>[2]): OrganizationBuilder {
  return anOrganization({ delegatedAdministrators: [SECURITY] })
    .account(SECURITY, { name: 'security' })
    .account(MEMBER, { name: 'member' }, describe);
}

/** Clusters that differ by name only. */
export function clusters(count: number): OrganizationBuilder {
  return organizationOf((account) => {
    for (let index = 0; index < count; index += 1) account.cluster(`cluster-${index}`, { region: REGION });
  });
}

/** So many clusters in each of these Regions, with nodes, add-ons and access entries. */
export function clustersInRegions(regions: readonly string[], count: number): OrganizationBuilder {
  return organizationOf((account) => {
    for (const region of regions)
      for (let index = 0; index < count; index += 1)
        account.cluster(`cluster-${index}`, {
          region,
          addons: ADDONS,
          nodegroups: [{ nodegroupName: 'blue', nodeRole: `arn:aws:iam::${MEMBER}:role/node` }],
          accessEntries: [{ principalArn: `arn:aws:iam::${MEMBER}:role/admins` }],
        });
  });
}

/** A large Region: clusters with nodes, add-ons and access entries, repositories with policies, load balancers. */
export function largeRegion(size: {
  clusters: number;
  repositories: number;
  loadBalancers: number;
}): OrganizationBuilder {
  return organizationOf((account) => {
    addNetwork(account);
    for (let index = 0; index < size.clusters; index += 1) addCluster(account, `cluster-${index}`);
    for (let index = 0; index < size.repositories; index += 1) {
      account.repository(`team/service-${index}`, { region: REGION, policy: POLICY });
    }
    for (let index = 0; index < size.loadBalancers; index += 1) {
      account.loadBalancer(`lb-${index}`, {
        region: REGION,
        Type: 'application',
        tags: { 'elbv2.k8s.aws/cluster': `cluster-${index % size.clusters}` },
        listeners: [
          { Protocol: 'HTTP', Port: 80 },
          { Protocol: 'HTTPS', Port: 443, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
        ],
      });
    }
  });
}

type Account = Parameters<NonNullable<Parameters<OrganizationBuilder['account']>[2]>>[0];

function addNetwork(account: Account): void {
  account.vpc(VPC, { region: REGION });
  account.subnet('subnet-0a', { region: REGION, VpcId: VPC });
  account.routeTable('rtb-0a', { region: REGION, VpcId: VPC, main: true });
  account.role('node', {
    attached: [
      'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy',
      'arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy',
      'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly',
    ],
  });
}

function addCluster(account: Account, name: string): void {
  const nodeRole = `arn:aws:iam::${MEMBER}:role/node`;
  const entry = (role: string) => ({ principalArn: `arn:aws:iam::${MEMBER}:role/${role}` });
  account.cluster(name, {
    region: REGION,
    addons: ADDONS,
    nodegroups: ['blue', 'green'].map((nodegroupName) => ({
      nodegroupName,
      nodeRole,
      subnets: ['subnet-0a'],
    })),
    accessEntries: [entry('admins'), entry('developers'), { ...entry('node'), type: 'EC2_LINUX' }],
  });
  account.instance({
    region: REGION,
    InstanceId: `i-${name}`,
    SubnetId: 'subnet-0a',
    VpcId: VPC,
    Tags: [{ Key: `kubernetes.io/cluster/${name}`, Value: 'owned' }],
  });
}

/** An organization of so many accounts, of which none has a cluster. */
export function manyAccounts(count: number): OrganizationBuilder {
  let organization = organizationOf(undefined);
  for (let index = 2; index < count; index += 1)
    organization = organization.account(String(500_000_000_000 + index));
  return organization;
}

/** One account with clusters, repositories with policies, and roles, in one Region. */
export function largeAccount(size: { clusters: number; repositories: number; roles: number }) {
  return organizationOf((account) => {
    addNetwork(account);
    for (let index = 0; index < size.clusters; index += 1) addCluster(account, `cluster-${index}`);
    for (let index = 0; index < size.repositories; index += 1)
      account.repository(`team/service-${index}`, { region: REGION, policy: POLICY });
    for (let index = 1; index < size.roles; index += 1)
      account.role(`role-${index}`, { inline: { own: ROLE_POLICY } });
  });
}

const ROLE_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' }],
};

/** One account with repositories without policies, in one Region. */
export function manyRepositories(count: number): OrganizationBuilder {
  return organizationOf((account) => {
    for (let index = 0; index < count; index += 1)
      account.repository(`team/service-${index}`, { region: REGION });
  });
}
