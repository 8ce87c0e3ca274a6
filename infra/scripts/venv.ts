import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PIP_INSTALL = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];

/**
 * A Python virtual environment with exactly the packages of a requirements file, created by the first call and kept
 * until the file changes. Returns its folder of executables. Throws when Python 3 is missing or a package cannot be
 * installed.
 */
export async function ensureVenv(requirementsFile: string): Promise<string> {
  const requirements = await readFile(requirementsFile, 'utf8');
  const name = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = join(ROOT, '.venv', name);
  const executables = join(folder, 'bin');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return executables;
  await rm(folder, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(executables, 'python'), [...PIP_INSTALL, '--requirement', requirementsFile]);
  } catch (error) {
    throw new Error(`Cannot install ${requirementsFile}: Python 3 with venv and pip is needed`, {
      cause: error,
    });
  }
  await writeFile(complete, '');
  return executables;
}
