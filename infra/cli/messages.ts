import { safeLines } from '../../shared/report/safe-text.ts';
import { wrapIndented } from '../../shared/report/text.ts';
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
      if (!quiet) process.stderr.write(`${fitted(message)}\n`);
    },
    warn: (message) => {
      process.stderr.write(`${fitted(`eks-auditor: ${message}`)}\n`);
    },
  };
}

/**
 * Safe to show: names of files, keys of configurations and words of AWS are the text of others. Wrapped on a terminal, line by
 * line; in a log a message stays in one piece, to be searched for.
 */
export function fitted(message: string): string {
  const width = process.stderr.isTTY ? process.stderr.columns || 80 : Number.POSITIVE_INFINITY;
  return safeLines(message, 'terminal')
    .split('\n')
    .flatMap((line) => wrapIndented(line, width))
    .join('\n');
}
