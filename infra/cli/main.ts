import { CommanderError } from 'commander';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import { Interrupted } from './interruption.ts';
import { buildProgram } from './program.ts';
import { UserError } from './user-error.ts';

/*
 * `eks-auditor`: what belongs to the process is here (streams, exit codes, crashes), what belongs to a command beside it
 * in cli/. Data goes to the standard output; everything else to the standard error.
 */

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads has seen enough (`| head`): that is no failure.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.on('uncaughtException', (error) => process.exit(explain(error)));

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
  // What was interrupted is still under way.
  if (error instanceof Interrupted) process.exit();
}

/** Tells what went wrong and returns the exit code. */
function explain(error: unknown): number {
  // commander has told already; its help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.passed : EXIT_CODES.usage;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Interrupted) return tell(message, error.exitCode);
  if (error instanceof UserError) return tell(message, error.exitCode, error);
  return tell(`This is a bug: ${message}`, EXIT_CODES.crashed, error);
}

function tell(message: string, exitCode: number, error?: unknown): number {
  process.stderr.write(`eks-auditor: ${message}\n`);
  if (error instanceof Error && isDebugging()) console.error(error);
  else if (exitCode === EXIT_CODES.crashed) process.stderr.write('Run it again with --debug to see where.\n');
  return exitCode;
}

function isDebugging(): boolean {
  const topics = (process.env.DEBUG ?? '').split(',').map((one) => one.trim());
  return process.argv.includes('--debug') || topics.includes('eks-auditor');
}
