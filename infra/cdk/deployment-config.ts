import { RegionInfo } from 'aws-cdk-lib/region-info';
import * as z from 'zod';
import { accountId, type Config, parseConfig } from '../../shared/config/config.ts';
import { ConfigError, describeIssue } from '../../shared/config/config-error.ts';
import { namedRegions } from '../../shared/config/named-regions.ts';
import { organizationalUnitId } from '../../shared/config/organizational-unit-id.ts';
import { consoleDomainOf, type Partition, partitionOf } from '../../shared/model/partition.ts';
import { alertProblems, alertsSchema } from './alerts-config.ts';
import { hardeningProblems, hardeningShape } from './hardening-config.ts';
import { longestGap, ScheduleError } from './schedule.ts';

/** The Regions that this release of the CDK knows. */
const REGIONS: ReadonlySet<string> = new Set(RegionInfo.regions.map(({ name }) => name));
const knownRegion = z.string().refine((code) => REGIONS.has(code), 'is not a Region of AWS');
const schedule = z.strictObject({
  expression: z
    .string()
    .default('cron(15 3 * * ? *)')
    .superRefine((expression, issue) => {
      try {
        longestGap(expression, new Date());
      } catch (error) {
        if (!(error instanceof ScheduleError)) throw error;
        issue.addIssue({ code: 'custom', message: `${expression}: ${error.message}` });
      }
    }),
  timezone: z
    .string()
    .refine(
      (zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
      'is not an IANA time zone',
    )
    .default('UTC'),
  /** A run starts at a random time within this many minutes after the scheduled time; 0: at the scheduled time. */
  flexibleMinutes: z.number().int().min(0).max(1440).default(15),
  enabled: z.boolean().default(true),
});

const memberRole = z.strictObject({
  /**
   * Where the StackSet is created: in the auditor's account, if it is a delegated administrator of CloudFormation
   * StackSets; in the management account; or nowhere, if the template is rolled out by other means.
   */
  deployFrom: z
    .enum(['delegated-administrator', 'management-account', 'elsewhere'])
    .default('delegated-administrator'),
  /** Roots or OUs whose accounts, present and future, get the role. */
  organizationalUnits: z.array(organizationalUnitId).default([]),
});

const onChange = z.strictObject({
  enabled: z.boolean().default(false),
  /** Where changes are observed; in `targets.regions` when empty. IAM's Region is always added. */
  regions: z.array(knownRegion).default([]),
});

const alarms = z.strictObject({
  /** A scheduled run that covers a smaller part of the accounts raises an alarm. */
  coverageBelowPercent: z.number().min(0).max(100).default(100),
});

/** Lambda's limits: https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const vpc = z.strictObject({
  subnets: z
    .array(
      z
        .string()
        .regex(/^subnet-[0-9a-f]{8,17}$/, 'must be the id of a subnet such as subnet-0a1b2c3d4e5f60718'),
    )
    .min(1)
    .max(16),
  securityGroups: z
    .array(
      z
        .string()
        .regex(/^sg-[0-9a-f]{8,17}$/, 'must be the id of a security group such as sg-0a1b2c3d4e5f60718'),
    )
    .min(1)
    .max(5),
});

const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const deploymentSchema = z.strictObject({
  /** The security account, where the auditor runs. */
  account: accountId,
  /** Where the auditor runs: the aggregation Region of Security Hub, where the events of all accounts arrive. */
  region: knownRegion,
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'must be the id of an organization such as o-a1b2c3d4e5'),
  /** Gets the member role from a stack of its own, because StackSets do not deploy to it. */
  managementAccount: accountId.optional(),
  memberRole: memberRole.prefault({}),
  schedule: schedule.prefault({}),
  onChange: onChange.prefault({}),
  alerts: alertsSchema.prefault({}),
  alarms: alarms.prefault({}),
  /** Where the audit function runs, to reach the private endpoints of clusters; both of one VPC in the auditor's account. */
  vpc: vpc.optional(),
  /** Accounts that are audited at the same time. */
  concurrentAccounts: z.number().int().min(1).max(1000).default(40),
  /** X-Ray traces of the functions and the state machine. */
  tracing: z.boolean().default(true),
  logRetentionDays: z.literal(LOG_RETENTION_DAYS).default(365),
  resultRetentionDays: z.number().int().min(1).max(3650).default(400),
  ...hardeningShape,
});
export type Deployment = z.infer<typeof deploymentSchema> & {
  readonly partition: Partition;
  /** The longest time between two scheduled runs. */
  readonly longestScheduleGapMs: number;
};

