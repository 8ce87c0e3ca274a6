import { absent, type Evidence, present, type Reading, type UnreadableKind } from '../model/evidence.ts';
import { chunksOf } from './paginate.ts';

/** Sends one request about several keys; returns what was answered by key. */
type ReadBatch<T> = (keys: readonly string[]) => Promise<Reading<ReadonlyMap<string, T>>>;

export interface BatchOptions {
  /** The most keys of a request. */
  readonly size: number;
  /**
   * The failures that may be due to a single key: always `gone`, and `denied` where policies can be about one resource.
   * Such a request is repeated in halves until that key is alone.
   */
  readonly splitOn: readonly UnreadableKind[];
}

/** How many requests are spent on halves: where an operation is denied altogether they all fail. */
const MAX_SPLIT_REQUESTS = 100;

/**
 * Reads many things, a batch at a time, and returns what AWS answered about each. What is missing from an answer is
 * absent; what AWS calls unknown is unreadable as gone.
 */
export async function readInBatches<T>(
  keys: Iterable<string>,
  { size, splitOn }: BatchOptions,
  readBatch: ReadBatch<T>,
): Promise<Map<string, Evidence<T>>> {
  let splitRequestsLeft = MAX_SPLIT_REQUESTS;
  const batches = chunksOf([...new Set(keys)], size);
  const answers = await Promise.all(batches.map(readSplitting));
  return new Map(answers.flat());

  async function readSplitting(batch: readonly string[]): Promise<(readonly [string, Evidence<T>])[]> {
    const answer = await readBatch(batch);
    if (answer.state === 'present') return batch.map((key) => [key, evidenceOf(answer.value.get(key))]);
    if (!splitOn.includes(answer.kind)) return batch.map((key) => [key, answer]);
    if (batch.length === 1) return batch.map((key) => [key, answer]);
    // That one of a batch is gone does not make the others gone.
    if (splitRequestsLeft <= 0) return batch.map((key) => [key, { ...answer, kind: 'failed' }]);
    splitRequestsLeft -= 2;
    const halves = chunksOf(batch, Math.ceil(batch.length / 2));
    return (await Promise.all(halves.map(readSplitting))).flat();
  }
}

function evidenceOf<T>(value: T | undefined): Evidence<T> {
  return value === undefined ? absent : present(value);
}
