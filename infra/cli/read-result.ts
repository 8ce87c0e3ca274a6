import { readFile } from 'node:fs/promises';
import { isNestedTooDeeply } from '../../shared/model/nesting.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { parseRunResult, RunResultError } from '../../shared/report/read-run-result.ts';
import { codeOf } from './system-error.ts';
import { UserError } from './user-error.ts';

/** Reads a result that was saved as JSON. Throws UserError. */
export async function readResult(path: string): Promise<RunResult> {
  try {
    return parseRunResult(parseJson(withoutMark(await readFile(path, 'utf8'))));
  } catch (error) {
    throw new UserError(`Cannot read result ${path || "''"}: ${describe(error)}.`, { cause: error });
  }
}

/** Windows may have put a byte order mark before it. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

function parseJson(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new RunResultError('it is no JSON', { cause: error });
  }
  if (isNestedTooDeeply(document)) throw new RunResultError('it is nested too deeply');
  return document;
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
