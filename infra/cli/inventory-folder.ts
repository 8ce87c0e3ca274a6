import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { controls } from '../../shared/evaluate/controls/index.ts';
import type { Plan, RunResult } from '../../shared/model/run.ts';
import {
  type SavedFile,
  savedFile,
  serializeAccount,
  serializeManifest,
} from '../../shared/pipeline/inventory-documents.ts';
import type { InventorySink } from '../../shared/pipeline/read-account.ts';
import { plural } from '../../shared/report/text.ts';
import { messagesFor } from './messages.ts';
import { codeOf, ignoreMissing } from './system-error.ts';
import { UserError } from './user-error.ts';

/** Only for its owner: it tells where an organization is vulnerable. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The file that names the run and all others; written last, so that a run that was interrupted has none. */
export const MANIFEST = 'manifest.json';

/** A folder that keeps what a run reads. */
export interface InventoryFolder extends InventorySink {
  /** Names the run and all files. Says on the standard error what was written, or why not. Returns whether all was. */
  finish(result: RunResult): Promise<boolean>;
}

/** Makes the folder, which must be new or empty, before anything is asked of AWS. Throws UserError. */
export async function openInventoryFolder(
  folder: string,
  say: (message: string) => void,
): Promise<InventoryFolder> {
  await prepare(folder);
  const facts = new Set(controls.flatMap(({ needs }) => needs));
  say(
    `saving the inventory in ${folder}: ${facts.size} kinds of facts, those of all controls of all versions, are read; ` +
      'that takes as many requests as an audit by every control, and about 10 kB for each cluster',
  );
  const files: SavedFile[] = [];
  const failures: unknown[] = [];
  let begun: { readonly plan: Plan; readonly region: string } | undefined;

  async function write(name: string, text: string): Promise<void> {
    try {
      await writeNew(join(folder, name), text);
      files.push(savedFile(name, text));
    } catch (error) {
      // The audit is worth more than its inventory, and goes on.
      failures.push(error);
    }
  }

  return {
    async begin(plan, region) {
      begun = { plan, region };
    },
    async account(read) {
      const text = serializeAccount(read, begun?.plan.run.id ?? '');
      await write(`accounts/${read.target.accountId}.json`, text);
    },
    async finish({ run: { finishedAt } }) {
      if (begun && failures.length === 0)
        await write(MANIFEST, serializeManifest({ ...begun, finishedAt }, files));
      const [failure] = failures;
      if (failure !== undefined) {
        messagesFor({}).warn(describeFailure(folder, failure));
        return false;
      }
      const bytes = files.reduce((total, file) => total + file.bytes, 0);
      say(
        `inventory: ${folder}, ${plural(files.length, 'file')}, ${Math.ceil(bytes / 1_000).toLocaleString('en')} kB`,
      );
      return true;
    },
  };
}

async function prepare(folder: string): Promise<void> {
  try {
    const entry = await lstat(folder).catch(ignoreMissing);
    const own = process.geteuid?.();
    if (entry?.isSymbolicLink() || (entry && own !== undefined && entry.uid !== own))
      throw new UserError(`Cannot use --save-inventory ${folder}: it is a link, or another user's.`);
    if (entry === undefined) await mkdir(folder, { mode: FOLDER_MODE });
    if ((await readdir(folder)).length > 0)
      throw new UserError(`Cannot use --save-inventory ${folder}: it is not empty.`);
    await chmod(folder, FOLDER_MODE);
    await access(folder, constants.W_OK | constants.X_OK);
    await mkdir(join(folder, 'accounts'), { mode: FOLDER_MODE });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(describeFailure(folder, error), { cause: error });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'no such directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'it, or part of its path, is not a directory',
  EROFS: 'the file system is read-only',
};

function describeFailure(folder: string, error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return `Cannot write --save-inventory ${folder || "''"}: ${REASONS[code] ?? code}.`;
}
