import type { Ec2Data } from './resources/ec2.ts';
import type { RegistryResource, RepositoryResource } from './resources/ecr.ts';
import type { ClusterResource } from './resources/eks.ts';
import type { ClassicLoadBalancerResource, LoadBalancerResource } from './resources/elb.ts';
import type { AssumableRole, IamData } from './resources/iam.ts';
import type { KmsKeyResource } from './resources/kms.ts';

/** Everything a sandbox starts from. Plain data that JSON and YAML can represent. */
export interface World {
  readonly partition: string;
  readonly organization: OrganizationData;
  readonly accounts: AccountData[];
}

interface OrganizationData {
  readonly id: string;
  readonly managementAccountId: string;
  /** Accounts other than the management account that may call Organizations. */
  readonly delegatedAdministrators: string[];
  readonly rootId: string;
  readonly organizationalUnits: OrganizationalUnitData[];
  readonly securityHub: SecurityHubOrganization;
}

interface OrganizationalUnitData {
  readonly id: string;
  readonly name: string;
  /** The root or another unit. */
  readonly parent: string;
}

/** Who reads the findings of other accounts. */
export interface SecurityHubOrganization {
  /** The account whose GetFindings also returns its members' findings. */
  readonly administrator?: string;
  /** The Region in which it returns those of every Region. */
  readonly aggregationRegion?: string;
  /** Which Regions are linked to it; all when left out. */
  readonly regionLinking?: RegionLinking;
}

export const regionLinkingModes = [
  'ALL_REGIONS',
  'ALL_REGIONS_EXCEPT_SPECIFIED',
  'SPECIFIED_REGIONS',
  'NO_REGIONS',
] as const;

interface RegionLinking {
  readonly mode: (typeof regionLinkingModes)[number];
  /** Those that are, or are not, linked; for the two modes that specify any. */
  readonly regions?: string[];
}

export const accountStatuses = ['ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE'] as const;
export type AccountStatus = (typeof accountStatuses)[number];

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
  repositories: RepositoryResource[];
  /** One per Region; a Region without one has a default registry. */
  registries: RegistryResource[];
  iam: IamData;
  ec2: Ec2Data;
  loadBalancers: LoadBalancerResource[];
  classicLoadBalancers: ClassicLoadBalancerResource[];
  /** Names of its S3 buckets. */
  buckets: string[];
}
