import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { type AwsAccount, awsAccount, type RequestOptions } from '../aws/account.ts';
import { assumedRole, roleArn } from '../aws/credentials.ts';
import { assumeRole } from '../aws/operations/sts.ts';
import { toReading } from '../aws/read.ts';
import { ownRegions } from '../aws/regions.ts';
import { collectAccount } from '../collect/collect-account.ts';
import { collectors } from '../collect/index.ts';
import type { AccessGrants } from '../collect/kubernetes/access.ts';
import type { Needs } from '../collect/needed-facts.ts';
import type { Config } from '../config/config.ts';
import { controls as allControls } from '../evaluate/controls/index.ts';
import { matchesAny } from '../evaluate/patterns/pattern.ts';
import { selectControls } from '../evaluate/select-controls.ts';
import type { Control } from '../model/control.ts';
import { present, type Reading } from '../model/evidence.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Notice, Plan, Target, TargetRegion } from '../model/run.ts';
import { regionNotices } from '../plan/reading-notices.ts';
import { selectRegions } from '../plan/select-regions.ts';

/** What an audit depends on. */
export interface AuditDependencies {
  /** Access to the auditor's own account. */
  readonly caller: AwsAccount;
  /** The Region the auditor runs in. */
  readonly region: string;
  readonly connections: NodeHttpHandler;
  readonly requestOptions: RequestOptions;
  readonly config: Config;
  readonly organization: Plan['organization'];
  readonly now: () => Date;
  /** Keeps what is read: then it is what the controls of all versions need. */
  readonly inventory?: InventorySink;
  /** Who needs what is read, where it is not the selected controls. */
  readonly needs?: readonly Needs[];
}

/** What was read of one account, or why nothing was. */
export interface ReadAccount {
  readonly target: Target;
  /** When it was begun, ISO 8601, UTC. */
  readonly startedAt: string;
  readonly reading: Reading<AccountReading>;
}

/** Keeps what an audit reads, for another evaluation. */
export interface InventorySink {
  /** Told what is audited, and in which Region the auditor runs. */
  begin(plan: Plan, region: string): Promise<void>;
  /** Told of each account as it was read. */
  account(read: ReadAccount): Promise<void>;
}

/** What was read of an account: all that it takes to judge it, and to go on reading. */
export interface AccountReading {
  /** Those to audit, the disabled ones included. */
  readonly regions: readonly TargetRegion[];
  readonly inventory: Inventory;
  /** What people should know of how it was read; absent when there is nothing. */
  readonly notices?: readonly Notice[];
}

/** Access to the account of a target, or why there is none. The auditor's own needs no role; in every other one it is assumed. */
export async function accessTo(
  target: Target,
  { caller, region, config, connections, requestOptions }: AuditDependencies,
): Promise<Reading<AwsAccount>> {
  if (target.accountId === caller.accountId) return present(caller);
  const credentials = assumedRole({ caller, region }, { ...target, role: config.role });
  const session = await toReading(assumeRole.action, credentials);
  if (session.state === 'unreadable') return session;
  return present(awsAccount(target, credentials, connections, requestOptions));
}

/**
 * Reads what the selected controls need of an account. `aws` may end before all is read: then what there was no time for is
 * unreadable, and another call, with what was read as `before`, reads the rest.
 */
export async function readAccount(
  target: Target,
  aws: AwsAccount,
  dependencies: AuditDependencies,
  before?: AccountReading,
): Promise<Reading<AccountReading>> {
  const told = before ? present(before) : await regionsOf(target, aws, dependencies);
  if (told.state === 'unreadable') return told;
  const { regions, notices } = told.value;
  const { config, now } = dependencies;
  const enabled = regions.flatMap(({ region, disabled }) => (disabled ? [] : [region]));
  const inventory = await collectAccount(aws, enabled, {
    collectors,
    controls: dependencies.needs ?? (dependencies.inventory ? allControls : controlsOf(config)),
    clusterNames: config.targets.clusters,
    isRegistryAccount: config.targets.registryAccounts.includes(aws.accountId),
    allRegions:
      target.regions === undefined &&
      config.targets.regions.length + config.targets.excludeRegions.length === 0,
    limits: config.limits,
    now,
    ...(config.kubernetes.enabled && {
      readsKubernetesOf: isSelected(config.kubernetes.clusters),
      ...grantsOf(target, dependencies, before),
    }),
    ...(before && { before: before.inventory }),
  });
  return present({ regions, inventory, ...(notices && { notices }) });
}

/** Reads an account for as long as the configuration allows, and `signal` is not aborted. */
export async function readAccountInTime(
  target: Target,
  access: Reading<AwsAccount>,
  dependencies: AuditDependencies,
  signal: AbortSignal | undefined,
): Promise<Reading<AccountReading>> {
  if (access.state === 'unreadable') return access;
  const timeout = AbortSignal.timeout(dependencies.config.limits.accountTimeoutMs);
  const aws = access.value.until(signal ? AbortSignal.any([signal, timeout]) : timeout);
  return readAccount(target, aws, dependencies);
}

/** Who gives access to clusters. Nobody does in the auditor's own account, where no role is assumed. */
function grantsOf(
  target: Target,
  dependencies: AuditDependencies,
  before: AccountReading | undefined,
): { readonly grants?: AccessGrants } {
  const { caller, config } = dependencies;
  if (config.kubernetes.access !== 'managed' || target.accountId === caller.accountId) return {};
  const clusters = before?.inventory.regions.flatMap((region) => region.clusters) ?? [];
  return {
    grants: {
      principalArn: roleArn({ ...target, role: config.role }),
      granter: accessRole(target, dependencies),
      granted: new Set(clusters.flatMap(({ arn, accessGranted }) => (accessGranted ? [arn] : []))),
    },
  };
}

/** The account with the role that gives access to its clusters; it is assumed by the first request. */
export function accessRole(target: Target, dependencies: AuditDependencies): AwsAccount {
  const { caller, region, config, connections, requestOptions } = dependencies;
  const role = { ...config.role, name: config.role.accessName };
  const credentials = assumedRole({ caller, region }, { ...target, role });
  return awsAccount(target, credentials, connections, requestOptions);
}

/** Whether a cluster is one of these, by its name or ARN; all when there are none. */
export function isSelected(clusters: readonly string[]) {
  return ({ name, arn }: { readonly name: string; readonly arn: string }) =>
    clusters.length === 0 || matchesAny(clusters, name, arn);
}

/** The controls that a configuration selects. */
export function controlsOf({ benchmark, controls }: Config): readonly Control[] {
  return selectControls(allControls, benchmark, controls);
}

async function regionsOf(
  target: Target,
  aws: AwsAccount,
  { region, config }: AuditDependencies,
): Promise<Reading<Pick<AccountReading, 'regions' | 'notices'>>> {
  if (target.regions !== undefined) return present({ regions: target.regions });
  const { states, refused } = await ownRegions(aws, region);
  const { regions: named } = config.targets;
  // Regions that were requested by name can be tried without a list of all.
  if (states.state === 'unreadable' && named.length === 0) return states;
  const regions =
    states.state === 'present'
      ? selectRegions(states.value, config.targets)
      : named.map((name) => ({ region: name }));
  const notices = regionNotices(refused, { accountId: aws.accountId, region });
  return present({ regions, ...(notices.length > 0 && { notices }) });
}
