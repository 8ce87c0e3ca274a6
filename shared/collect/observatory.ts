import type { AwsAccount } from '../aws/account.ts';
import { awsReader } from '../aws/read.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Scope } from '../model/scope.ts';
import type { CollectContext } from './collector.ts';

/** Reads facts of one place, and notes when each was asked for. */
export interface Observatory {
  readonly scope: Scope;
  /**
   * Collects one fact. `observedAt` is the time before the first request that it rests on, ISO 8601, UTC; none if there
   * was no time for any.
   */
  observe<F extends Evidence<unknown>>(
    collect: (context: CollectContext) => Promise<F>,
  ): Promise<{ readonly fact: F; readonly observedAt?: string }>;
}

/** The facts of a place share the answers of requests that are cached, however old they are. */
export function observatory(
  aws: AwsAccount,
  scope: Scope,
  { now, kubernetes }: Pick<CollectContext, 'now' | 'kubernetes'>,
): Observatory {
  const reader = awsReader(aws, scope.region);
  const answers = new Map<string, { readonly answer: Promise<unknown>; readonly askedAt: Date }>();
  return {
    scope,
    async observe(collect) {
      const isTooLate = aws.isOver();
      let earliest = now();
      const fact = await collect({
        aws,
        scope,
        now,
        ...(kubernetes && { kubernetes }),
        ...reader,
        cached<T>(key: string, request: () => Promise<T>) {
          const cached = answers.get(key) ?? { answer: request(), askedAt: now() };
          answers.set(key, cached);
          if (cached.askedAt < earliest) earliest = cached.askedAt;
          // The key names the request, so what is stored under it is an answer to this one.
          return cached.answer as Promise<T>;
        },
      });
      return isTooLate ? { fact } : { fact, observedAt: earliest.toISOString() };
    },
  };
}
