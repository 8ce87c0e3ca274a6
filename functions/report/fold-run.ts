import { chunksOf } from '../../shared/aws/paginate.ts';
import type { AccountResult, Target } from '../../shared/model/run.ts';
import type { VerdictChange } from '../../shared/model/verdict-change.ts';
import { countExceptions, type ExceptionCounts } from '../../shared/report/exceptions.ts';
import { addHtmlVerdicts, type HtmlVerdicts, htmlVerdictsOf } from '../../shared/report/html-data.ts';
import { addToDigest, NOTHING_CHANGED, type RunChanges } from '../../shared/report/run-changes.ts';
import { compareText, compareVerdicts } from '../../shared/report/summary.ts';
import type { AccountReader } from './read-account.ts';

/** An account without its verdicts. */
export interface FoldedAccount {
  /** Neither its verdicts nor its changes are in it. */
  readonly result: AccountResult;
  /** Where it has verdicts. */
  readonly regionsWithVerdicts: readonly string[];
}

/** The results of a run's accounts. What grows with the number of verdicts are only the bytes of the JSON document. */
export interface FoldedRun {
  readonly accounts: readonly FoldedAccount[];
  /** The verdicts of each account that has any, as the elements of a JSON array in UTF-8: worst first. */
  readonly verdictsJson: readonly Uint8Array[];
  readonly html: HtmlVerdicts;
  readonly changes: RunChanges;
  /** What changed, as the result lists it; of accounts that were reported before. */
  readonly changed: readonly VerdictChange[];
  readonly exceptions: ExceptionCounts;
}

/** Results that are read at the same time. */
const CONCURRENT_READS = 20;

/** Reads the results of a run, a few at a time, in the order of its accounts. Rejects with S3's errors. */
export async function foldRun(
  targets: readonly Target[],
  { read }: Pick<AccountReader, 'read'>,
): Promise<FoldedRun> {
  const accounts: FoldedAccount[] = [];
  const verdictsJson: Uint8Array[] = [];
  let html = htmlVerdictsOf([]);
  let changes = NOTHING_CHANGED;
  const changed: VerdictChange[] = [];
  let exceptions: ExceptionCounts = new Map();
  const ordered = targets.toSorted((a, b) => compareText(a.accountId, b.accountId));
  for (const batch of chunksOf(ordered, CONCURRENT_READS)) {
    for (const result of await Promise.all(batch.map(read))) {
      if (result === undefined) continue;
      const { verdicts } = result;
      accounts.push(withoutVerdicts(result));
      if (verdicts.length > 0) verdictsJson.push(elementsOf(verdicts.toSorted(compareVerdicts)));
      html = addHtmlVerdicts(html, htmlVerdictsOf(verdicts));
      changes = addToDigest(changes, result);
      if (!result.firstAudit) changed.push(...(result.verdictChanges ?? []));
      exceptions = countExceptions(verdicts, exceptions);
    }
  }
  return { accounts, verdictsJson, html, changes, changed, exceptions };
}

function withoutVerdicts({ verdictChanges, ...result }: AccountResult): FoldedAccount {
  const regions = new Set(result.verdicts.map(({ scope }) => scope.region));
  return { result: { ...result, verdicts: [] }, regionsWithVerdicts: [...regions].sort() };
}

function elementsOf(items: readonly object[]): Uint8Array {
  return Buffer.from(items.map((item) => JSON.stringify(item)).join(','));
}
