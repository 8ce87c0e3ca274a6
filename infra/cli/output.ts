import { open, unlink } from 'node:fs/promises';
import { UserError } from './user-error.ts';

/** Where a report is written. Either `write` or `discard` is called, once. */
export interface Output {
  /** The file; `undefined` for the standard output. */
  readonly path?: string;
  write(text: string): Promise<void>;
  /** Leaves a former report as it was, and no new file. */
  discard(): Promise<void>;
}

/**
 * Opens a file, or the standard output without a path and for `-`. The file is opened before the audit, so that an
 * unwritable path is found before time is spent, and emptied when the report is complete. Throws UserError.
 */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined || path === '-') return standardOutput;
  const { handle, isNew } = await openForWriting(path);
  return {
    path,
    async write(text) {
      try {
        if ((await handle.stat()).isFile()) await handle.truncate();
        await handle.writeFile(text);
      } catch (error) {
        throw writeError(path, error);
      } finally {
        await handle.close();
      }
    },
    async discard() {
      await handle.close();
      if (isNew) await unlink(path);
    },
  };
}

async function openForWriting(path: string) {
  try {
    return { handle: await open(path, 'ax'), isNew: true };
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw writeError(path, error);
  }
  try {
    return { handle: await open(path, 'a'), isNew: false };
  } catch (error) {
    throw writeError(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'no such directory',
  ENOTDIR: 'part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
};

function writeError(path: string, error: unknown): UserError {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return new UserError(`Cannot write --output ${path || "''"}: ${REASONS[code] ?? code}.`, {
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const standardOutput: Output = {
  write: (text) =>
    new Promise((resolve, reject) => {
      // That the reader closes the pipe (`| head`) is not an error.
      process.stdout.write(text, (error) => (error && codeOf(error) !== 'EPIPE' ? reject(error) : resolve()));
    }),
  async discard() {},
};
