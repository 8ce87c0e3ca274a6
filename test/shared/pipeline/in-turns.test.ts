import { describe, expect, it } from 'vitest';
import type { Steps } from '../../../shared/model/steps.ts';
import { inTurns } from '../../../shared/pipeline/in-turns.ts';

/** Work that lasts at least so many turns, whatever the machine. */
function* work(milliseconds: number): Steps<number> {
  const end = performance.now() + milliseconds;
  let steps = 0;
  for (; performance.now() < end; steps += 1) yield;
  return steps;
}

function* endless(): Steps<never> {
  for (;;) yield;
}

describe('work in turns', () => {
  it('gives what it comes to, and lets others have their turn meanwhile', async () => {
    let others = 0;
    const timer = setInterval(() => {
      others += 1;
    }, 1);
    const result = await inTurns('counting', work(200), {});
    clearInterval(timer);

    expect(result).toEqual({ state: 'present', value: expect.any(Number) });
    expect(others).toBeGreaterThan(0);
  });

  it('ends with the reason of a signal that is aborted meanwhile', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped by SIGINT')), 1);

    await expect(inTurns('counting', endless(), { signal: stop.signal })).rejects.toThrow(
      'stopped by SIGINT',
    );
  });

  it('is given up at its deadline', async () => {
    expect(await inTurns('counting', endless(), { deadline: AbortSignal.timeout(1) })).toMatchObject({
      state: 'unreadable',
      code: 'OUT_OF_TIME',
      operation: 'counting',
    });
  });
});
