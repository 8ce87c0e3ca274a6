import { open, unlink } from 'node:fs/promises';
import { UserError } from './user-error.ts';

/** Where a report goes. Either `write` or `abandon` is called, once. */
export interface Output {
  /** What it is called, for people; `undefined` for the standard output. */
  readonly path?: string;
  write(text: string): Promise<void>;
  /** Nothing is going to be written: what was there before stays as it was. */
  abandon(): Promise<void>;
}

/**
 * Opens a file, or the standard output without a path and for `-`. It is opened before the audit, so that a path that
 * cannot be written to is found while that costs nothing, but emptied only once there is something to write. Throws
 * UserError.
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
        throw unwritable(path, error);
      } finally {
        await handle.close();
      }
    },
    async abandon() {
      await handle.close();
      if (isNew) await unlink(path);
    },
  };
}

async function openForWriting(path: string) {
  try {
    return { handle: await open(path, 'ax'), isNew: true };
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(path, error);
  }
  try {
    return { handle: await open(path, 'a'), isNew: false };
  } catch (error) {
    throw unwritable(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'no such directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left',
  EROFS: 'the file system is read-only',
};

function unwritable(path: string, error: unknown): UserError {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return new UserError(`--output ${path || "''"} cannot be written: ${REASONS[code] ?? code}`, {
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const standardOutput: Output = {
  write: (text) =>
    new Promise((resolve, reject) => {
      // A reader who has seen enough is no failure.
      process.stdout.write(text, (error) => (error && codeOf(error) !== 'EPIPE' ? reject(error) : resolve()));
    }),
  async abandon() {},
};
