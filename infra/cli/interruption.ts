import { EXIT_CODES } from '../../shared/report/exit-code.ts';

const SIGNALS = { SIGINT: EXIT_CODES.interrupted, SIGTERM: EXIT_CODES.terminated } as const;

/** The process was told to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted.');
    this.exitCode = exitCode;
  }
}

/** Does `work` until it ends or the process is told to stop; then rejects with Interrupted, at once. */
export async function unlessInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const listener = () => {
      stopped.reject(new Interrupted(exitCode));
      controller.abort();
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  try {
    return await Promise.race([work(controller.signal), stopped.promise]);
  } finally {
    for (const remove of listeners) remove();
  }
}
