import { EXIT_CODES } from '../../shared/report/exit-code.ts';

/** A report that could not be written: a full disk, a pipe that nobody reads. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly exitCode = EXIT_CODES.outputNotWritten;
}
