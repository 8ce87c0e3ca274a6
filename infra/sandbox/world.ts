import { AccountBuilder } from './account-builder.ts';
import { checkGenerated } from './generated.ts';
import { regionsOf, type WorldPartition } from './regions.ts';
import type { AssumableRole } from './resources/iam.ts';
import type { AccountData, AccountStatus, SecurityHubOrganization, World } from './world-data.ts';
import { type AccountFile, worldSchema } from './world-schema.ts';

export type { AccountBuilder } from './account-builder.ts';
export type { AssumableRole } from './resources/iam.ts';
export type { AccountData, World } from './world-data.ts';

export interface OrganizationOptions {
  readonly id?: string;
  readonly partition?: WorldPartition;
  readonly managementAccountId?: string;
  readonly delegatedAdministrators?: readonly string[];
  readonly rootId?: string;
  readonly securityHub?: SecurityHubOrganization;
}

export interface AccountOptions {
  readonly name?: string;
  readonly email?: string;
  /** The root when left out; `null` for an account outside the organization. */
  readonly ou?: string | null;
  readonly status?: AccountStatus;
  /** One role `EksAuditorMember` when left out. */
  readonly roles?: readonly AssumableRole[];
  /** Every Region that is on by default, and no other, when left out. */
  readonly regions?: { readonly enabled?: readonly string[]; readonly optIn?: readonly string[] };
  /** Security Hub is on everywhere else. */
  readonly securityHub?: { readonly disabledRegions?: readonly string[] };
  readonly buckets?: readonly string[];
}

/** Describes an organization, account by account. */
export class OrganizationBuilder {
  readonly #world: World;

