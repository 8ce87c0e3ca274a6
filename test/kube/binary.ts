import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('apiserver', import.meta.url));
const FOLDER = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'eks-auditor', 'kube');
const VERSION_PACKAGE = 'k8s.io/component-base/version';
/** Enough for the errors of a compiler. */
const OUTPUT_BYTES = 10_000_000;

/**
 * The program of `apiserver/`, built once and kept in the user's cache until its sources change; undefined where there is no
 * Go. The first time takes minutes, 0.6 GB of modules and 2.3 GB of Go's cache, both of which `go clean` removes.
 */
export async function ensureApiServer(): Promise<string | undefined> {
  const sources = await readSources();
  const binary = join(FOLDER, `apiserver-${hashOf(sources)}`);
  if (existsSync(binary)) return binary;
  if (!(await hasGo())) return undefined;
  process.stderr.write('Building kube-apiserver for the tests, once: this takes minutes\n');
  await mkdir(FOLDER, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  await build(unfinished, kubernetesVersion(sources.get('go.mod') ?? ''));
  await rename(unfinished, binary);
  const others = (await readdir(FOLDER)).map((name) => join(FOLDER, name)).filter((file) => file !== binary);
  await Promise.all(others.map((file) => rm(file, { force: true })));
  return binary;
}

async function readSources(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(SOURCES)).sort();
  const all = names.map(async (name) => [name, await readFile(join(SOURCES, name), 'utf8')] as const);
  return new Map(await Promise.all(all));
}

function hashOf(sources: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const [name, text] of sources) hash.update(`\n${name}\n${text}`);
  return hash.digest('hex').slice(0, 12);
}

function kubernetesVersion(modules: string): string {
  const [, version = ''] = /^\tk8s\.io\/kubernetes (v[\d.]+)$/m.exec(modules) ?? [];
  return version;
}

async function hasGo(): Promise<boolean> {
  try {
    await run('go', ['version']);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function build(output: string, version: string): Promise<void> {
  const [major, minor] = version.slice(1).split('.');
  const told = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const flags = Object.entries(told).map(([name, value]) => `-X ${VERSION_PACKAGE}.${name}=${value}`);
  const parameters = ['-trimpath', '-buildvcs=false', `-ldflags=-s -w ${flags.join(' ')}`, '-o', output, '.'];
  await run('go', ['build', '-mod=readonly', ...parameters], {
    cwd: SOURCES,
    env: { ...process.env, CGO_ENABLED: '0' },
    maxBuffer: OUTPUT_BYTES,
  });
}
