#!/usr/bin/env node
import { Interrupted } from './interruption.ts';
import { buildProgram } from './program.ts';
import { reportError } from './report-error.ts';

/*
 * The process of `eks-auditor`: streams, exit codes and crashes. The commands are in the other files of this folder. Data
 * goes to the standard output, everything else to the standard error.
 */

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // That the reader closes the pipe (`| head`) is not an error.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.on('uncaughtException', (error) => process.exit(reportError(error)));

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
  // The interrupted audit may still be running.
  if (error instanceof Interrupted) process.exit();
}
