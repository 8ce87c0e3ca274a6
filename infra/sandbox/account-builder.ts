import type { Scope } from './resources/context.ts';
import {
  type InstanceSpec,
  type LaunchTemplateSpec,
  makeInstance,
  makeLaunchTemplate,
  makeMainRouteTable,
  makeNetworkInterface,
  makeRouteTable,
  makeSubnet,
  makeVpc,
  type NetworkInterfaceSpec,
  type RouteTableResource,
  type RouteTableSpec,
  type SubnetSpec,
  type VpcSpec,
} from './resources/ec2.ts';
import { makeRegistry, makeRepository, type RegistrySpec, type RepositorySpec } from './resources/ecr.ts';
import { type ClusterResource, type ClusterSpec, makeCluster } from './resources/eks.ts';
import {
  type ClassicLoadBalancerSpec,
  type LoadBalancerSpec,
  makeClassicLoadBalancer,
  makeLoadBalancer,
} from './resources/elb.ts';
import {
  type GroupSpec,
  makeGroup,
  makeOidcProvider,
  makePolicy,
  makeRole,
  makeUser,
  type OidcProviderSpec,
  type PolicySpec,
  type RoleSpec,
  trustOfService,
  type UserSpec,
} from './resources/iam.ts';
import { type KmsKeySpec, makeKmsKey } from './resources/kms.ts';
import type { AccountData } from './world-data.ts';

/** Adds resources to an account. Ids and ARNs that are left out are generated, the same every time. */
export class AccountBuilder {
  readonly #partition: string;
  readonly #account: AccountData;

  constructor(partition: string, account: AccountData) {
    this.#partition = partition;
    this.#account = account;
  }

  /**
   * Also adds what the cluster refers to and the account does not have: its default roles, its VPC
   * with a main route table through a NAT gateway, and private subnets.
   */
  cluster(name: string, spec: ClusterSpec): this {
    const scope = this.#scope(spec.region);
    const cluster = makeCluster(scope, name, spec);
    this.#account.clusters.push(cluster);
    this.#addMissingRoles(cluster);
    this.#addMissingNetwork(cluster, scope);
    return this;
  }

  kmsKey(spec: KmsKeySpec): this {
    this.#account.kmsKeys.push(makeKmsKey(this.#scope(spec.region), spec, this.#account.kmsKeys.length));
    return this;
  }

  repository(name: string, spec: RepositorySpec): this {
    this.#account.repositories.push(makeRepository(this.#scope(spec.region), name, spec));
    return this;
  }

