import type { NodeHttpHandler } from '@smithy/node-http-handler';
import pLimit from 'p-limit';
import { type AwsAccount, awsAccount, type RequestOptions } from '../aws/account.ts';
import { assumedRole } from '../aws/credentials.ts';
import { assumeRole } from '../aws/operations/sts.ts';
import { awsReader, toReading } from '../aws/read.ts';
import { ownRegions } from '../aws/regions.ts';
import { type Collected, collectAccount } from '../collect/collect-account.ts';
import { collectors } from '../collect/index.ts';
import type { Config } from '../config/config.ts';
import { controls as allControls } from '../evaluate/controls/index.ts';
import { evaluate, selectControls } from '../evaluate/evaluate.ts';
import type { Control } from '../model/control.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { present, type Reading } from '../model/evidence.ts';
import { isReady } from '../model/inventory.ts';
import {
  type AccountResult,
  addChanges,
  type Gap,
  NO_CHANGES,
  type Plan,
  type Run,
  type Target,
  type TargetRegion,
  toGap,
} from '../model/run.ts';
import { selectRegions } from '../plan/select-regions.ts';
import { type Published, publishRegion } from '../publish/publish.ts';
import { coverageOf, resultNotCovered } from './coverage.ts';

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
  /** Whether another cluster may be begun; what is left is returned as `continue`. */
  readonly timeIsLeft: () => boolean;
}

/**
 * Audits one account: reads it, judges it, and, if the run publishes, updates its findings in Security Hub. Whatever AWS
 * answers, it returns a result: what could not be read is named in its coverage.
 */
export async function audit(
  run: Run,
  target: Target,
  dependencies: AuditDependencies,
): Promise<AccountResult> {
  const access = await accessTo(target, dependencies);
  if (access.state === 'unreadable') return resultNotCovered(target, toGap(access, { what: 'account' }));
  const aws = access.value;
  const { config, organization } = dependencies;
  const timed = aws.until(AbortSignal.timeout(config.limits.accountTimeoutMs));
  const regions = await regionsOf(target, timed, dependencies);
  if (regions.state === 'unreadable') return resultNotCovered(target, toGap(regions, { what: 'account' }));
  const controls = selectControls(allControls, config.benchmark, config.controls);
  const enabled = regions.value.filter(({ disabled }) => !disabled);
  const collected = await collect(timed, enabled, controls, dependencies);
  const evaluation = evaluate(collected.inventory, controls, {
    benchmark: config.benchmark,
    settings: config.settings,
    organization: { ...organization, accountIds: new Set(organization.accountIds) },
    homeRegion: homeRegion(dependencies),
  });
  const published = run.publish
    ? await publish(run, aws, controls, collected, evaluation, dependencies)
    : new Map<string, Published>();
  return {
    coverage: coverageOf({
      target,
      inventory: collected.inventory,
      disabledRegions: regions.value.filter(({ disabled }) => disabled).map(({ region }) => region),
      missingEvidence: evaluation.missingEvidence,
      unverified: evaluation.unverified,
      publishing: gapsOf(published),
    }),
    clusters: collected.inventory.regions.flatMap((region) =>
      region.clusters.filter(isReady).map(({ name }) => name),
    ),
    verdicts: evaluation.verdicts,
    changes: [...published.values()].map((outcome) => outcome.changes).reduce(addChanges, NO_CHANGES),
    ...(collected.remaining.length > 0 && { continue: { ...target, regions: collected.remaining } }),
  };
}

/** The auditor's own account needs no role; in every other one the role is assumed, once. */
async function accessTo(target: Target, dependencies: AuditDependencies): Promise<Reading<AwsAccount>> {
  const { caller, region, config, connections, requestOptions } = dependencies;
  if (target.accountId === caller.accountId) return present(caller);
  const credentials = assumedRole({ caller, region }, { ...target, role: config.role });
  const session = await toReading(assumeRole.action, credentials);
  if (session.state === 'unreadable') return session;
  return present(awsAccount(target, credentials, connections, requestOptions));
}

