import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { readPage } from './pages.ts';

/* What is installed is what was reviewed: every byte has its hash in a lock file, and nothing runs to fetch others. */

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  /** Part of the tarball of another package, whose hash covers it. */
  readonly inBundle?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages of a lock file by their folders. */
type Packages = Readonly<Record<string, LockedPackage>>;

function packagesIn(lockFile: string): Packages {
  return JSON.parse(readPage(lockFile)).packages;
}

/** The folders of the packages that are as asked, without the project itself. */
function foldersWhere(packages: Packages, isAsAsked: (locked: LockedPackage) => boolean | undefined) {
  return Object.entries(packages).flatMap(([folder, locked]) =>
    folder !== '' && isAsAsked(locked) ? [folder] : [],
  );
}

describe.each(['package-lock.json', 'test/package/nodes/package-lock.json'])('%s', (lockFile) => {
  const packages = packagesIn(lockFile);

  it('pins each package by a hash', () => {
    const unpinned = foldersWhere(packages, ({ integrity, inBundle }) => !inBundle && !isStrong(integrity));

    expect(unpinned).toEqual([]);
  });

  it('pins each package at an exact version', () => {
    const inexact = foldersWhere(packages, ({ version = '' }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));

    expect(inexact).toEqual([]);
  });

  it('holds no download address: packages come from the registry that npm is set to', () => {
    expect(foldersWhere(packages, ({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('is complete for every platform, or npm ci refuses it', () => {
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));

    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });
});

function isStrong(integrity = ''): boolean {
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity);
}

describe('install scripts', () => {
  const packages = packagesIn('package-lock.json');

  it('are none in a production install', () => {
    expect(foldersWhere(packages, ({ hasInstallScript, dev }) => hasInstallScript && !dev)).toEqual([]);
  });

  it('are one among the tools, which does not run', () => {
    // That of esbuild replaces its launcher by the executable, which saves some milliseconds, and checks its version.
    expect(foldersWhere(packages, ({ hasInstallScript }) => hasInstallScript)).toEqual([
      'node_modules/esbuild',
    ]);
    expect(packageJson.allowScripts).toEqual({ esbuild: false });
  });

  it('fetch no Node: the package that does is not installed', () => {
    expect(Object.keys(packages)).not.toContain('node_modules/node');
    expect(Object.keys(packagesIn('test/package/nodes/package-lock.json'))).not.toContain(
      'node_modules/node',
    );
  });
});

describe('what npm ci leaves behind', () => {
  const locked = packagesIn('package-lock.json');

  it('is what is locked, version and hash', () => {
    const installed = Object.entries(packagesIn('node_modules/.package-lock.json'));
    const identityOf = ({ version, integrity }: LockedPackage = {}) => `${version} ${integrity}`;
    const others = installed.filter(([folder, one]) => identityOf(one) !== identityOf(locked[folder]));

    expect(installed.length).toBeGreaterThan(100);
    expect(others.map(([folder]) => folder)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('has no executable that is not of a locked package', () => {
    const executables = executablesIn('node_modules');

    expect(executables.length).toBeGreaterThan(10);
    expect(executables.filter((file) => !isPinned(file, locked))).toEqual([]);
  });
});

/** The files below a folder that may be executed, other than caches of tools, whose folders begin with a dot. */
function executablesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('node_modules/.'))
    .filter((file) => /\.(node|wasm)$/.test(file) || (statSync(join(ROOT, file)).mode & 0o111) !== 0);
}

/** Whether a file belongs to a package with a hash. That of a package covers what its tarball bundles. */
function isPinned(file: string, packages: Packages): boolean {
  const folders = [...file.matchAll(/node_modules\/(?:@[^/]+\/)?[^/]+/g)].map(({ index, 0: name }) =>
    file.slice(0, index + name.length),
  );
  const [innermost = ''] = folders.reverse();
  const own = packages[innermost];
  if (own?.inBundle) return folders.slice(1).some((folder) => isStrong(packages[folder]?.integrity));
  return isStrong(own?.integrity);
}

const WORKFLOWS = readdirSync(join(ROOT, '.github/workflows'));

describe.each(WORKFLOWS)('the workflow %s', (file) => {
  const text = readFileSync(join(ROOT, '.github/workflows', file), 'utf8');
  const workflow = parse(text);
  const jobs: Readonly<
    Record<string, { readonly permissions?: object; readonly 'timeout-minutes'?: number }>
  > = workflow.jobs;

  it('pins every action by the hash of a commit, and says which version that is', () => {
    const actions = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action]) => action);

    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d/.test(action ?? ''))).toEqual([]);
  });

  it('may only read, but for what a job names', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const others = Object.entries(jobs).flatMap(([name, { permissions = {} }]) =>
      Object.keys(permissions).map((permission) => `${name} ${permission}`),
    );

    expect(others).toEqual(
      file === 'release.yml' ? ['release contents', 'release id-token', 'release attestations'] : [],
    );
  });

  it('leaves no credentials in the checkout, and ends', () => {
    expect(text.match(/actions\/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    expect(Object.values(jobs).filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
  });
});

describe('vulnerabilities', () => {
  it('are looked for in what is locked, every week and in every change, and fail the workflow', () => {
    const workflow = parse(readPage('.github/workflows/vulnerabilities.yml'));
    const commands: string[] = workflow.jobs.npm.steps.flatMap(({ run }: { run?: string }) => run ?? []);

    expect(Object.keys(workflow.on)).toEqual(['schedule', 'push', 'pull_request', 'workflow_dispatch']);
    expect(commands.join('\n')).toContain('npm audit --omit=dev --audit-level=low');
    expect(commands.join('\n')).toContain('npm audit --audit-level=high');
    expect(commands.join('\n')).toContain('npm audit signatures');
    expect(JSON.stringify(workflow)).not.toContain('continue-on-error');
  });

  it('are reported in private, and answered in a time that is said', () => {
    const policy = readPage('SECURITY.md');

    expect(policy).toContain('private vulnerability reporting');
    expect(policy).toMatch(/\| answer that the report has arrived \| \d+ working days \|/);
    expect(policy).toMatch(/\| fix or mitigation for critical and high severity \| \d+ days \|/);
  });
});

describe('releases', () => {
  it('are made from signed tags of the version, and say where they came from', () => {
    const { steps } = parse(readPage('.github/workflows/release.yml')).jobs.release;
    const commands: string[] = steps.flatMap(({ run }: { run?: string }) => run ?? []);
    const uses: string[] = steps.flatMap(({ uses: action }: { uses?: string }) => action ?? []);
    const before = commands
      .slice(
        0,
        commands.findIndex((command) => command.includes('npm pack')),
      )
      .join('\n');

    expect(before).toContain('.verification.verified)" = true');
    expect(before).toContain('git merge-base --is-ancestor "$GITHUB_SHA" origin/main');
    expect(before).toContain(`test "$TAG" = "v$(node -p "require('./package.json').version")"`);
    expect(uses.some((action) => action.startsWith('actions/attest-build-provenance@'))).toBe(true);
    expect(readPage('docs/releasing.md')).toContain('git tag --sign');
  });
});
