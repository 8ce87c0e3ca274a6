import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { PreconditionFailed, type Store } from '../../shared/aws/store.ts';
import { CONTROL_KEYS } from '../../shared/model/benchmarks.ts';
import type { ReportedVerdict } from '../../shared/model/reported-verdict.ts';
import type { Run } from '../../shared/model/run.ts';
import { SEVERITIES, STATUSES } from '../../shared/model/verdict.ts';
import { CHANGE_KINDS, type VerdictChange } from '../../shared/model/verdict-change.ts';
import { resourceSchema } from '../../shared/report/run-result-parts.ts';
import { stateKey } from './storage-keys.ts';
import { checkDocument, parseJson, StoredDocumentError, serializeDocument } from './stored-document.ts';

/* What is kept of an account from run to run: one object, written on condition that nobody else did meanwhile. */

/** Raised by a change that another version could not read. A state lives on: a newer version has to read older ones. */
const FORMAT_VERSION = 1;

/** Longer than an invocation can last: an audit that ended without freeing its lease is over by then. */
const LEASE_MS = 16 * 60_000;

const judged = { status: z.enum(STATUSES), severity: z.enum(SEVERITIES) };
const subject = {
  control: z.enum(CONTROL_KEYS),
  controlId: z.string(),
  accountId: z.string(),
  region: z.string(),
  ...judged,
  reasonCode: z.string(),
  resource: resourceSchema.pick({ type: true, id: true, name: true }),
  clusterArn: z.string().exactOptional(),
  suppressed: z.literal(true).exactOptional(),
  exception: z.string().exactOptional(),
};
const before = z
  .object({ ...judged, reasonCode: z.string().exactOptional(), exception: z.string().exactOptional() })
  .exactOptional();

const reportedSchema = z.object({
  ...subject,
  level: z.enum(['cluster', 'region', 'account']),
  before,
}) satisfies z.ZodType<ReportedVerdict>;

export const verdictChangeSchema = z.object({
  ...subject,
  change: z.enum(CHANGE_KINDS),
  before,
  findingId: z.string(),
  reason: z.string().exactOptional(),
}) satisfies z.ZodType<VerdictChange>;

/** An event that has to be sent: `eventId` is the same however often it is. */
const pendingEventSchema = verdictChangeSchema.extend({ eventId: z.string(), runId: z.string() });
export type PendingEvent = z.infer<typeof pendingEventSchema>;

const leaseSchema = z.object({
  runId: z.string(),
  /** The same for as long as the run renews it before anybody else takes it. */
  id: z.string().exactOptional(),
  /** Of the invocation that wrote it: no two write the same document. */
  invocationId: z.string().exactOptional(),
  expiresAt: z.iso.datetime(),
});

const stateSchema = z.object({
  /** Who audits the account now. */
  lease: leaseSchema.exactOptional(),
  /** The run that reported last, if only that the account could not be audited. */
  runId: z.string().exactOptional(),
  /** It was audited at least once. */
  isAudited: z.literal(true).exactOptional(),
  /** The verdicts as they were reported last, each with the id of its finding. */
  reported: z.array(z.tuple([z.string(), reportedSchema])),
  events: z.array(pendingEventSchema),
});
export type AccountState = z.infer<typeof stateSchema>;

/** The state of an account that was never audited. */
const NEVER_AUDITED: AccountState = { reported: [], events: [] };

/** The error of an audit whose account another run audits, as the state machine knows and records it. */
export const ACCOUNT_BUSY = 'AccountBusy';

/** Another run audits the account. The state machine tries again later. */
export class AccountBusy extends Error {
  override readonly name = ACCOUNT_BUSY;
}

/** Whether there are events of an account that were not sent. Reads only. Rejects with StoredDocumentError. */
export async function hasEventsToSend(store: Pick<Store, 'get'>, accountId: string): Promise<boolean> {
  const text = await store.get(stateKey(accountId));
  return text !== undefined && parseState(text, accountId).events.length > 0;
}

/** The state of an account while a run holds its lease. */
export interface Lease {
  readonly state: AccountState;
  /** The same in every invocation of the run until somebody else takes the lease: nobody has audited the account meanwhile. */
  readonly id: string;
  /** An earlier invocation of the run has held it under this id. */
  readonly isRenewed: boolean;
  /** Writes another state and keeps the lease. Rejects with AccountBusy if it was lost. */
  write(state: AccountState): Promise<Lease>;
  /** Frees the lease, with another state if one is given. Rejects with AccountBusy if it was lost. */
  free(state?: AccountState): Promise<void>;
}

/** Takes the lease of an account for a run, or renews it. Rejects with AccountBusy when another run holds it. */
export async function takeLease(
  store: Store,
  { id: runId }: Pick<Run, 'id'>,
  accountId: string,
  now: Date,
): Promise<Lease> {
  const key = stateKey(accountId);
  const stored = await store.getWithTag(key);
  const { lease, ...state } = stored ? parseState(stored.text, accountId) : NEVER_AUDITED;
  if (lease && lease.runId !== runId && now < new Date(lease.expiresAt)) {
    throw new AccountBusy(`account ${accountId} is audited by the run ${lease.runId}`);
  }
  const earlierId = lease?.runId === runId ? lease.id : undefined;
  const id = earlierId ?? randomUUID();
  const expiresAt = new Date(now.getTime() + LEASE_MS).toISOString();
  const own = { runId, id, invocationId: randomUUID(), expiresAt };
  const write = async (next: AccountState, etag: string | undefined): Promise<string> => {
    try {
      const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
      return await store.put(key, serializeDocument(next, FORMAT_VERSION), condition);
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      throw new AccountBusy(`the state of account ${accountId} was written by another run`, { cause: error });
    }
  };
  const held = (current: AccountState, etag: string): Lease => ({
    state: current,
    id,
    isRenewed: earlierId !== undefined,
    write: async (next) => held(next, await write({ ...next, lease: own }, etag)),
    free: async (next = current) => {
      await write(next, etag);
    },
  });
  return held(state, await write({ ...state, lease: own }, stored?.etag));
}

/** Its events are sent as those of the account that its key names: one that speaks of another account is refused. */
function parseState(text: string, accountId: string): AccountState {
  const key = stateKey(accountId);
  const state = checkDocument(stateSchema, parseJson(text, key), key, FORMAT_VERSION);
  const subjects = [...state.events, ...state.reported.map(([, verdict]) => verdict)];
  if (subjects.every((one) => one.accountId === accountId)) return state;
  throw new StoredDocumentError(`${key} speaks of another account`);
}
