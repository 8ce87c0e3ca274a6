import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Store } from '../../shared/aws/store.ts';
import type { Plan, Run, RunResult } from '../../shared/model/run.ts';
import { renderHtmlWith } from '../../shared/report/html.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { parseJson } from '../runtime/stored-document.ts';
import { leaveChanges } from './changes-left.ts';
import type { FoldedRun } from './fold-run.ts';
import { updateLatest } from './latest.ts';
import { resultDocument } from './result-document.ts';
import { update } from './update.ts';

/** What a report is made from. */
interface ReportParts {
  readonly plan: Plan;
  /** Without its verdicts. */
  readonly result: RunResult;
  readonly folded: FoldedRun;
  /** The execution did not end by itself. */
  readonly isCutShort: boolean;
}

/**
 * Stores the report of a run, in the bucket in which reports are kept unchanged as well if there is one, and what later runs
 * need of it. Returns how many of its accounts the next run on change audits again. Rejects with S3's errors.
 */
export async function storeReport(
  { store, lockedReports, logger }: Pick<StepContext, 'store' | 'lockedReports' | 'logger'>,
  { plan, result, folded, isCutShort }: ReportParts,
): Promise<number> {
  const { resultKey, htmlKey } = keysOf(plan.run);
  // Before the document, which takes most of the memory.
  const html = renderHtmlWith(result, folded.html);
  const json = resultDocument(result, folded.verdictsJson);
  for (const bucket of lockedReports ? [store, lockedReports] : [store]) {
    await bucket.put(resultKey, json);
    await bucket.put(htmlKey, html, { contentType: 'text/html; charset=utf-8' });
  }
  const isFull = isOverEverything(plan) && !isCutShort;
  const { accounts } = folded;
  await updateLatest(store, { run: result.run, targets: plan.targets, accounts, isFull }, { json, html });
  // The list of a run that was cut short is taken up as it is.
  if (plan.run.trigger !== 'change' || isCutShort) return 0;
  const { toNext, givenUp } = await leaveChanges(store, plan.run, accounts);
  if (toNext > 0) logger.info('the next run on change audits accounts again', { accounts: toNext });
  if (givenUp.length > 0)
    logger.warn('changed accounts are left to the next scheduled run', { accountIds: givenUp.slice(0, 100) });
  return toNext;
}

function isOverEverything({ run, narrowed }: Plan): boolean {
  return run.trigger !== 'change' && !narrowed;
}

/** How a run was reported. */
interface Reported {
  readonly at: Date;
  /** How its execution ended, if not by itself. */
  readonly endedAs: string | undefined;
}

const reportedSchema = z.object({ endedAs: z.string().exactOptional() });

/**
 * Records that a run is reported. Returns whether this report is to be told of: the first is, and the first of a run that
 * was redriven after it had ended early, and finished.
 */
export async function claimReport(
  store: Store,
  run: Pick<Run, 'id'>,
  { at, endedAs }: Reported,
): Promise<boolean> {
  const { reportedKey } = keysOf(run);
  return update(store, reportedKey, (text) => {
    const before = text === undefined ? undefined : reportedSchema.parse(parseJson(text, reportedKey));
    if (before !== undefined && (endedAs !== undefined || before.endedAs === undefined)) return undefined;
    return JSON.stringify({
      reportedAt: at.toISOString(),
      // Tells this claim from another of the same moment.
      claim: randomUUID(),
      ...(endedAs !== undefined && { endedAs }),
    });
  });
}
