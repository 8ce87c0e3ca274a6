import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from './synthesized.ts';

/** A lock that is older was left behind by a process that died. */
const STALE = 10 * 60_000;

/**
 * Does something that no other test does at the same time, in this process or another: test files run in parallel, and
 * two of them must not install into one folder.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = join(ROOT, '.venv', `${name}.lock`);
  await mkdir(join(ROOT, '.venv'), { recursive: true });
  while (!(await taken(lock))) await wait(250);
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const held = await stat(lock).catch(() => undefined);
    if (held && Date.now() - held.mtimeMs > STALE) await rm(lock, { recursive: true, force: true });
    return false;
  }
}
