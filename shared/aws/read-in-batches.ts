import { absent, type Evidence, present, type Reading, type UnreadableKind } from '../model/evidence.ts';
import { chunksOf } from './paginate.ts';

type Ask<T> = (keys: readonly string[]) => Promise<Reading<ReadonlyMap<string, T>>>;

export interface BatchOptions {
  /** The most keys of a request. */
  readonly size: number;
  /**
   * Refusals that may be about a single key: always `gone`, and `denied` where policies can be about one resource.
   * Such a request is repeated in halves until that key is alone.
   */
  readonly refusedForOne: readonly UnreadableKind[];
}

/** How many requests are spent on halves. Where an operation is refused altogether they are in vain. */
const MOST_HALVES = 100;

/**
 * Asks about many things, a batch at a time, and returns what AWS answered about each: what is gone, or an answer leaves
 * out, is absent.
 */
export async function readInBatches<T>(
  keys: Iterable<string>,
  { size, refusedForOne }: BatchOptions,
  ask: Ask<T>,
): Promise<Map<string, Evidence<T>>> {
  let halvesLeft = MOST_HALVES;
  const batches = chunksOf([...new Set(keys)], size);
  const answers = await Promise.all(batches.map(readBatch));
  return new Map(answers.flat());

  async function readBatch(batch: readonly string[]): Promise<(readonly [string, Evidence<T>])[]> {
    const answer = await ask(batch);
    if (answer.state === 'present') return batch.map((key) => [key, evidenceOf(answer.value.get(key))]);
    if (!refusedForOne.includes(answer.kind)) return batch.map((key) => [key, answer]);
    if (batch.length === 1) return batch.map((key) => [key, answer.kind === 'gone' ? absent : answer]);
    // That one of a batch is gone does not make the others gone.
    if (halvesLeft <= 0) return batch.map((key) => [key, { ...answer, kind: 'failed' }]);
    halvesLeft -= 2;
    return (await Promise.all(chunksOf(batch, Math.ceil(batch.length / 2)).map(readBatch))).flat();
  }
}

function evidenceOf<T>(value: T | undefined): Evidence<T> {
  return value === undefined ? absent : present(value);
}
