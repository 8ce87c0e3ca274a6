import type {
  AccountCoverage,
  AccountResult,
  Gap,
  OrganizationalUnit,
  Plan,
  RunGap,
  RunResult,
  Target,
} from '../model/run.ts';
import { addChanges, gapsOfAccount, NO_CHANGES, toGap } from '../model/run.ts';
import { compareVerdicts } from './summary.ts';

/**
 * Builds the result of a run from those of its accounts. An account of the plan without a result was not covered, and
 * `whyNoResult` says why. Pure.
 */
export function buildRunResult(
  plan: Plan,
  results: readonly AccountResult[],
  finishedAt: Date,
  whyNoResult = 'The audit of this account ended without a result.',
): RunResult {
  const byAccount = new Map(results.map((result) => [result.coverage.accountId, result]));
  const coverage = plan.targets.map((target) =>
    coverageOf(target, byAccount.get(target.accountId), whyNoResult),
  );
  const changes = results.map((result) => result.changes).reduce(addChanges, NO_CHANGES);
  const verdicts = results.flatMap((result) => result.verdicts).sort(compareVerdicts);
  const notices = [...(plan.notices ?? []), ...results.flatMap((result) => result.notices ?? [])];
  const clustersNotJudged = clustersWithoutResult(plan, results);
  const gaps = organizationGaps(plan, coverage);
  const isComplete =
    gaps.length === 0 &&
    coverage.every((account) => account.state === 'covered') &&
    changes.failed.length === 0 &&
    clustersNotJudged.length === 0 &&
    !plan.skipped.some((account) => account.askedFor);
  const { caller, options, organization } = plan;
  return {
    schemaVersion: '1.3',
    run: { ...plan.run, finishedAt: finishedAt.toISOString() },
    ...(organization.id.state === 'present' && { organization: { id: organization.id.value } }),
    ...(caller && { caller }),
    ...(options && { options }),
    coverage: {
      complete: isComplete,
      ...(gaps.length > 0 && { gaps }),
      accounts: coverage,
      skipped: plan.skipped,
      ...(clustersNotJudged.length > 0 && { clustersNotJudged }),
    },
    verdicts,
    changes,
    ...(notices.length > 0 && { notices }),
  };
}

/** Without its id it is not known who is outside; a verdict that needed it names it already. */
function organizationGaps(
  { organization: { id }, caller }: Plan,
  accounts: readonly AccountCoverage[],
): RunGap[] {
  if (id.state !== 'unreadable' || caller === undefined) return [];
  if (accounts.flatMap(gapsOfAccount).some(({ operation }) => operation === id.operation)) return [];
  return [{ ...toGap(id, { what: 'evidence' }), accountId: caller.accountId }];
}

/** A requested cluster that nobody found is most likely a typing error, and must not look like a run without failures. */
function clustersWithoutResult({ clusters = [] }: Plan, results: readonly AccountResult[]): string[] {
  const judged = new Set(results.flatMap((result) => result.clusters));
  return clusters.filter((name) => !judged.has(name));
}

function coverageOf(
  { accountId, name, organizationalUnits }: Target,
  result: AccountResult | undefined,
  whyNoResult: string,
): AccountCoverage {
  const named = {
    accountId,
    ...(name && { name }),
    ...(organizationalUnits && { organizationalUnits: organizationalUnits.filter(isNoRoot) }),
  };
  if (result !== undefined) return { ...result.coverage, ...named };
  const gap = auditGap('NoResult', whyNoResult);
  return { ...named, state: 'not-covered', regions: [], gaps: [gap] };
}

/** The ids of roots begin with `r-`, those of OUs with `ou-`. */
function isNoRoot({ id }: OrganizationalUnit): boolean {
  return !id.startsWith('r-');
}

/** What is not known of an account because of its audit. */
export function auditGap(code: string, detail: string): Gap {
  return { what: 'account', kind: 'failed', code, operation: 'audit', detail };
}
