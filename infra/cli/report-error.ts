import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import { safeLines } from '../../shared/report/safe-text.ts';
import { Interrupted } from './interruption.ts';
import { fitted } from './messages.ts';
import { OutputError } from './output-error.ts';
import { UserError } from './user-error.ts';

/** Prints to the standard error what went wrong, and returns the exit code. */
export function reportError(error: unknown): number {
  // commander has printed its message already; its help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.passed : EXIT_CODES.usage;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Interrupted) return printError(message, error.exitCode);
  if (error instanceof UserError || error instanceof OutputError)
    return printError(message, error.exitCode, error);
  return printError(`Internal error: ${message}`, EXIT_CODES.crashed, error);
}

function printError(message: string, exitCode: number, error?: unknown): number {
  process.stderr.write(`${fitted(`eks-auditor: ${message}`)}\n`);
  if (error instanceof Error && isDebugging())
    process.stderr.write(`${safeLines(inspect(error), 'terminal')}\n`);
  else if (exitCode === EXIT_CODES.crashed)
    process.stderr.write('This is a bug. Run it again with --debug for the stack trace.\n');
  return exitCode;
}

function isDebugging(): boolean {
  const topics = (process.env.DEBUG ?? '').split(',').map((topic) => topic.trim());
  return process.argv.includes('--debug') || topics.includes('eks-auditor');
}
