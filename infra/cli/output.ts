import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, readlink, rename, stat, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { OutputError } from './output-error.ts';
import { codeOf, ignoreMissing } from './system-error.ts';
import { UserError } from './user-error.ts';

/** Where a report is written. */
export interface Output {
  /** The file as it was given; `undefined` for the standard output. */
  readonly path?: string;
  /** The file that is replaced, without links; absent for what is written as it is. */
  readonly file?: string;
  /** Writes the whole report. Throws OutputError; a former report is as it was then. */
  write(text: string): Promise<void>;
}

/**
 * A file, or the standard output without a path and for `-`. What can be known before the audit is checked now, so that a
 * wrong path is found before time is spent. Nothing is created until the report is complete. Throws UserError.
 *
 * A file is written beside and renamed, readable by its owner only, so that it is never half a report. A link is followed
 * where it is the caller's or root's, as anybody else could lead it anywhere. Pipes and devices are written as they are.
 */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined || path === '-') return standardOutput;
  try {
    const target = await targetOf(path);
    const write = target.isFile ? replaceFile : writeAsItIs;
    return {
      path,
      ...(target.isFile && { file: target.path }),
      write: (text) => write(target.path, text).catch((error: unknown) => failWrite(path, error)),
    };
  } catch (error) {
    throw new UserError(describeFailure(path, error), { cause: error });
  }
}

interface Target {
  /** Without links. */
  readonly path: string;
  /** A regular file, or none yet. */
  readonly isFile: boolean;
}

async function targetOf(path: string): Promise<Target> {
  if (path === '') throw new Refusal('it is empty');
  const followed = await followLinks(isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`);
  if (isOpenAlready(followed)) {
    await access(followed, constants.W_OK);
    return { path: followed, isFile: false };
  }
  const existing = await statIfThere(followed);
  if (existing?.isDirectory() || path.endsWith('/')) throw new Refusal('it is a directory');
  if (existing !== undefined) await access(followed, constants.W_OK);
  if (existing !== undefined && !existing.isFile()) return { path: followed, isFile: false };
  await checkFolder(dirname(followed));
  return { path: followed, isFile: true };
}

/** What these lead to is open already, or a device: /dev/stdout, /proc/self/fd/1, /dev/fd/3, /dev/null. */
function isOpenAlready(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

/** The most links that are followed, as by Linux. */
const MAX_LINKS = 40;

/** The path without links, as the system would find it, if all of them are the caller's or root's: also of folders. */
async function followLinks(path: string): Promise<string> {
  const { root } = parse(path);
  let followed = root;
  let rest = partsOf(path.slice(root.length));
  for (let links = 0; rest.length > 0; ) {
    const [part = '', ...others] = rest;
    const next = join(followed, part);
    const target = isOpenAlready(next) ? undefined : await targetOfLink(next);
    if (target === undefined) {
      followed = next;
      rest = others;
    } else {
      links += 1;
      if (links > MAX_LINKS) throw new Refusal('its links lead round in a circle');
      if (isAbsolute(target)) followed = root;
      rest = [...partsOf(target), ...others];
    }
  }
  return followed;
}

function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== '');
}

/** Where a link leads; `undefined` for what is none, or not there. */
async function targetOfLink(path: string): Promise<string | undefined> {
  const entry = await lstat(path).catch(ignoreMissing);
  if (!entry?.isSymbolicLink()) return undefined;
  // Windows has no owners.
  const own = process.geteuid?.() ?? entry.uid;
  if (entry.uid !== own && entry.uid !== 0) throw new Refusal('it leads through a link of another user');
  return readlink(path);
}

async function statIfThere(path: string) {
  return stat(path).catch(ignoreMissing);
}

/** Whether a file can be written beside the one that it will replace. */
async function checkFolder(folder: string): Promise<void> {
  if (!(await stat(folder)).isDirectory()) throw new Refusal('part of the path is not a directory');
  await access(folder, constants.W_OK | constants.X_OK);
}

/** Readable by the owner only: a report tells where an organization is vulnerable. */
const MODE = 0o600;

async function replaceFile(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.eks-auditor-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(beside, 'wx', MODE);
  try {
    try {
      await handle.writeFile(text);
      // A disk may be found to be full only now.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(ignoreMissing);
    throw error;
  }
}

async function writeAsItIs(path: string, text: string): Promise<void> {
  const handle = await open(path, constants.O_WRONLY);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

/** Why a path is no place for a report. */
class Refusal extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use as a mount point',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EISDIR: 'it is a directory',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'part of the path is not a directory',
  ENXIO: 'nothing reads from it',
  EPERM: 'operation not permitted',
  EPIPE: 'the reader has closed the pipe',
  EROFS: 'the file system is read-only',
};

function failWrite(path: string, error: unknown): never {
  throw new OutputError(describeFailure(path, error), { cause: error });
}

function describeFailure(path: string, error: unknown): string {
  return `Cannot write --output ${path || "''"}: ${reasonOf(error)}.`;
}

/** Why something could not be written. Throws what is no failure of the system. */
function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const code = codeOf(error);
  if (code === undefined) throw error;
  return REASONS[code] ?? code;
}

const standardOutput: Output = {
  write: (text) =>
    new Promise((done, reject) => {
      process.stdout.write(text, (error) => {
        // That the reader closes the pipe (`| head`) is not an error.
        if (!error || codeOf(error) === 'EPIPE') done();
        else reject(standardOutputError(error));
      });
    }),
};

/** What is said when the standard output cannot be written: a full disk is not a bug. */
export function standardOutputError(error: unknown): OutputError {
  return new OutputError(`Cannot write to the standard output: ${reasonOf(error)}.`, { cause: error });
}
