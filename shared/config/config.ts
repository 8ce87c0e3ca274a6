import * as z from 'zod';
import { ACCOUNT_ID } from '../model/arn.ts';
import {
  BENCHMARKS,
  CONTROL_KEYS,
  controlKeysOf,
  describeUnknownControl,
  findControlKey,
} from '../model/benchmarks.ts';
import { type ControlSettings, LOG_TYPES } from '../model/control-settings.ts';
import type { Exception } from '../model/exception.ts';
import { isOfUnknownPartition } from '../model/partition.ts';
import { record } from '../model/record.ts';
import { ConfigError, describeIssue } from './config-error.ts';
import { exceptionsSchema, withIds } from './exceptions.ts';
import { checkOnePartition } from './named-regions.ts';
import { organizationalUnitId } from './organizational-unit-id.ts';

export const accountId = z
  .string('must be an account id of 12 digits, in quotes')
  .regex(ACCOUNT_ID, 'must be an account id of 12 digits');
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html#access_policies_last-accessed-viewing-orgs-entity-path */
const organizationalUnitPath = z
  .string()
  .regex(
    /^o-[a-z0-9]{10,32}\/r-[0-9a-z]{4,32}(\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})*\/\*$/,
    'must be a path as in aws:PrincipalOrgPaths, from the organization to the OU and with * at the end, such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*',
  );
const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be a Region code such as eu-west-1')
  .refine((code) => !isOfUnknownPartition(code), {
    error: ({ input }) => `${input} is in an isolated partition that is not known`,
  });
export const controlKey = z.enum(CONTROL_KEYS, { error: ({ input }) => describeNoKey(String(input)) });
const name = z.string().trim().min(1);
const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);

const targets = z
  .strictObject({
    /** Audit the accounts of the organization. Otherwise `accounts`, or the caller's own account. */
    organization: z.boolean().default(false),
    /** With `organization`: only these of it. Without: exactly these. */
    accounts: list(accountId),
    excludeAccounts: list(accountId),
    /** Only accounts anywhere below these OUs or roots. */
    organizationalUnits: list(organizationalUnitId),
    /** Accounts anywhere below these are left out. */
    excludeOrganizationalUnits: list(organizationalUnitId),
    /** Only these Regions; by default every Region that is enabled in the account. */
    regions: list(region),
    excludeRegions: list(region),
    /** Only clusters of these names. */
    clusters: list(name),
    /** Accounts whose registries are judged although they have no cluster. */
    registryAccounts: list(accountId),
  })
  .superRefine((value, issue) => {
    for (const key of ['organizationalUnits', 'excludeOrganizationalUnits'] as const) {
      if (value[key].length > 0 && !value.organization) {
        issue.addIssue({
          code: 'custom',
          path: [key],
          message: 'is only possible with targets.organization: true',
        });
      }
    }
    for (const [included, excluded] of [
      ['accounts', 'excludeAccounts'],
      ['organizationalUnits', 'excludeOrganizationalUnits'],
      ['regions', 'excludeRegions'],
    ] as const) {
      const both = value[included].filter((item) => value[excluded].includes(item));
      if (both.length > 0) {
        issue.addIssue({
          code: 'custom',
          path: [excluded],
          message: `also names ${both.join(', ')} of ${included}`,
        });
      }
    }
  });

const roleName = z.string().regex(/^[\w+=,.@/-]{1,512}$/, "must be a role's name, not its ARN");

const role = z.strictObject({
  /** The role to assume in every account but the auditor's own; a path is allowed (`audit/EksAuditorMember`). */
  name: roleName.default('EksAuditorMember'),
  /** The role that gives it access to clusters (`kubernetes.access: managed`, `eks-auditor access`). */
  accessName: roleName.default('EksAuditorAccess'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1,224 of the characters A–Z a–z 0–9 _ + = , . @ : / -')
    .optional(),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 of the characters A–Z a–z 0–9 _ + = , . @ -')
    .default('eks-auditor'),
  sessionTags: record(z.string().min(1).max(128), z.string().max(256)).default({}),
});

/** What each field means is said in ControlSettings. */
const settings = z.strictObject({
  maxPublicAddresses: z.number().int().min(0).default(65_536),
  allowedIdentityProviders: list(name),
  thirdPartyScanners: list(z.strictObject({ scanner: name, repositories: z.array(name).min(1) })),
  trustedAccounts: list(accountId),
  trustedOrganizations: list(
    z.string().regex(/^o-[a-z0-9]{10,32}$/, "must be an organization's id such as o-a1b2c3d4e5"),
  ),
  trustedOrganizationalUnits: list(organizationalUnitPath),
  ecrWriters: list(name),
  allowPullThroughCache: z.boolean().default(false),
  approvedRegistries: list(name),
  approveAwsRegistries: z.boolean().default(true),
  networkPolicyEngines: list(z.strictObject({ engine: name, clusters: z.array(name).min(1) })),
  nodeRoleBaseline: list(z.string().regex(/^[\w-]+:[\w*?]+$/, 'must be an action such as s3:GetObject')),
  requiredLogTypes: z.array(z.enum(LOG_TYPES)).min(1).optional(),
  untrustedNamespaces: list(name),
}) satisfies z.ZodType<ControlSettings>;

/**
 * Namespaces of Kubernetes itself and of what EKS installs as add-ons, AWS's and the community's.
 * https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
 * https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html
 */
const SYSTEM_NAMESPACES = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'amazon-cloudwatch',
  'amazon-guardduty',
  'amazon-network-flow-monitor',
  'aws-observability',
  'aws-mountpoint-s3-csi-driver',
  'aws-privateca-issuer',
  'cert-manager',
  'external-dns',
  'fluent-bit',
  'kube-state-metrics',
  'mount-s3',
  'opentelemetry-operator-system',
  'prometheus-node-exporter',
];