  /** Replaces the registry of that Region. */
  registry(spec: RegistrySpec): this {
    const registry = makeRegistry(this.#scope(spec.region), spec);
    this.#account.registries = withItem(this.#account.registries, registry, ({ region }) => region);
    return this;
  }

  /** Replaces a role of that name. */
  role(name: string, spec: RoleSpec = {}): this {
    const { iam } = this.#account;
    iam.roles = withItem(iam.roles, makeRole(this.#global, name, spec), nameOf);
    return this;
  }

  user(name: string, spec: UserSpec = {}): this {
    const { iam } = this.#account;
    iam.users = withItem(iam.users, makeUser(this.#global, name, spec), nameOf);
    return this;
  }

  group(name: string, spec: GroupSpec = {}): this {
    const { iam } = this.#account;
    iam.groups = withItem(iam.groups, makeGroup(this.#global, name, spec), nameOf);
    return this;
  }

  /** A customer managed policy, or an AWS managed one that the sandbox does not have, named by its ARN. */
  policy(name: string, spec: PolicySpec): this {
    const { iam } = this.#account;
    iam.policies = withItem(iam.policies, makePolicy(this.#global, name, spec), ({ arn }) => arn);
    return this;
  }

  /** An IAM OIDC provider for an issuer, with or without `https://`. */
  oidcProvider(issuer: string, spec: OidcProviderSpec = {}): this {
    this.#account.iam.oidcProviders.push(makeOidcProvider(this.#global, issuer, spec));
    return this;
  }

  instance(spec: InstanceSpec): this {
    const { instances } = this.#account.ec2;
    instances.push(makeInstance(this.#scope(spec.region), spec, instances.length));
    return this;
  }

  /** Also adds a main route table with the local route only, unless the VPC has one. */
  vpc(id: string, spec: VpcSpec): this {
    const { ec2 } = this.#account;
    const scope = this.#scope(spec.region);
    ec2.vpcs = withItem(ec2.vpcs, makeVpc(scope, id, spec), ({ VpcId }) => VpcId);
    if (spec.mainRouteTable !== false && !ec2.routeTables.some((table) => isMainOf(table, id))) {
      ec2.routeTables.push(makeMainRouteTable(scope, id, false));
    }
    return this;
  }

  /** Replaces a subnet of that id. */
  subnet(id: string, spec: SubnetSpec): this {
    const { ec2 } = this.#account;
    ec2.subnets = withItem(
      ec2.subnets,
      makeSubnet(this.#scope(spec.region), id, spec),
      ({ SubnetId }) => SubnetId,
    );
    return this;
  }

  /** A main one replaces the main route table of its VPC. */
  routeTable(id: string, spec: RouteTableSpec): this {
    const { ec2 } = this.#account;
    const table = makeRouteTable(this.#scope(spec.region), id, spec);
    const others = isMainOf(table, table.VpcId)
      ? ec2.routeTables.filter((routeTable) => !isMainOf(routeTable, table.VpcId))
      : ec2.routeTables;
    ec2.routeTables = withItem(others, table, ({ RouteTableId }) => RouteTableId);
    return this;
  }

  launchTemplate(id: string, spec: LaunchTemplateSpec): this {
    this.#account.ec2.launchTemplates.push(makeLaunchTemplate(id, spec));
    return this;
  }

  networkInterface(spec: NetworkInterfaceSpec): this {
    const { networkInterfaces } = this.#account.ec2;
    networkInterfaces.push(makeNetworkInterface(this.#scope(spec.region), spec, networkInterfaces.length));
    return this;
  }

  loadBalancer(name: string, spec: LoadBalancerSpec): this {
    this.#account.loadBalancers.push(makeLoadBalancer(this.#scope(spec.region), name, spec));
    return this;
  }

  classicLoadBalancer(name: string, spec: ClassicLoadBalancerSpec): this {
    this.#account.classicLoadBalancers.push(makeClassicLoadBalancer(this.#scope(spec.region), name, spec));
    return this;
  }

  bucket(name: string): this {
    this.#account.buckets.push(name);
    return this;
  }

  get #global(): Scope {
    return this.#scope('');
  }

  #scope(region: string): Scope {
    return { partition: this.#partition, accountId: this.#account.id, region };
  }

  #addMissingRoles(cluster: ClusterResource): void {
    const arns = [
      cluster.roleArn,
      ...cluster.nodegroups.map(({ nodeRole }) => nodeRole),
      ...cluster.fargateProfiles.map(({ podExecutionRoleArn }) => podExecutionRoleArn),
      ...cluster.podIdentityAssociations.map(({ roleArn }) => roleArn),
    ];
    for (const [suffix, spec] of Object.entries(clusterRoles)) {
      const name = `${cluster.name}-${suffix}`;
      const isUsed = arns.some((arn) => arn?.endsWith(`:${this.#account.id}:role/${name}`));
      if (isUsed && !this.#account.iam.roles.some((role) => role.name === name)) {
        this.role(name, spec);
      }
    }
  }

  #addMissingNetwork(cluster: ClusterResource, scope: Scope): void {
    const { ec2 } = this.#account;
    const { region } = scope;
    const { vpcId, subnetIds } = cluster.resourcesVpcConfig ?? {};
    if (vpcId && !ec2.vpcs.some(({ VpcId }) => VpcId === vpcId)) {
      ec2.vpcs.push(makeVpc(scope, vpcId, { region }));
      ec2.routeTables.push(makeMainRouteTable(scope, vpcId, true));
    }
    const parts = [...cluster.nodegroups, ...cluster.fargateProfiles].flatMap(({ subnets }) => subnets ?? []);
    for (const id of new Set([...(subnetIds ?? []), ...parts])) {
      if (vpcId && !ec2.subnets.some(({ SubnetId }) => SubnetId === id)) {
        this.subnet(id, { region, VpcId: vpcId });
      }
    }
  }
}

/** The default roles of a cluster, by what follows its name in theirs. */
const clusterRoles: Readonly<Record<string, RoleSpec>> = {
  cluster: { attached: ['AWS/AmazonEKSClusterPolicy'], trust: trustOfService('eks.amazonaws.com') },
  node: {
    attached: [
      'AWS/AmazonEKSWorkerNodePolicy',
      'AWS/AmazonEC2ContainerRegistryReadOnly',
      'AWS/AmazonEKS_CNI_Policy',
    ],
  },
  fargate: {
    attached: ['AWS/AmazonEKSFargatePodExecutionRolePolicy'],
    trust: trustOfService('eks-fargate-pods.amazonaws.com'),
  },
  pod: { attached: ['AWS/AmazonS3ReadOnlyAccess'], trust: trustOfService('pods.eks.amazonaws.com') },
};

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** The list with `item` instead of the item with the same key, or at the end. */
function withItem<Item>(list: readonly Item[], item: Item, keyOf: (item: Item) => string): Item[] {
  const index = list.findIndex((existing) => keyOf(existing) === keyOf(item));
  return index === -1 ? [...list, item] : list.with(index, item);
}

function isMainOf(table: RouteTableResource, vpcId: string | null | undefined): boolean {
  return table.VpcId === vpcId && table.Associations?.some(({ Main }) => Main) === true;
}
