#!/usr/bin/env node
import { Interrupted } from './interruption.ts';
import { standardOutputError } from './output.ts';
import { buildProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { writeWhole } from './whole-writes.ts';

/*
 * The process of `eks-auditor`: streams, exit codes and crashes. The commands are in the other files of this folder. Data
 * goes to the standard output, everything else to the standard error.
 */

for (const stream of [process.stdout, process.stderr]) writeWhole(stream);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // That the reader closes the pipe (`| head`) is not an error.
  if (error.code !== 'EPIPE') process.exitCode = reportError(standardOutputError(error));
  process.exit();
});

process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // Of anything else there is no place to tell.
  if (error.code === 'EPIPE') process.exit();
});

process.on('uncaughtException', (error) => process.exit(reportError(error)));

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
  // The interrupted audit may still be running.
  if (error instanceof Interrupted) process.exit();
}
