import { readFile } from 'node:fs/promises';
import { parseJson } from '../../shared/model/json.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { parseRunResult, RunResultError } from '../../shared/report/read-run-result.ts';
import { codeOf } from './system-error.ts';
import { UserError } from './user-error.ts';

/** Reads a result that was saved as JSON. Throws UserError. */
export async function readResult(path: string): Promise<RunResult> {
  try {
    const text = withoutMark(await readFile(path, 'utf8'));
    return parseRunResult(
      parseJson(text, (problem, options) => {
        return new RunResultError(problem === 'not JSON' ? 'it is no JSON' : `it is ${problem}`, options);
      }),
    );
  } catch (error) {
    throw new UserError(`Cannot read result ${path || "''"}: ${describe(error)}.`, { cause: error });
  }
}

/** Windows may have put a byte order mark before it. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'no such file',
  ENOTDIR: 'part of the path is not a directory',
  ERR_STRING_TOO_LONG: 'it is too large',
};

function describe(error: unknown): string {
  if (error instanceof RunResultError) return error.message;
  const code = codeOf(error);
  if (code === undefined) throw error;
  return REASONS[code] ?? code;
}
