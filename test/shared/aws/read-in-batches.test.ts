import { describe, expect, it } from 'vitest';
import { readInBatches } from '../../../shared/aws/read-in-batches.ts';
import { present, type Reading } from '../../../shared/model/evidence.ts';
import { denied } from '../../builders.ts';

const KEYS = Array.from({ length: 45 }, (_, index) => `k${index}`);

const BATCHES = { size: 20, splitOn: ['gone'] } as const;

/** An operation that answers with the length of each key, and fails as a whole when one of the keys is gone. */
function anOperation(gone: readonly string[] = []) {
  const requests: (readonly string[])[] = [];
  const readBatch = async (keys: readonly string[]): Promise<Reading<ReadonlyMap<string, number>>> => {
    requests.push(keys);
    if (keys.some((key) => gone.includes(key))) return denied('any:Describe', { kind: 'gone' });
    return present(new Map(keys.map((key) => [key, key.length])));
  };
  return { requests, readBatch };
}

describe('reading in batches', () => {
  it('reads each key once, at most `size` in a request', async () => {
    const { requests, readBatch } = anOperation();

    const answers = await readInBatches([...KEYS, 'k0'], BATCHES, readBatch);

    expect(requests.map((keys) => keys.length)).toEqual([20, 20, 5]);
    expect([...answers.keys()]).toEqual(KEYS);
    expect(answers.get('k44')).toEqual(present(3));
  });

  it('sends no request without keys', async () => {
    const { requests, readBatch } = anOperation();

    await readInBatches([], BATCHES, readBatch);

    expect(requests).toEqual([]);
  });

  it.each([0, 7, 19])('finds the key that is gone (at %i) and reads the others', async (position) => {
    const gone = `k${position}`;
    const { requests, readBatch } = anOperation([gone]);

    const answers = await readInBatches(KEYS.slice(0, 20), BATCHES, readBatch);

    expect(answers.get(gone)).toMatchObject({ state: 'unreadable', kind: 'gone' });
    expect([...answers.values()].filter(({ state }) => state === 'present')).toHaveLength(19);
    expect(requests.length).toBeLessThan(12);
  });

  it('reports a key that is missing from an answer as absent', async () => {
    const answers = await readInBatches(['a', 'b'], BATCHES, async () => present(new Map([['a', 1]])));

    expect(answers.get('b')).toEqual({ state: 'absent' });
  });

  it('finds the key that is denied where a policy may be about one resource', async () => {
    const denial = denied('any:Describe');
    const readBatch = async (keys: readonly string[]) =>
      keys.includes('k3') ? denial : present(new Map(keys.map((key) => [key, 1])));

    const answers = await readInBatches(KEYS, { ...BATCHES, splitOn: ['gone', 'denied'] }, readBatch);

    expect(answers.get('k3')).toEqual(denial);
    expect([...answers.values()].filter(({ state }) => state === 'present')).toHaveLength(44);
  });

  it('does not request every key alone where all fail, and reports none as gone then', async () => {
    let requests = 0;
    const readBatch = async () => {
      requests += 1;
      return denied('any:Describe', { kind: 'gone' });
    };
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}`);

    const answers = await readInBatches(keys, BATCHES, readBatch);

    expect(requests).toBe(150);
    const failed = [...answers.values()].filter(
      (answer) => answer.state === 'unreadable' && answer.kind === 'failed',
    );
    expect(failed.length).toBeGreaterThan(500);
  });

  it('reports a denial for all keys of its batch only, and does not repeat the request', async () => {
    const requests: string[] = [];
    const denial = denied('any:Describe');
    const readBatch = async (keys: readonly string[]) => {
      requests.push(keys.join());
      return keys.includes('a') ? denial : present(new Map(keys.map((key) => [key, 1])));
    };

    const answers = await readInBatches(['a', 'b', 'c'], { ...BATCHES, size: 2 }, readBatch);

    expect(Object.fromEntries(answers)).toEqual({ a: denial, b: denial, c: present(1) });
    expect(requests).toEqual(['a,b', 'c']);
  });
});
