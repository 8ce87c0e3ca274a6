import type { AwsAccount } from '../../shared/aws/account.ts';
import { readSoFar } from '../../shared/collect/read-so-far.ts';
import type { Evaluation } from '../../shared/model/evaluation.ts';
import { mapReading, present, type Reading, type Unreadable } from '../../shared/model/evidence.ts';
import type { AccountResult, Run, Target } from '../../shared/model/run.ts';
import { accountResult, exceptVerdicts, judgeAccount } from '../../shared/pipeline/audit-account.ts';
import { publishAccount } from '../../shared/pipeline/publish-account.ts';
import {
  type AccountReading,
  type AuditDependencies,
  accessTo,
  readAccount,
} from '../../shared/pipeline/read-account.ts';
import type { Lease } from '../runtime/account-state.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { accountKeysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';
import { type Checkpoint, parseCheckpoint, serializeCheckpoint } from './checkpoint.ts';
import { deadlinesOf, MAX_READING_SLICES, MAX_SLICES } from './deadlines.ts';
import { noAccess } from './no-access.ts';
import { addPublished, givenUp, type PublishedSoFar, progressOf } from './published-so-far.ts';

/** One invocation's part of the audit of an account. */
export interface Slice {
  readonly run: Run;
  readonly target: Target;
  /** 1 for the first. */
  readonly slice: number;
  /** The account's, which the run holds. */
  readonly lease: Pick<Lease, 'id' | 'isRenewed'>;
}

/** An account that is audited. */
export interface AuditedAccount {
  readonly result: AccountResult;
  /** What it was judged by. */
  readonly reading: AccountReading;
  readonly evaluation: Evaluation;
  readonly published: PublishedSoFar;
}

/**
 * Goes on with the audit of an account where the last invocation left off. Returns `undefined` when time ran out: what was
 * read and published is in the bucket then, for the next. Unreadable when there is nothing to judge by, or no time to.
 */
export async function auditSlice(
  what: Slice,
  dependencies: AuditDependencies & StepContext,
): Promise<Reading<AuditedAccount> | undefined> {
  const { store, now } = dependencies;
  const startedAt = now().getTime();
  const before = await checkpointBefore(what, store);
  const durationMs = () => now().getTime() - startedAt + (before?.durationMs ?? 0);
  const outcome = await goOn(what, before, { ...dependencies, durationMs });
  if (outcome.state !== 'left') return outcome;
  const { checkpointKey } = accountKeysOf(what.run, what.target.accountId);
  await store.put(checkpointKey, serializeCheckpoint({ ...outcome.checkpoint, durationMs: durationMs() }));
  return undefined;
}

interface SliceDependencies extends AuditDependencies, StepContext {
  /** How long the audit has taken until now, in all invocations. */
  readonly durationMs: () => number;
}

/** What is left to the next invocation. */
interface Left {
  readonly state: 'left';
  readonly checkpoint: Checkpoint;
}

function left(checkpoint: Checkpoint): Left {
  return { state: 'left', checkpoint };
}

/** What earlier invocations left. Where another run may have audited the account since, it is read anew. */
async function checkpointBefore(
  { run, target: { accountId }, lease }: Slice,
  store: StepContext['store'],
): Promise<Checkpoint | undefined> {
  const { checkpointKey } = accountKeysOf(run, accountId);
  const text = lease.isRenewed ? await store.get(checkpointKey) : undefined;
  return parseCheckpoint(text, checkpointKey, accountId, lease.id);
}

/** Reads what is left to read, judges what was read, and publishes what is left to publish, as far as time allows. */
async function goOn(
  what: Slice,
  before: Checkpoint | undefined,
  dependencies: SliceDependencies,
): Promise<Reading<AuditedAccount> | Left> {
  const deadlines = deadlinesOf(dependencies);
  const access = await accessTo(what.target, dependencies);
  if (access.state === 'unreadable') {
    if (before === undefined) return access;
    if (mayPass(access) && !isLast(what)) return left(before);
  }
  // Without access what is left to read and to publish fails, and what was read is judged.
  const aws = access.state === 'present' ? access.value : noAccess(what.target, access, dependencies);
  const reading = await readSlice(what, aws.until(deadlines.reading), dependencies, before);
  if (reading.state === 'unreadable') return reading;
  const read = reading.value;
  if (!read.isRead) return left(read);
  const isJustRead = !before?.isRead;
  const mayLeaveRest = isJustRead && !isLast(what);
  if (mayLeaveRest && !deadlines.mayPublish()) return left(read);
  const judged = await judgeSlice(what, read, deadlines.publishing, dependencies);
  if (judged.state === 'unreadable') return mayLeaveRest ? left(read) : judged;
  const part = { read, isJustRead, evaluation: judged.value };
  return publishSlice(what, aws.until(deadlines.publishing), part, dependencies);
}

