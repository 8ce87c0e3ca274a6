import { safeLines } from '../../shared/report/safe-text.ts';
import type { ReportingOptions } from './audit-options.ts';

/** What a command says beside its output, on the standard error. */
export interface Messages {
  /** Says something that `--quiet` leaves out. */
  say(message: string): void;
  /** Says what a report leaves out, whatever was asked. */
  warn(message: string): void;
}

export function messagesFor({ quiet }: Pick<ReportingOptions, 'quiet'>): Messages {
  return {
    say: (message) => {
      if (!quiet) process.stderr.write(`${safeLines(message, 'terminal')}\n`);
    },
    warn: (message) => {
      process.stderr.write(`eks-auditor: ${safeLines(message, 'terminal')}\n`);
    },
  };
}
