import { describe, expect, it } from 'vitest';
import { readInBatches } from '../../../shared/aws/read-in-batches.ts';
import { present, type Reading } from '../../../shared/model/evidence.ts';
import { denied } from '../../builders.ts';

const KEYS = Array.from({ length: 45 }, (_, index) => `k${index}`);

const BATCHES = { size: 20, splitOn: ['gone'] } as const;

/** An operation that answers with the length of each key, and refuses whole requests that name what is gone. */
function anOperation(gone: readonly string[] = []) {
  const requests: (readonly string[])[] = [];
  const ask = async (keys: readonly string[]): Promise<Reading<ReadonlyMap<string, number>>> => {
    requests.push(keys);
    if (keys.some((key) => gone.includes(key))) return denied('any:Describe', { kind: 'gone' });
    return present(new Map(keys.map((key) => [key, key.length])));
  };
  return { requests, ask };
}

describe('reading in batches', () => {
  it('asks about each thing once, so many at a time', async () => {
    const { requests, ask } = anOperation();

    const answers = await readInBatches([...KEYS, 'k0'], BATCHES, ask);

    expect(requests.map((one) => one.length)).toEqual([20, 20, 5]);
    expect([...answers.keys()]).toEqual(KEYS);
    expect(answers.get('k44')).toEqual(present(3));
  });

  it('asks nothing about nothing', async () => {
    const { requests, ask } = anOperation();

    await readInBatches([], BATCHES, ask);

    expect(requests).toEqual([]);
  });

  it.each([0, 7, 19])(
    'finds the one that is gone (at %i) and answers about its neighbours',
    async (position) => {
      const gone = `k${position}`;
      const { requests, ask } = anOperation([gone]);

      const answers = await readInBatches(KEYS.slice(0, 20), BATCHES, ask);

      expect(answers.get(gone)).toEqual({ state: 'absent' });
      expect([...answers.values()].filter((one) => one.state === 'present')).toHaveLength(19);
      expect(requests.length).toBeLessThan(12);
    },
  );

  it('takes what an answer leaves out for absent', async () => {
    const answers = await readInBatches(['a', 'b'], BATCHES, async () => present(new Map([['a', 1]])));

    expect(answers.get('b')).toEqual({ state: 'absent' });
  });

  it('finds the one that is denied where a policy may be about one', async () => {
    const refusal = denied('any:Describe');
    const ask = async (keys: readonly string[]) =>
      keys.includes('k3') ? refusal : present(new Map(keys.map((key) => [key, 1])));

    const answers = await readInBatches(KEYS, { ...BATCHES, splitOn: ['gone', 'denied'] }, ask);

    expect(answers.get('k3')).toEqual(refusal);
    expect([...answers.values()].filter((one) => one.state === 'present')).toHaveLength(44);
  });

  it('does not ask one by one where everything is refused, and takes nothing for gone then', async () => {
    let requests = 0;
    const ask = async () => {
      requests += 1;
      return denied('any:Describe', { kind: 'gone' });
    };
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}`);

    const answers = await readInBatches(keys, BATCHES, ask);

    expect(requests).toBe(150);
    expect(
      [...answers.values()].filter((one) => one.state === 'unreadable' && one.kind === 'failed').length,
    ).toBeGreaterThan(500);
  });

  it('keeps a refusal to the batch it befell, and does not repeat it', async () => {
    const requests: string[] = [];
    const refusal = denied('any:Describe');
    const ask = async (keys: readonly string[]) => {
      requests.push(keys.join());
      return keys.includes('a') ? refusal : present(new Map(keys.map((key) => [key, 1])));
    };

    const answers = await readInBatches(['a', 'b', 'c'], { ...BATCHES, size: 2 }, ask);

    expect(Object.fromEntries(answers)).toEqual({ a: refusal, b: refusal, c: present(1) });
    expect(requests).toEqual(['a,b', 'c']);
  });
});
