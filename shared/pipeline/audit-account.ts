import type { Config } from '../config/config.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { withExceptions } from '../evaluate/exceptions.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { isReady } from '../model/inventory.ts';
import { type AccountResult, addChanges, NO_CHANGES, type Run, type Target, toGap } from '../model/run.ts';
import type { Published } from '../publish/publish.ts';
import { coverageOf, resultNotCovered } from './coverage.ts';
import { type PublishedRegions, publishAccount } from './publish-account.ts';
import {
  type AccountReading,
  type AuditDependencies,
  accessTo,
  controlsOf,
  readAccount,
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
  if (access.state === 'unreadable') return resultNotCovered(target, toGap(access, { what: 'account' }));
  const timeout = AbortSignal.timeout(dependencies.config.limits.accountTimeoutMs);
  const aws = access.value.until(signal ? AbortSignal.any([signal, timeout]) : timeout);
  const reading = await readAccount(target, aws, dependencies);
  signal?.throwIfAborted();
  if (reading.state === 'unreadable') return resultNotCovered(target, toGap(reading, { what: 'account' }));
  const judged = judgeAccount(reading.value, dependencies, startedAt);
  const evaluation = exceptVerdicts(judged, { run, target }, dependencies.config);
  const publisher = signal ? access.value.until(signal) : access.value;
  const published = run.publish
    ? await publishAccount(run, publisher, reading.value.inventory, evaluation, dependencies)
    : NOT_PUBLISHED;
  signal?.throwIfAborted();
  return accountResult(target, reading.value, evaluation, published);
}

/** Of a run that does not publish, and before it does. */
const NOT_PUBLISHED: PublishedRegions = new Map();

/** Judges what was read of an account since `startedAt`, which is the time of what there was no time to read. */
export function judgeAccount(
  { inventory }: AccountReading,
  { config, organization, region, now }: AuditDependencies,
  startedAt: Date = now(),
): Evaluation {
  return evaluate(inventory, controlsOf(config), {
    benchmark: config.benchmark,
    settings: config.settings,
    organization: { ...organization, accountIds: new Set(organization.accountIds) },
    homeRegion: config.homeRegion ?? region,
    startedAt: startedAt.toISOString(),
  });
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
  { regions, inventory }: AccountReading,
  { verdicts, missingEvidence, unverified }: Evaluation,
  published: ReadonlyMap<string, Pick<Published, 'changes' | 'gap' | 'notices'>>,
): AccountResult {
  const notices = [...published.values()].flatMap((one) => one.notices);
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
