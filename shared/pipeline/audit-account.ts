import type { Config } from '../config/config.ts';
import { evaluateInSteps } from '../evaluate/evaluate.ts';
import { withExceptions } from '../evaluate/exceptions.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Reading } from '../model/evidence.ts';
import { isReady } from '../model/inventory.ts';
import { type AccountResult, addChanges, NO_CHANGES, type Run, type Target, toGap } from '../model/run.ts';
import type { Published } from '../publish/publish.ts';
import { accessNotices } from './access-notices.ts';
import { coverageOf, resultNotCovered } from './coverage.ts';
import { type Ends, inTurns } from './in-turns.ts';
import { withNeededFacts } from './needed-facts.ts';
import { type PublishedRegions, publishAccount } from './publish-account.ts';
import {
  type AccountReading,
  type AuditDependencies,
  accessTo,
  controlsOf,
  readAccountInTime,
} from './read-account.ts';

/**
 * Audits one account at a stretch: reads it, judges it, and, if the run publishes, updates its findings in Security Hub.
 * Whatever AWS answers, it returns a result: what could not be read is named in its coverage. Rejects with the reason of
 * `signal` when it is aborted.
 */
export async function audit(
  run: Run,
  target: Target,
  dependencies: AuditDependencies,
  signal?: AbortSignal,
): Promise<AccountResult> {
  const startedAt = dependencies.now();
  const access = await accessTo(target, dependencies);
  const reading = await readAccountInTime(target, access, dependencies, signal);
  signal?.throwIfAborted();
  await dependencies.inventory?.account({ target, startedAt: startedAt.toISOString(), reading });
  if (access.state === 'unreadable') return resultNotCovered(target, toGap(access, { what: 'account' }));
  if (reading.state === 'unreadable') return resultNotCovered(target, toGap(reading, { what: 'account' }));
  const needed = neededOf(reading.value, dependencies);
  const deadline = AbortSignal.timeout(dependencies.config.limits.accountTimeoutMs);
  const judged = await judgeAccount(needed, dependencies, startedAt, { signal, deadline });
  if (judged.state === 'unreadable') return resultNotCovered(target, toGap(judged, { what: 'account' }));
  const evaluation = exceptVerdicts(judged.value, { run, target }, dependencies.config);
  const publisher = signal ? access.value.until(signal) : access.value;
  const published = run.publish
    ? await publishAccount(run, publisher, needed.inventory, evaluation, dependencies)
    : NOT_PUBLISHED;
  signal?.throwIfAborted();
  return accountResult(target, needed, evaluation, published);
}

/** What the selected controls need, where more was read. */
function neededOf(
  reading: AccountReading,
  { config, inventory }: Pick<AuditDependencies, 'config' | 'inventory'>,
): AccountReading {
  if (inventory === undefined) return reading;
  return { ...reading, inventory: withNeededFacts(reading.inventory, controlsOf(config)) };
}

/** Of a run that does not publish, and before it does. */
export const NOT_PUBLISHED: PublishedRegions = new Map();

type JudgeDependencies = Pick<AuditDependencies, 'config' | 'organization' | 'region' | 'now'>;

/**
 * Judges what was read of an account since `startedAt`, which is the time of what there was no time to read. Unreadable when
 * there is no time to judge it.
 */
export function judgeAccount(
  { inventory }: AccountReading,
  { config, organization, region, now }: JudgeDependencies,
  startedAt: Date = now(),
  ends: Ends = {},
): Promise<Reading<Evaluation>> {
  const steps = evaluateInSteps(inventory, controlsOf(config), {
    benchmark: config.benchmark,
    settings: config.settings,
    systemNamespaces: config.kubernetes.systemNamespaces,
    organization: { ...organization, accountIds: new Set(organization.accountIds) },
    homeRegion: config.homeRegion ?? region,
    startedAt: startedAt.toISOString(),
  });
  return inTurns('judging', steps, ends);
}

/** The verdicts with the exceptions that cover them on the day of the run. */
export function exceptVerdicts(
  evaluation: Evaluation,
  { run, target }: { readonly run: Pick<Run, 'startedAt'>; readonly target: Target },
  { exceptions }: Pick<Config, 'exceptions'>,
): Evaluation {
  const { organizationalUnits } = target;
  const day = run.startedAt.slice(0, 10);
  const context = { exceptions, day, ...(organizationalUnits && { organizationalUnits }) };
  return { ...evaluation, verdicts: withExceptions(evaluation.verdicts, context) };
}

/** The result of the audit of an account. */
export function accountResult(
  target: Target,
  { regions, inventory, notices: ofReading = [] }: AccountReading,
  { verdicts, missingEvidence, unverified }: Evaluation,
  published: ReadonlyMap<string, Pick<Published, 'changes' | 'gap' | 'notices'>>,
): AccountResult {
  const ofPublishing = [...published.values()].flatMap((one) => one.notices);
  const notices = [...ofReading, ...accessNotices(inventory), ...ofPublishing];
  const publishing = new Map([...published].flatMap(([region, { gap }]) => (gap ? [[region, gap]] : [])));
  const disabledRegions = regions.filter(({ disabled }) => disabled).map(({ region }) => region);
  return {
    coverage: coverageOf({ target, inventory, disabledRegions, missingEvidence, unverified, publishing }),
    clusters: inventory.regions.flatMap((region) => region.clusters.filter(isReady).map(({ name }) => name)),
    verdicts,
    changes: [...published.values()].map(({ changes }) => changes).reduce(addChanges, NO_CHANGES),
    ...(notices.length > 0 && { notices }),
  };
}
