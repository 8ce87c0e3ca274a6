import type { AwsAccount } from '../../shared/aws/account.ts';
import { readSoFar } from '../../shared/collect/read-so-far.ts';
import type { Evaluation } from '../../shared/model/evaluation.ts';
import { mapReading, present, type Reading, type Unreadable } from '../../shared/model/evidence.ts';
import { type AccountResult, type Run, type Target, toGap } from '../../shared/model/run.ts';
import { accountResult, exceptVerdicts, judgeAccount } from '../../shared/pipeline/audit-account.ts';
import { resultNotCovered } from '../../shared/pipeline/coverage.ts';
import { publishAccount } from '../../shared/pipeline/publish-account.ts';
import {
  type AccountReading,
  type AuditDependencies,
  accessTo,
  readAccount,
} from '../../shared/pipeline/read-account.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { accountKeysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';
import { type Checkpoint, parseCheckpoint, serializeCheckpoint } from './checkpoint.ts';
import { deadlinesOf, MAX_READING_SLICES, MAX_SLICES } from './deadlines.ts';
import { addPublished, givenUp, type PublishedSoFar, progressOf } from './published-so-far.ts';

/** One invocation's part of the audit of an account. */
export interface Slice {
  readonly run: Run;
  readonly target: Target;
  /** 1 for the first. */
  readonly slice: number;
  /** The account's lease is the run's since its last invocation. */
  readonly isRenewed: boolean;
}

/** An account that is audited. */
export interface AuditedAccount {
  readonly result: AccountResult;
  /** What it was judged by, where it could be read. */
  readonly judged?: {
    readonly reading: AccountReading;
    readonly evaluation: Evaluation;
    readonly published: PublishedSoFar;
  };
}

/**
 * Goes on with the audit of an account where the last invocation left off. Returns `undefined` when time ran out: what was
 * read and published is in the bucket then, for the next. Where another run may have audited the account since, what was read
 * is older than what that one has reported: it is read anew.
 */
export async function auditSlice(
  what: Slice,
  dependencies: SliceDependencies,
): Promise<AuditedAccount | undefined> {
  const { run, target, slice } = what;
  const { store, now } = dependencies;
  const startedAt = now().getTime();
  const { checkpointKey, resultKey } = accountKeysOf(run, target.accountId);
  const stored = what.isRenewed ? await store.get(checkpointKey) : undefined;
  const before = parseCheckpoint(stored, checkpointKey, target.accountId);
  const durationMs = () => now().getTime() - startedAt + (before?.durationMs ?? 0);
  const handOn = async (checkpoint: Checkpoint) => {
    await store.put(checkpointKey, serializeCheckpoint({ ...checkpoint, durationMs: durationMs() }));
    return undefined;
  };

  const deadlines = deadlinesOf(dependencies);
  const access = await accessTo(target, dependencies);
  if (access.state === 'unreadable') return notCovered(target, access);
  const reading = await readSlice(what, access.value.until(deadlines.reading), dependencies, before);
  if (reading.state === 'unreadable') return notCovered(target, reading);
  const read = reading.value;
  const isJustRead = !before?.isRead;
  if (!read.isRead || (isJustRead && !deadlines.mayPublish())) return handOn(read);

  const judged = await judgeAccount(read, dependencies, new Date(run.startedAt), {
    deadline: deadlines.publishing,
  });
  if (judged.state === 'unreadable') return notCovered(target, judged);
  const evaluation = exceptVerdicts(judged.value, what, dependencies.config);
  const resultOf = (sent: PublishedSoFar): AccountResult => ({
    ...accountResult(target, read, evaluation, new Map(Object.entries(sent))),
    durationMs: durationMs(),
  });
  if (isJustRead) await store.put(resultKey, serializeDocument(resultOf({})));
  const aws = access.value.until(deadlines.publishing);
  const published = await publishSlice(run, aws, { read, evaluation }, dependencies);
  const isProgress = isJustRead || progressOf(published) > progressOf(read.published);
  const isUnfinished = Object.values(published).some(({ isDone }) => !isDone);
  if (isUnfinished && isProgress && slice < MAX_SLICES) return handOn({ ...read, published });
  return { result: resultOf(givenUp(published)), judged: { reading: read, evaluation, published } };
}

type SliceDependencies = AuditDependencies & StepContext;

async function readSlice(
  { target, slice }: Slice,
  aws: AwsAccount,
  dependencies: SliceDependencies,
  before: Checkpoint | undefined,
): Promise<Reading<Checkpoint>> {
  if (before?.isRead) return present(before);
  const reading = await readAccount(target, aws, dependencies, before);
  return mapReading(reading, (read) => checkpointOf(read, before, slice));
}

async function publishSlice(
  run: Run,
  aws: AwsAccount,
  { read, evaluation }: { readonly read: Checkpoint; readonly evaluation: Evaluation },
  dependencies: SliceDependencies,
): Promise<PublishedSoFar> {
  if (!run.publish) return {};
  const earlier = Object.entries(read.published);
  const done = new Set(earlier.filter(([, { isDone }]) => isDone).map(([region]) => region));
  const sent = await publishAccount(run, aws, read.inventory, evaluation, dependencies, done);
  return addPublished(read.published, sent);
}

function notCovered(target: Target, unreadable: Unreadable): AuditedAccount {
  return { result: resultNotCovered(target, toGap(unreadable, { what: 'account' })) };
}

/**
 * What an invocation read, for itself or the next. One that read nothing new has met something that takes longer than an
 * invocation: that is given up, and the rest can be read.
 */
function checkpointOf(reading: AccountReading, before: Checkpoint | undefined, slice: number): Checkpoint {
  const { inventory, regions } = reading;
  const given = before ? { before: before.inventory } : {};
  const common = { regions, published: {}, durationMs: 0 };
  const soFar = readSoFar(inventory, given);
  if (soFar.isComplete || slice >= MAX_READING_SLICES)
    return { ...common, inventory, isRead: true, facts: soFar.facts };
  if (soFar.facts > (before?.facts ?? 0))
    return { ...common, inventory: soFar.inventory, isRead: false, facts: soFar.facts };
  const rest = readSoFar(inventory, { ...given, giveUp: true });
  return { ...common, inventory: rest.inventory, isRead: rest.isComplete, facts: rest.facts };
}