const kubernetes = z.strictObject({
  /** Read the Kubernetes API of clusters as well. */
  enabled: z.boolean().default(false),
  /** Only of clusters of these names or ARNs, with `*`; all when empty. */
  clusters: list(name),
  /**
   * `existing`: with the access that the role has in each cluster. `managed`: an access entry is created where it has none, by
   * `role.accessName`.
   */
  access: z.enum(['existing', 'managed']).default('existing'),
  /** Left out where default service accounts and namespaces without policies are judged. */
  systemNamespaces: z.array(name).default(SYSTEM_NAMESPACES),
});

const limits = z.strictObject({
  /** Accounts at a time (command line only; the state machine has its own). */
  concurrentAccounts: z.number().int().min(1).max(100).default(10),
  /** Regions at a time, an account. */
  concurrentRegions: z.number().int().min(1).max(50).default(10),
  /** Clusters at a time, a Region. */
  concurrentClusters: z.number().int().min(1).max(100).default(10),
  /** Tries of one request, the first included. */
  maxAttempts: z.number().int().min(1).max(20).default(6),
  /** Milliseconds until the answer to a request begins, and from then on until it is complete. */
  requestTimeoutMs: z.number().int().min(100).max(300_000).default(30_000),
  /** Milliseconds that a request may take with all its tries and the waits between them. */
  callTimeoutMs: z.number().int().min(100).max(900_000).default(120_000),
  /** Milliseconds that reading one account may take: what is not read by then could not be read. */
  accountTimeoutMs: z.number().int().min(1_000).max(14_400_000).default(720_000),
});

const configSchema = z
  .strictObject({
    benchmark: z.enum(BENCHMARKS).default('1.5.0'),
    /** Where verdicts on whole accounts are published; by default the auditor's own Region. */
    homeRegion: region.optional(),
    targets: targets.prefault({}),
    role: role.prefault({}),
    controls: z
      .strictObject({
        /** Only these controls. */
        include: list(controlKey),
        exclude: list(controlKey),
      })
      .prefault({}),
    settings: settings.prefault({}),
    kubernetes: kubernetes.prefault({}),
    securityHub: z
      .strictObject({
        productName: name.max(128).default('EKS Auditor'),
        companyName: name.max(128).default('EKS Auditor'),
        /** Security Hub deletes findings that were not updated for 90 days. */
        refreshAfterDays: z.number().int().min(1).max(67).default(30),
      })
      .prefault({}),
    limits: limits.prefault({}),
    /** Failures and warnings that are accepted for a time. */
    exceptions: exceptionsSchema.default([]),
    /** How the auditor is deployed: checked when it is synthesized (infra/cdk/deployment-config.ts). */
    deployment: z.unknown().optional(),
  })
  .superRefine(checkOnePartition)
  .superRefine(({ role: { name: memberName, accessName } }, issue) => {
    if (lastPartOf(memberName) !== lastPartOf(accessName)) return;
    const message = 'must be another role than role.name, which reads accounts';
    issue.addIssue({ code: 'custom', path: ['role', 'accessName'], message });
  })
  .superRefine(({ exceptions, targets: { organization } }, issue) => {
    for (const [index, { organizationalUnits }] of exceptions.entries()) {
      if (organizationalUnits.length === 0 || organization) continue;
      const path = ['exceptions', index, 'organizationalUnits'];
      issue.addIssue({ code: 'custom', path, message: 'is only possible with targets.organization: true' });
    }
  })
  .superRefine(({ benchmark, controls }, issue) => {
    const available = controlKeysOf(benchmark);
    for (const field of ['include', 'exclude'] as const) {
      for (const [index, key] of controls[field].entries()) {
        if (available.includes(key)) continue;
        const message = describeUnknownControl(key, benchmark);
        issue.addIssue({ code: 'custom', path: ['controls', field, index], message });
      }
    }
    const selected = controls.include.length > 0 ? controls.include : available;
    if (selected.every((key) => controls.exclude.includes(key))) {
      issue.addIssue({ code: 'custom', path: ['controls', 'exclude'], message: 'leaves no control' });
    }
  });
export type Config = Omit<z.infer<typeof configSchema>, 'exceptions'> & {
  readonly exceptions: readonly Exception[];
};

/** Checks a whole configuration. `source` names it in errors. Throws ConfigError. */
export function parseConfig(input: unknown, source = 'configuration'): Config {
  const result = check(input ?? {}, source);
  if (result.success) return { ...result.data, exceptions: withIds(result.data.exceptions) };
  throw new ConfigError(
    source,
    result.error.issues.map((issue) => describeIssue(issue, configSchema)),
  );
}

function check(input: unknown, source: string): z.ZodSafeParseResult<z.infer<typeof configSchema>> {
  try {
    return configSchema.safeParse(input, { reportInput: true });
  } catch (error) {
    // Zod compares the length of whatever has one, which may be a mapping that is no number.
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError(source, ['is no configuration'], { cause: error });
  }
}

/** The names of an account's roles are unique whatever their paths. */
function lastPartOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

/** Says which key to use: a number means different controls in different versions. */
function describeNoKey(text: string): string {
  const meanings = BENCHMARKS.flatMap((benchmark) => findControlKey(text, benchmark) ?? []);
  const [key, ...others] = [...new Set(meanings)];
  if (key === undefined) return `must be a control: ${CONTROL_KEYS.join(', ')}`;
  const choice = [key, ...others].join(' or ');
  return `must be a key, because versions of the benchmark number controls differently: use ${choice}`;
}
