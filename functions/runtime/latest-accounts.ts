import * as z from 'zod';
import { ACCOUNT_ID } from '../../shared/model/arn.ts';
import { record } from '../../shared/model/record.ts';
import { checkDocument, parseJson, serializeDocument } from './stored-document.ts';

/** Raised by a change that another version could not read. */
const FORMAT_VERSION = 1;

/**
 * What the last full run found of each account that it audited; the report of a run on change brings its accounts up to
 * date. An account of which nothing is known is not in it.
 */
export const LATEST_ACCOUNTS_KEY = 'latest/accounts.json';

const latestAccountSchema = z.object({
  /** The Regions that had clusters or verdicts, or could not be asked for clusters. */
  regions: z.array(z.string()),
  /** How long its audit took, in milliseconds, all invocations together. */
  durationMs: z.number().min(0),
  /** When the run ended that reported the account last: it had looked before. */
  reportedAt: z.iso.datetime().exactOptional(),
});
export type LatestAccount = z.infer<typeof latestAccountSchema>;

const latestAccountsSchema = z.object({
  accounts: record(z.string().regex(ACCOUNT_ID), latestAccountSchema),
});

/** By account id. Throws StoredDocumentError. */
export function parseLatestAccounts(
  text: string,
  key = LATEST_ACCOUNTS_KEY,
): ReadonlyMap<string, LatestAccount> {
  const document = checkDocument(latestAccountsSchema, parseJson(text, key), key, FORMAT_VERSION);
  return new Map(Object.entries(document.accounts));
}

export function serializeLatestAccounts(accounts: ReadonlyMap<string, LatestAccount>): string {
  return serializeDocument({ accounts: Object.fromEntries(accounts) }, FORMAT_VERSION);
}