function isLast({ slice }: Slice): boolean {
  return slice >= MAX_SLICES;
}

/** Whether a later invocation may not meet it any more. */
function mayPass({ kind }: Unreadable): boolean {
  return kind === 'throttled' || kind === 'failed';
}

async function readSlice(
  { target, slice, lease }: Slice,
  aws: AwsAccount,
  dependencies: SliceDependencies,
  before: Checkpoint | undefined,
): Promise<Reading<Checkpoint>> {
  if (before?.isRead) return present(before);
  const reading = await readAccount(target, aws, dependencies, before);
  return mapReading(reading, (read) => ({ ...checkpointOf(read, before, slice), leaseId: lease.id }));
}

async function judgeSlice(
  what: Slice,
  read: Checkpoint,
  deadline: AbortSignal,
  dependencies: SliceDependencies,
): Promise<Reading<Evaluation>> {
  const judged = await judgeAccount(read, dependencies, new Date(what.run.startedAt), { deadline });
  return mapReading(judged, (evaluation) => exceptVerdicts(evaluation, what, dependencies.config));
}

/** What an invocation publishes. */
interface Judged {
  readonly read: Checkpoint;
  /** By this invocation: that is progress, whatever is published. */
  readonly isJustRead: boolean;
  readonly evaluation: Evaluation;
}

/** Stores the result first: whatever becomes of this invocation, what Security Hub was told is reported. */
async function publishSlice(
  what: Slice,
  aws: AwsAccount,
  { read, isJustRead, evaluation }: Judged,
  dependencies: SliceDependencies,
): Promise<Reading<AuditedAccount> | Left> {
  const { run, target } = what;
  const resultOf = (sent: PublishedSoFar): AccountResult => ({
    ...accountResult(target, read, evaluation, new Map(Object.entries(sent))),
    durationMs: dependencies.durationMs(),
  });
  const { resultKey } = accountKeysOf(run, target.accountId);
  await dependencies.store.put(resultKey, serializeDocument(resultOf(read.published)));
  const published = run.publish ? await publishRest(run, aws, { read, evaluation }, dependencies) : {};
  const isProgress = isJustRead || progressOf(published) > progressOf(read.published);
  const isUnfinished = Object.values(published).some(({ isDone }) => !isDone);
  if (isUnfinished && isProgress && !isLast(what)) return left({ ...read, published });
  return present({ result: resultOf(givenUp(published)), reading: read, evaluation, published });
}

async function publishRest(
  run: Run,
  aws: AwsAccount,
  { read, evaluation }: Pick<Judged, 'read' | 'evaluation'>,
  dependencies: SliceDependencies,
): Promise<PublishedSoFar> {
  const earlier = Object.entries(read.published);
  const done = new Set(earlier.filter(([, { isDone }]) => isDone).map(([region]) => region));
  const sent = await publishAccount(run, aws, read.inventory, evaluation, dependencies, done);
  return addPublished(read.published, sent);
}

/**
 * What an invocation read, for itself or the next. One that read nothing new has met something that takes longer than an
 * invocation: that is given up, and the rest can be read.
 */
function checkpointOf(
  reading: AccountReading,
  before: Checkpoint | undefined,
  slice: number,
): Omit<Checkpoint, 'leaseId'> {
  const { inventory, regions, notices } = reading;
  const given = before ? { before: before.inventory } : {};
  const common = { regions, ...(notices && { notices }), published: {}, durationMs: 0 };
  const soFar = readSoFar(inventory, given);
  if (soFar.isComplete || slice >= MAX_READING_SLICES)
    return { ...common, inventory, isRead: true, facts: soFar.facts };
  if (soFar.facts > (before?.facts ?? 0))
    return { ...common, inventory: soFar.inventory, isRead: false, facts: soFar.facts };
  const rest = readSoFar(inventory, { ...given, giveUp: true });
  return { ...common, inventory: rest.inventory, isRead: rest.isComplete, facts: rest.facts };
}
