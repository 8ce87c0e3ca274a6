import * as z from 'zod';
import type { Store } from '../../shared/aws/store.ts';
import type { Plan, RunResult } from '../../shared/model/run.ts';
import {
  LATEST_ACCOUNTS_KEY,
  parseLatestAccounts,
  serializeLatestAccounts,
} from '../runtime/latest-accounts.ts';
import { LATEST_KEYS } from '../runtime/storage-keys.ts';
import { StoredDocumentError } from '../runtime/stored-document.ts';
import type { FoldedAccount } from './fold-run.ts';
import { type LatestAccounts, refined, replaced } from './latest-accounts.ts';
import { update } from './update.ts';

/** A report as it is stored. */
interface StoredReport {
  readonly json: Uint8Array;
  readonly html: string;
}

/** A run whose report is stored. */
interface LatestRun {
  readonly run: RunResult['run'];
  readonly targets: Plan['targets'];
  readonly accounts: readonly FoldedAccount[];
  /** Whether it is over everything that is configured. */
  readonly isFull: boolean;
}

/**
 * Stores the report of a full run as the latest, unless one that began later is stored; what another run knows of its
 * accounts is added to what is known.
 */
export async function updateLatest(
  store: Store,
  { run, targets, accounts, isFull }: LatestRun,
  { json, html }: StoredReport,
): Promise<void> {
  if (!isFull) {
    await updateAccounts(store, (stored) => refined(stored, { run, accounts }));
    return;
  }
  if (!(await isLatest(store, run))) return;
  await updateAccounts(store, (stored) => replaced(stored, { targets }, { run, accounts }));
  await store.put(LATEST_KEYS.resultKey, json);
  await store.put(LATEST_KEYS.htmlKey, html, { contentType: 'text/html; charset=utf-8' });
}

const latestRunSchema = z.object({ id: z.string(), startedAt: z.iso.datetime() });

/** Records a full run as the latest. Returns whether it is: one that began later may have ended before it. */
async function isLatest(store: Store, { id, startedAt }: RunResult['run']): Promise<boolean> {
  const next = JSON.stringify({ id, startedAt });
  return update(store, LATEST_KEYS.runKey, (text) => {
    const stored = latestRunSchema.safeParse(parsed(text)).data;
    return stored !== undefined && stored.startedAt > startedAt ? undefined : next;
  });
}

async function updateAccounts(
  store: Store,
  change: (stored: LatestAccounts | undefined) => LatestAccounts | undefined,
): Promise<void> {
  await update(store, LATEST_ACCOUNTS_KEY, (text) => {
    const next = change(text === undefined ? undefined : readable(text));
    return next && serializeLatestAccounts(next);
  });
}

/** What a later version wrote, or nobody can read, is as good as nothing: the next full run writes it anew. */
function readable(text: string): LatestAccounts | undefined {
  try {
    return parseLatestAccounts(text);
  } catch (error) {
    if (error instanceof StoredDocumentError) return undefined;
    throw error;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
