import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { PreconditionFailed, type Store } from '../../shared/aws/store.ts';
import { ACCOUNT_ID } from '../../shared/model/arn.ts';
import { type ChangedAccount, NOT_MISSED } from '../../shared/plan/changes.ts';
import { checkDocument, parseJson, serializeDocument } from './stored-document.ts';

/*
 * The accounts that the run on change under way audits, or that the last one left to the next: one object for all runs, so
 * that there is one run on change at a time and no list is lost with its run.
 */

const KEY = 'changes/current.json';

/** Raised by a change that another version could not read. */
const FORMAT_VERSION = 1;

const count = z.int().min(0);

const listSchema = z.object({
  runId: z.string(),
  executionArn: z.string(),
  accounts: z.array(
    z.object({
      accountId: z.string().regex(ACCOUNT_ID),
      newClustersIn: z.array(z.string()),
      hasNewOidcProvider: z.boolean(),
      missed: z.object({ busy: count, failed: count }).default(NOT_MISSED),
    }),
  ),
  /** The run has come to its report, which took out what the run has audited. */
  isReported: z.literal(true).exactOptional(),
});
export type ChangeList = Omit<z.infer<typeof listSchema>, 'accounts'> & {
  readonly accounts: readonly ChangedAccount[];
};

/** A list and the version of the object that it was read from. */
export interface StoredList {
  readonly list: ChangeList;
  readonly etag: string;
}

/** The last list; none when no run on change was planned yet. Throws StoredDocumentError. */
export async function readList(store: Store): Promise<StoredList | undefined> {
  const stored = await store.getWithTag(KEY);
  if (stored === undefined) return undefined;
  const list = checkDocument(listSchema, parseJson(stored.text, KEY), KEY, FORMAT_VERSION);
  return { list, etag: stored.etag };
}

/** Replaces the list that was read. `false` when another run has replaced it meanwhile. */
export async function replaceList(
  store: Store,
  before: StoredList | undefined,
  list: ChangeList,
): Promise<boolean> {
  const condition = before ? { ifMatch: before.etag } : { ifNoneMatch: '*' as const };
  try {
    // The id tells this list from the same one of another attempt.
    await store.put(KEY, serializeDocument({ ...list, id: randomUUID() }, FORMAT_VERSION), condition);
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}