/** How the auditor is deployed, and what its functions are configured with. */
export interface DeployedConfig {
  readonly deployment: Deployment;
  readonly config: Config;
}

/** Checks a configuration that has a `deployment`. Throws ConfigError with everything that is wrong with it. */
export function parseDeploymentConfig(input: unknown, source: string): DeployedConfig {
  const { deployment: raw, ...rest } =
    typeof input === 'object' && input !== null ? ({ ...input } as Record<string, unknown>) : {};
  const parsed = deploymentSchema.safeParse(raw ?? {}, { reportInput: true });
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) =>
        describeIssue(
          { ...issue, path: ['deployment', ...issue.path] },
          z.object({ deployment: deploymentSchema }),
        ),
      );
  const config = parseOrCollect(rest, source, problems);
  if (!parsed.success || !config) throw new ConfigError(source, problems);
  const deployment: Deployment = {
    ...parsed.data,
    partition: partitionOf(parsed.data.region),
    longestScheduleGapMs: longestGap(parsed.data.schedule.expression, new Date()),
  };
  problems.push(...contradictions(deployment, config));
  if (problems.length > 0) throw new ConfigError(source, problems);
  return { deployment, config: { ...config, homeRegion: config.homeRegion ?? deployment.region } };
}

function parseOrCollect(input: unknown, source: string, problems: string[]): Config | undefined {
  try {
    return parseConfig(input, source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Values that are valid on their own, but not in combination. */
function contradictions(deployment: Deployment, config: Config): readonly string[] {
  const { targets } = config;
  const regions = [...targets.regions, ...deployment.onChange.regions];
  const units = deployment.memberRole.organizationalUnits;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      !targets.organization && targets.accounts.length === 0,
      'targets: set targets.organization: true or name targets.accounts; otherwise only the auditor’s own account would be audited',
    ],
    [
      deployment.memberRole.deployFrom !== 'elsewhere' && units.length === 0,
      'deployment.memberRole.organizationalUnits: name the OUs or the root (r-…) whose accounts get the role, or set deployment.memberRole.deployFrom: elsewhere',
    ],
    [
      deployment.memberRole.deployFrom === 'management-account' && !deployment.managementAccount,
      'deployment.managementAccount: is needed when the StackSet is created in it',
    ],
    [
      deployment.managementAccount === deployment.account,
      'deployment.managementAccount: must be another account than deployment.account',
    ],
    [
      deployment.onChange.enabled && regions.length === 0,
      'deployment.onChange.regions: name the Regions in which changes are observed, because targets.regions is empty',
    ],
  ];
  return [
    ...checks.filter(([isContradiction]) => isContradiction).map(([, problem]) => problem),
    ...alertProblems(deployment),
    ...hardeningProblems(deployment),
    ...unsupportedPartition(deployment),
    ...unknownRegions(config),
    ...regionsElsewhere(deployment, config),
  ];
}

/** The links of alerts need the console's address, which is not public in the isolated partitions. */
function unsupportedPartition({ region, partition }: Deployment): readonly string[] {
  if (consoleDomainOf(partition) !== undefined) return [];
  return [
    `deployment.region: ${region} is in the isolated partition ${partition}. Available: Regions of aws, aws-cn, aws-eusc and aws-us-gov`,
  ];
}

/** Regions that belong to another partition than that of the deployment. */
function regionsElsewhere(deployment: Deployment, config: Config): readonly string[] {
  const { region: own, partition } = deployment;
  const named = [
    ...namedRegions(config).map(({ path, region }) => ({ path: path.slice(0, 2).join('.'), region })),
    ...deployment.onChange.regions.map((region) => ({ path: 'deployment.onChange.regions', region })),
  ];
  return named
    .filter(({ region }) => partitionOf(region) !== partition)
    .map(
      ({ path, region }) =>
        `${path}: ${region} is in another partition (${partitionOf(region)}) than deployment.region, ${own} (${partition})`,
    );
}

function unknownRegions({ targets, homeRegion }: Config): readonly string[] {
  const named = [
    ...targets.regions.map((code) => ['targets.regions', code] as const),
    ...targets.excludeRegions.map((code) => ['targets.excludeRegions', code] as const),
    ...(homeRegion ? [['homeRegion', homeRegion] as const] : []),
  ];
  return named
    .filter(([, code]) => !REGIONS.has(code))
    .map(([path, code]) => `${path}: ${code} is not a Region of AWS`);
}
