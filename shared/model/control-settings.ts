/** The types of log that an EKS control plane can write. https://docs.aws.amazon.com/eks/latest/APIReference/API_LogSetup.html */
export const LOG_TYPES = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;
export type LogType = (typeof LOG_TYPES)[number];

/** What the configuration decides for the controls (`settings`). */
export interface ControlSettings {
  /** endpoint-access: public ranges with more addresses than this are too broad. IPv6 is counted in /64 networks. */
  readonly maxPublicAddresses: number;
  /** iam-access: issuers, or names of identity provider configurations, that may authenticate users. */
  readonly allowedIdentityProviders: readonly string[];
  /** ecr-image-scanning: repositories scanned by someone else, by name patterns with `*`. */
  readonly thirdPartyScanners: readonly {
    readonly scanner: string;
    readonly repositories: readonly string[];
  }[];
  /** ecr-access: accounts outside the organization that may pull. */
  readonly trustedAccounts: readonly string[];
  /** ecr-access: other organizations whose accounts may pull, by id. */
  readonly trustedOrganizations: readonly string[];
  /** ecr-access: parts of other organizations whose accounts may pull: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`. */
  readonly trustedOrganizationalUnits: readonly string[];
  /** ecr-access: patterns of role names or ARNs that may write to ECR. */
  readonly ecrWriters: readonly string[];
  /** ecr-pull-only: pull-through cache writes of node roles are accepted. */
  readonly allowPullThroughCache: boolean;
  /** approved-registries: patterns of registries besides the organization's own, such as `ghcr.io/our-company/*`. */
  readonly approvedRegistries: readonly string[];
  /** approved-registries: the registries that AWS's own images come from are approved. */
  readonly approveAwsRegistries: boolean;
  /** network-policies: what enforces them in some clusters, by patterns of cluster names, for what Helm installed. */
  readonly networkPolicyEngines: readonly {
    readonly engine: string;
    readonly clusters: readonly string[];
  }[];
  /** dedicated-service-accounts: actions that node roles may have besides what their kind of node needs, with wildcards. */
  readonly nodeRoleBaseline: readonly string[];
  /** control-plane-logs: the types that must be on; by default what the version of the benchmark requires. */
  readonly requiredLogTypes?: readonly LogType[] | undefined;
  /** fargate: namespaces that must run on Fargate. */
  readonly untrustedNamespaces: readonly string[];
}