async function regionsOf(
  target: Target,
  aws: AwsAccount,
  { region, config }: AuditDependencies,
): Promise<Reading<readonly TargetRegion[]>> {
  if (target.regions !== undefined) return present(target.regions);
  const states = await ownRegions(aws, region);
  if (states.state === 'present') return present(selectRegions(states.value, config.targets));
  // Regions that were requested by name can be tried without a list of all.
  const { regions } = config.targets;
  return regions.length > 0 ? present(regions.map((name) => ({ region: name }))) : states;
}

function collect(
  aws: AwsAccount,
  regions: readonly TargetRegion[],
  controls: readonly Control[],
  { config, timeIsLeft }: AuditDependencies,
): Promise<Collected> {
  return collectAccount(aws, regions, {
    collectors,
    controls,
    clusterNames: config.targets.clusters,
    isRegistryAccount: config.targets.registryAccounts.includes(aws.accountId),
    allRegions: isWholeAccount(regions, config),
    limits: config.limits,
    timeIsLeft,
  });
}

/** A target of what there was no time for names clusters. */
function isWholeAccount(regions: readonly TargetRegion[], { targets }: Config): boolean {
  const isSelection = targets.regions.length + targets.excludeRegions.length > 0;
  return !isSelection && regions.every(({ clusters }) => clusters === undefined);
}

function homeRegion({ config, region }: AuditDependencies): string {
  return config.homeRegion ?? region;
}

/**
 * Publishes Region by Region: wherever clusters were listed, for they may be gone, and wherever something was judged,
 * such as the account as a whole in a home Region that was not audited itself: what had a verdict there may be gone.
 */
async function publish(
  run: Run,
  aws: AwsAccount,
  controls: readonly Control[],
  { inventory }: Collected,
  evaluation: Evaluation,
  dependencies: AuditDependencies,
): Promise<Map<string, Published>> {
  const clusterNames = new Map(inventory.regions.map((region) => [region.scope.region, region.clusterNames]));
  const listed = [...clusterNames].flatMap(([region, names]) => (names.state === 'present' ? [region] : []));
  const judged = [
    ...evaluation.verdicts.map((verdict) => verdict.scope.region),
    ...evaluation.completeSubjects.map((subject) => subject.region),
  ];
  const { config, now } = dependencies;
  const { productName, companyName, refreshAfterDays } = config.securityHub;
  const limit = pLimit(config.limits.concurrentRegions);
  const published = [...new Set([...listed, ...judged])].map((region) =>
    limit(async () => {
      const outcome = await publishRegion({
        securityHub: awsReader(aws, region),
        scope: { partition: aws.partition, accountId: aws.accountId, region },
        verdicts: evaluation.verdicts.filter((verdict) => verdict.scope.region === region),
        completeSubjects: evaluation.completeSubjects.filter((subject) => subject.region === region),
        controls,
        clusterNames: clusterNames.get(region) ?? NOT_LISTED,
        ...(config.targets.clusters.length > 0 && { onlyClusters: config.targets.clusters }),
        refreshAfterDays,
        context: { now: now(), version: run.version, benchmark: run.benchmark, productName, companyName },
      });
      return [region, outcome] as const;
    }),
  );
  return new Map(await Promise.all(published));
}

/** For a Region whose clusters were not requested. */
const NOT_LISTED: Reading<readonly string[]> = {
  state: 'unreadable',
  kind: 'failed',
  code: 'NotRequested',
  operation: 'eks:ListClusters',
  detail: 'The Region is not among those to audit.',
};

function gapsOf(published: ReadonlyMap<string, Published>): Map<string, Gap> {
  return new Map([...published].flatMap(([region, { gap }]) => (gap ? [[region, gap] as const] : [])));
}
