import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { run } from './npm.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The packed package. */
    readonly tarball: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODES = fileURLToPath(new URL('nodes', import.meta.url));

/** Packs the package and installs the versions of Node. Returns what removes the package. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'eks-auditor-package-'));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT });
  // The scripts of the pack print before the JSON.
  const [{ filename }] = JSON.parse(packed.slice(packed.search(/^\[/m)));
  provide('tarball', join(folder, filename));
  await run('npm', ['ci', '--ignore-scripts'], { cwd: NODES });
  return () => rm(folder, { recursive: true, force: true });
}