  constructor(options: OrganizationOptions) {
    const managementAccountId = options.managementAccountId ?? '111111111111';
    this.#world = {
      partition: options.partition ?? 'aws',
      organization: {
        id: options.id ?? 'o-exampleorg',
        managementAccountId,
        delegatedAdministrators: [...(options.delegatedAdministrators ?? [])],
        rootId: options.rootId ?? 'r-root',
        organizationalUnits: [],
        securityHub: { ...options.securityHub },
      },
      accounts: [],
    };
    this.#addAccount(managementAccountId, { name: 'management' });
    for (const id of options.delegatedAdministrators ?? []) {
      this.#addAccount(id, { name: 'security' });
    }
  }

  ou(id: string, { name, parent }: { readonly name?: string; readonly parent?: string } = {}): this {
    const { organizationalUnits, rootId } = this.#world.organization;
    organizationalUnits.push({ id, name: name ?? id, parent: parent ?? rootId });
    return this;
  }

  /** Replaces an account of that id, as the management account and delegated administrators have by default. */
  account(id: string, options: AccountOptions = {}, describe?: (account: AccountBuilder) => unknown): this {
    const account = this.#addAccount(id, options);
    describe?.(new AccountBuilder(this.#world.partition, account));
    return this;
  }

  build(): World {
    return structuredClone(this.#world);
  }

  #addAccount(id: string, options: AccountOptions): AccountData {
    const account = makeAccount(this.#world, id, options);
    const index = this.#world.accounts.findIndex((known) => known.id === id);
    if (index === -1) {
      this.#world.accounts.push(account);
    } else {
      this.#world.accounts[index] = account;
    }
    return account;
  }
}

/** Starts the description of an organization; the management account and the delegated administrators exist. */
export function anOrganization(options: OrganizationOptions = {}): OrganizationBuilder {
  return new OrganizationBuilder(options);
}

function makeAccount({ partition, organization }: World, id: string, options: AccountOptions): AccountData {
  const trusts = [organization.managementAccountId, ...organization.delegatedAdministrators];
  const roles = options.roles ?? [{ name: 'EksAuditorMember' }];
  return {
    id,
    name: options.name ?? `account-${id}`,
    email: options.email ?? `aws+${id}@example.com`,
    ou: options.ou === undefined ? organization.rootId : options.ou,
    status: options.status ?? 'ACTIVE',
    roles: roles.map((role) => ({ ...role, trusts: role.trusts ?? trusts })),
    regions: {
      enabled: [...(options.regions?.enabled ?? regionsOf(partition).byDefault)],
      optIn: [...(options.regions?.optIn ?? [])],
    },
    securityHub: { disabledRegions: [...(options.securityHub?.disabledRegions ?? [])] },
    clusters: [],
    kmsKeys: [],
    repositories: [],
    registries: [],
    iam: { users: [], groups: [], roles: [], policies: [], oidcProviders: [] },
    ec2: {
      instances: [],
      vpcs: [],
      subnets: [],
      routeTables: [],
      launchTemplates: [],
      networkInterfaces: [],
    },
    loadBalancers: [],
    classicLoadBalancers: [],
    buckets: [...(options.buckets ?? [])],
  };
}

/**
 * The world that a YAML or JSON document describes: the shape of `World`, with everything optional that the
 * builder has a default for. Keys are checked, also those of AWS's own shapes (a cluster's, a key's).
 *
 * @throws z.ZodError naming the path of what is unknown, missing, of the wrong type, or generated otherwise
 */
export function parseWorld(document: unknown): World {
  const { organization, accounts, partition } = worldSchema.parse(document);
  const builder = anOrganization({ ...organization, ...(partition && { partition }) });
  for (const { id, ...unit } of organization?.organizationalUnits ?? []) {
    builder.ou(id, unit);
  }
  for (const { id, ...account } of accounts ?? []) {
    builder.account(id, account, (described) => addResources(described, account));
  }
  const world = builder.build();
  checkGenerated(accounts ?? [], world);
  return world;
}

/** Clusters are added last: with them comes what they refer to and the account does not have. */
function addResources(account: AccountBuilder, file: Omit<AccountFile, 'id'>): void {
  addEach(file.kmsKeys, (spec) => account.kmsKey(spec));
  addEach(file.repositories, ({ repositoryName, ...spec }) => account.repository(repositoryName, spec));
  addEach(file.registries, (spec) => account.registry(spec));
  addIam(account, file.iam);
  addEc2(account, file.ec2);
  addEach(file.loadBalancers, ({ LoadBalancerName, ...spec }) =>
    account.loadBalancer(LoadBalancerName, spec),
  );
  addEach(file.classicLoadBalancers, ({ LoadBalancerName, ...spec }) =>
    account.classicLoadBalancer(LoadBalancerName, spec),
  );
  addEach(file.clusters, ({ name, ...spec }) => account.cluster(name, spec));
}

function addIam(account: AccountBuilder, iam: AccountFile['iam']): void {
  addEach(iam?.policies, ({ name, arn, ...spec }) =>
    account.policy(arn?.includes('::aws:') ? arn : (name ?? ''), spec),
  );
  addEach(iam?.users, ({ name, ...spec }) => account.user(name, spec));
  addEach(iam?.groups, ({ name, ...spec }) => account.group(name, spec));
  addEach(iam?.roles, ({ name, ...spec }) => account.role(name, spec));
  addEach(iam?.oidcProviders, ({ url, ...spec }) => account.oidcProvider(url, spec));
}

/** Route tables are added before VPCs, which come with a main one unless they have it. */
function addEc2(account: AccountBuilder, ec2: AccountFile['ec2']): void {
  addEach(ec2?.routeTables, ({ RouteTableId, ...spec }) => account.routeTable(RouteTableId, spec));
  addEach(ec2?.vpcs, ({ VpcId, ...spec }) => account.vpc(VpcId, spec));
  addEach(ec2?.subnets, ({ SubnetId, ...spec }) => account.subnet(SubnetId, spec));
  addEach(ec2?.launchTemplates, ({ id, ...spec }) => account.launchTemplate(id, spec));
  addEach(ec2?.instances, (spec) => account.instance(spec));
  addEach(ec2?.networkInterfaces, (spec) => account.networkInterface(spec));
}

function addEach<Item>(items: readonly Item[] | undefined, add: (item: Item) => unknown): void {
  for (const item of items ?? []) {
    add(item);
  }
}
