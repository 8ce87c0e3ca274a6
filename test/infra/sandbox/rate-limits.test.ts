import { describe, expect, it } from 'vitest';
import { RateLimits } from '../../../infra/sandbox/rate-limits.ts';

const rate = { perSecond: 2, burst: 3 };

/** How many of the calls at the time `now` are within the rate. */
function allowed(limits: RateLimits, key: string, calls: number, now: number): number {
  return Array.from({ length: calls }, () => limits.take(key, rate, now)).filter(Boolean).length;
}

describe('rate limits', () => {
  it('allow a burst, and then the rate per second', () => {
    const limits = new RateLimits();
    expect(allowed(limits, 'a', 10, 0)).toBe(3);
    expect(allowed(limits, 'a', 10, 499)).toBe(0);
    expect(allowed(limits, 'a', 10, 1000)).toBe(2);
  });

  it('allow no more than a burst after any pause', () => {
    const limits = new RateLimits();
    allowed(limits, 'a', 3, 0);
    expect(allowed(limits, 'a', 10, 60_000)).toBe(3);
  });

  it('do not shrink when the clock goes back', () => {
    const limits = new RateLimits();
    allowed(limits, 'a', 1, 60_000);
    expect(allowed(limits, 'a', 10, 0)).toBe(2);
  });

  it('are kept apart by key', () => {
    const limits = new RateLimits();
    allowed(limits, 'a', 3, 0);
    expect(allowed(limits, 'b', 3, 0)).toBe(3);
  });
});
