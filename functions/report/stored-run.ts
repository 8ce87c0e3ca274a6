import * as z from 'zod';
import type { AccountResult, Gap, Plan } from '../../shared/model/run.ts';
import { PLAN_FIELDS } from '../../shared/pipeline/stored-plan.ts';
import { auditGap } from '../../shared/report/run-result.ts';
import {
  accountCoverageSchema,
  changesSchema,
  noticesSchema,
  verdictSchema,
} from '../../shared/report/run-result-parts.ts';
import { verdictChangeSchema } from '../runtime/account-state.ts';
import { runSchema, targetSchema } from '../runtime/events.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { checkDocument, parseJson, StoredDocumentError } from '../runtime/stored-document.ts';

const planSchema = z.object({
  run: runSchema,
  ...PLAN_FIELDS,
  targets: z.array(targetSchema),
}) satisfies z.ZodType<Plan>;

const accountResultSchema = z.object({
  coverage: accountCoverageSchema,
  clusters: z.array(z.string()),
  verdicts: z.array(verdictSchema),
  changes: changesSchema,
  verdictChanges: z.array(verdictChangeSchema).exactOptional(),
  firstAudit: z.literal(true).exactOptional(),
  durationMs: z.number().min(0).exactOptional(),
  regionsWithClusters: z.array(z.string()).exactOptional(),
  notices: noticesSchema.exactOptional(),
}) satisfies z.ZodType<AccountResult>;

/** What the state machine records of an audit that ended with an error. */
const crashSchema = z.object({ error: z.string(), cause: z.string().optional() });

/** Throws StoredDocumentError, also for the plan of another run than the one whose key this is. */
export function parsePlan(text: string | undefined, run: Pick<Plan['run'], 'id'>): Plan {
  const { planKey: key } = keysOf(run);
  const plan = checkDocument(planSchema, parseJson(text, key), key);
  if (plan.run.id === run.id) return plan;
  throw new StoredDocumentError(`${key} is the plan of the run ${plan.run.id}`);
}

/** The result of an audit. Throws StoredDocumentError. */
export function parseAccountResult(text: string, key: string): AccountResult {
  return checkDocument(accountResultSchema, parseJson(text, key), key);
}

/** The most characters of an error that a report shows. */
const MAX_CAUSE = 300;

/** How an audit ended, as a gap of its account: also when its record cannot be read. */
export function parseCrash(text: string, key: string): Gap {
  const crash = crashSchema.safeParse(jsonOrNothing(text, key));
  const { error, cause } = crash.data ?? { error: 'Unknown', cause: undefined };
  return auditGap(error, (cause ?? 'The audit ended with an error.').slice(0, MAX_CAUSE));
}

function jsonOrNothing(text: string, key: string): unknown {
  try {
    return parseJson(text, key);
  } catch (error) {
    if (error instanceof StoredDocumentError) return undefined;
    throw error;
  }
}

/** Whether everything in a result is of this account. Results of several accounts are in one bucket. */
export function isOfAccount(result: AccountResult, accountId: string): boolean {
  const { coverage, verdicts, changes, verdictChanges = [], notices = [] } = result;
  const others = [coverage, ...changes.failed, ...verdictChanges, ...notices];
  return (
    others.every((part) => part.accountId === accountId) &&
    verdicts.every(({ scope }) => scope.accountId === accountId)
  );
}
