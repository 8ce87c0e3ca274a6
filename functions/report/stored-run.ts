import * as z from 'zod';
import type { AccountResult, Plan } from '../../shared/model/run.ts';
import { resultNotCovered } from '../../shared/pipeline/coverage.ts';
import {
  accountCoverageSchema,
  changesSchema,
  noticesSchema,
  skippedAccountSchema,
  verdictSchema,
} from '../../shared/report/run-result-schema.ts';
import { runSchema, targetSchema } from '../runtime/events.ts';
import { checkDocument, parseJson } from '../runtime/stored-document.ts';
import { organizationSchema } from '../runtime/stored-organization.ts';

const planSchema = z.object({
  run: runSchema,
  organization: organizationSchema,
  targets: z.array(targetSchema),
  clusters: z.array(z.string()).exactOptional(),
  skipped: z.array(skippedAccountSchema),
  notices: noticesSchema.exactOptional(),
}) satisfies z.ZodType<Plan>;

const accountResultSchema = z.object({
  coverage: accountCoverageSchema,
  clusters: z.array(z.string()),
  verdicts: z.array(verdictSchema),
  changes: changesSchema,
  notices: noticesSchema.exactOptional(),
}) satisfies z.ZodType<AccountResult>;

/** What the state machine records of an audit that ended with an error. */
const crashSchema = z.object({ accountId: z.string(), error: z.string(), cause: z.string().optional() });

/** Throws StoredDocumentError. */
export function parsePlan(text: string | undefined, key: string): Plan {
  return checkDocument(planSchema, parseJson(text, key), key);
}

/** The result of an audit; of one that ended with an error, that nothing was covered. Throws StoredDocumentError. */
export function parseAccountResult(text: string | undefined, key: string): AccountResult {
  const document = parseJson(text, key);
  const crash = crashSchema.safeParse(document);
  if (!crash.success) return checkDocument(accountResultSchema, document, key);
  const { accountId, error, cause = 'The audit ended with an error.' } = crash.data;
  const gap = { what: 'account', kind: 'failed', code: error, operation: 'audit' } as const;
  return resultNotCovered({ accountId }, { ...gap, detail: cause.slice(0, 300) });
}
