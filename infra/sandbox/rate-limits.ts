/** How often an operation may be called, per account and Region. */
export interface Rate {
  readonly perSecond: number;
  /** How many calls may come at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** In milliseconds. */
  filledAt: number;
}

/** Token buckets, one for each operation, account and Region. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();

  /** Whether one more call is within the rate; `now` is in milliseconds and may go back. */
  take(key: string, { perSecond, burst }: Rate, now: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
    const seconds = Math.max(0, now - bucket.filledAt) / 1000;
    const refilled = Math.min(burst, bucket.tokens + seconds * perSecond);
    const allowed = refilled >= 1;
    this.#buckets.set(key, { tokens: allowed ? refilled - 1 : refilled, filledAt: now });
    return allowed;
  }
}
