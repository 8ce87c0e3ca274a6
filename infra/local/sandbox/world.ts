import { z } from 'zod';
import { regionsOf } from './regions.ts';
import type { Place } from './resources/context.ts';
import { type ClusterResource, type ClusterSpec, makeCluster } from './resources/eks.ts';
import { type KmsKeyResource, type KmsKeySpec, makeKmsKey } from './resources/kms.ts';

/** Everything a sandbox starts from. Plain data: it survives JSON and YAML. */
export interface World {
  readonly partition: string;
  readonly organization: OrganizationData;
  readonly accounts: AccountData[];
}

export interface OrganizationData {
  readonly id: string;
  readonly managementAccountId: string;
  /** Accounts that may call Organizations besides the management account. */
  readonly delegatedAdministrators: string[];
  readonly rootId: string;
  readonly organizationalUnits: OrganizationalUnitData[];
  readonly securityHub: SecurityHubOrganization;
}

export interface OrganizationalUnitData {
  readonly id: string;
  readonly name: string;
  /** The root or another unit. */
  readonly parent: string;
}

/** Who sees the findings of other accounts. */
export interface SecurityHubOrganization {
  /** The account whose GetFindings also returns its members' findings. */
  readonly administrator?: string;
  /** The Region in which it returns those of every Region. */
  readonly aggregationRegion?: string;
}

export const accountStatuses = ['ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE'] as const;
export type AccountStatus = (typeof accountStatuses)[number];

/** A role that somebody can assume. */
export interface AssumableRole {
  readonly name: string;
  /** AssumeRole must bring exactly this one. */
  readonly externalId?: string;
  /** Accounts or principal ARNs; without it the management account and the delegated administrators. */
  readonly trusts?: readonly string[];
  /** In seconds; 3,600 when left out. */
  readonly maxSessionDuration?: number;
}

export interface AccountData {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** The root or a unit; `null` for an account that belongs to no organization. */
  readonly ou: string | null;
  status: AccountStatus;
  roles: AssumableRole[];
  regions: { enabled: string[]; optIn: string[] };
  securityHub: { disabledRegions: string[] };
  clusters: ClusterResource[];
  kmsKeys: KmsKeyResource[];
  /** Names of its S3 buckets. */
  buckets: string[];
}

export interface OrganizationOptions {
  readonly id?: string;
  readonly partition?: 'aws' | 'aws-us-gov' | 'aws-cn';
  readonly managementAccountId?: string;
  readonly delegatedAdministrators?: readonly string[];
  readonly rootId?: string;
  readonly securityHub?: SecurityHubOrganization;
}

export interface AccountOptions {
  readonly name?: string;
  readonly email?: string;
  /** The root when left out; `null` keeps the account out of the organization. */
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

/** Adds resources to an account. Ids and ARNs that are left out are made up, the same every time. */
export class AccountBuilder {
  readonly #partition: string;
  readonly #account: AccountData;

  constructor(partition: string, account: AccountData) {
    this.#partition = partition;
    this.#account = account;
  }

  cluster(name: string, spec: ClusterSpec): this {
    this.#account.clusters.push(makeCluster(this.#place(spec.region), name, spec));
    return this;
  }

  kmsKey(spec: KmsKeySpec): this {
    this.#account.kmsKeys.push(makeKmsKey(this.#place(spec.region), spec, this.#account.kmsKeys.length));
    return this;
  }

  bucket(name: string): this {
    this.#account.buckets.push(name);
    return this;
  }

  #place(region: string): Place {
    return { partition: this.#partition, accountId: this.#account.id, region };
  }
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
    this.#member(managementAccountId, { name: 'management' });
    for (const id of options.delegatedAdministrators ?? []) {
      this.#member(id, { name: 'security' });
    }
  }

  ou(id: string, { name, parent }: { readonly name?: string; readonly parent?: string } = {}): this {
    const { organizationalUnits, rootId } = this.#world.organization;
    organizationalUnits.push({ id, name: name ?? id, parent: parent ?? rootId });
    return this;
  }

  /** Describing the management account or a delegated administrator replaces what it was by default. */
  account(id: string, options: AccountOptions = {}, describe?: (account: AccountBuilder) => unknown): this {
    const account = this.#member(id, options);
    describe?.(new AccountBuilder(this.#world.partition, account));
    return this;
  }

  build(): World {
    return structuredClone(this.#world);
  }

  #member(id: string, options: AccountOptions): AccountData {
    const account = makeAccount(this.#world, id, options);
    const known = this.#world.accounts.findIndex((each) => each.id === id);
    if (known === -1) {
      this.#world.accounts.push(account);
    } else {
      this.#world.accounts[known] = account;
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
    buckets: [...(options.buckets ?? [])],
  };
}

const accountId = z.string().regex(/^\d{12}$/, 'an account id has 12 digits');
const texts = z.array(z.string());
const regional = z.looseObject({ region: z.string() });
const named = regional.extend({ name: z.string() });

const accountSchema = z.strictObject({
  id: accountId,
  name: z.string().exactOptional(),
  email: z.string().exactOptional(),
  ou: z.string().nullable().exactOptional(),
  status: z.enum(accountStatuses).exactOptional(),
  roles: z
    .array(
      z.strictObject({
        name: z.string(),
        externalId: z.string().exactOptional(),
        trusts: texts.exactOptional(),
        maxSessionDuration: z.number().int().min(3600).max(43200).exactOptional(),
      }),
    )
    .exactOptional(),
  regions: z.strictObject({ enabled: texts.exactOptional(), optIn: texts.exactOptional() }).exactOptional(),
  securityHub: z.strictObject({ disabledRegions: texts.exactOptional() }).exactOptional(),
  buckets: texts.exactOptional(),
  clusters: z.array(named).exactOptional(),
  kmsKeys: z.array(regional).exactOptional(),
});

const worldSchema = z.strictObject({
  partition: z.enum(['aws', 'aws-us-gov', 'aws-cn']).exactOptional(),
  organization: z
    .strictObject({
      id: z.string().exactOptional(),
      managementAccountId: accountId.exactOptional(),
      delegatedAdministrators: z.array(accountId).exactOptional(),
      rootId: z.string().exactOptional(),
      organizationalUnits: z
        .array(
          z.strictObject({
            id: z.string(),
            name: z.string().exactOptional(),
            parent: z.string().exactOptional(),
          }),
        )
        .exactOptional(),
      securityHub: z
        .strictObject({
          administrator: accountId.exactOptional(),
          aggregationRegion: z.string().exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  accounts: z.array(accountSchema).exactOptional(),
});

/**
 * The world that a YAML or JSON document describes: the shape of `World`, with everything optional that the
 * builder has a default for. Fields of AWS's own shapes (a cluster's, a key's) are taken as they are.
 *
 * @throws z.ZodError naming the path of what is unknown, missing or of the wrong type
 */
export function parseWorld(document: unknown): World {
  const { organization, accounts, partition } = worldSchema.parse(document);
  const builder = anOrganization({ ...organization, ...(partition && { partition }) });
  for (const { id, ...unit } of organization?.organizationalUnits ?? []) {
    builder.ou(id, unit);
  }
  for (const { id, clusters, kmsKeys, ...options } of accounts ?? []) {
    builder.account(id, options, (account) => {
      for (const { name, ...spec } of clusters ?? []) {
        account.cluster(name, spec);
      }
      for (const spec of kmsKeys ?? []) {
        account.kmsKey(spec);
      }
    });
  }
  return builder.build();
}
