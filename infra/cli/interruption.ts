import { EXIT_CODES } from '../../shared/report/exit-code.ts';

const SIGNALS = { SIGINT: EXIT_CODES.interrupted, SIGTERM: EXIT_CODES.terminated } as const;

/** The process received SIGINT or SIGTERM. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted.');
    this.exitCode = exitCode;
  }
}

/** Does `work`; rejects with Interrupted as soon as the process receives SIGINT or SIGTERM, and aborts the signal. */
export async function unlessInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const listener = () => {
      interrupted.reject(new Interrupted(exitCode));
      controller.abort();
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  try {
    return await Promise.race([work(controller.signal), interrupted.promise]);
  } finally {
    for (const remove of listeners) remove();
  }
}
