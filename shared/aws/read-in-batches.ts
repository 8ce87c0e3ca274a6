import { absent, type Evidence, present, type Reading } from '../model/evidence.ts';
import { chunksOf } from './paginate.ts';

/**
 * Asks about many things, at most `size` at a time, and returns what AWS answered about each: what an answer leaves out
 * is absent. Some operations refuse a whole request when one thing it names is gone; such a request is repeated in
 * halves until that one alone is absent.
 */
export async function readInBatches<T>(
  keys: Iterable<string>,
  size: number,
  ask: (keys: readonly string[]) => Promise<Reading<ReadonlyMap<string, T>>>,
): Promise<Map<string, Evidence<T>>> {
  const batches = chunksOf([...new Set(keys)], size);
  const answers = await Promise.all(batches.map((batch) => readBatch(batch, ask)));
  return new Map(answers.flat());
}

async function readBatch<T>(
  keys: readonly string[],
  ask: (keys: readonly string[]) => Promise<Reading<ReadonlyMap<string, T>>>,
): Promise<(readonly [string, Evidence<T>])[]> {
  const answer = await ask(keys);
  if (answer.state === 'present') {
    return keys.map((key) => {
      const value = answer.value.get(key);
      return [key, value === undefined ? absent : present(value)];
    });
  }
  if (answer.kind !== 'gone') return keys.map((key) => [key, answer]);
  if (keys.length === 1) return keys.map((key) => [key, absent]);
  const halves = chunksOf(keys, Math.ceil(keys.length / 2));
  return (await Promise.all(halves.map((half) => readBatch(half, ask)))).flat();
}
