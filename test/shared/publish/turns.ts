import { setImmediate as settled } from 'node:timers/promises';
import type { AwsReader } from '../../../shared/aws/read.ts';

/** Requests that wait for their turn, so that a test decides in which order those of several publications are sent. */
export interface Turns {
  /** The same access, whose requests wait. What is written right after a reading of findings by id does not: a moment is left between them, which no test can take away. */
  taking(reader: AwsReader, isAtOnce: (operation: string) => boolean): AwsReader;
  /** How many requests wait. */
  waiting(): number;
  /** Lets one of the requests that wait be sent, and what follows from its answer happen. */
  next(pick: number): Promise<void>;
}

export function turns(): Turns {
  const queue: { readonly open: () => void; readonly finished: Promise<void> }[] = [];

  async function inTurn<T>(request: () => Promise<T>): Promise<T> {
    const opened = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    queue.push({ open: opened.resolve, finished: finished.promise });
    await opened.promise;
    try {
      return await request();
    } finally {
      finished.resolve();
    }
  }

  return {
    taking: (reader, isAtOnce) => ({
      read: ((operation, input) =>
        isAtOnce(operation.action)
          ? reader.read(operation, input)
          : inTurn(() => reader.read(operation, input))) as AwsReader['read'],
      list: (listing, input, most) => inTurn(() => reader.list(listing, input, most)),
    }),
    waiting: () => queue.length,
    async next(pick) {
      const [turn] = queue.splice(pick % Math.max(queue.length, 1), 1);
      turn?.open();
      await turn?.finished;
      await settled();
    },
  };
}
