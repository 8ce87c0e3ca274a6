import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };

interface LockedPackage {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  /** Part of the tarball of another package. */
  readonly inBundle?: boolean;
}

const root = new URL('../../../', import.meta.url);
/** The lock file's packages by their folder, without the project itself. */
const { '': _project, ...packages }: Readonly<Record<string, LockedPackage>> = JSON.parse(
  readFileSync(new URL('package-lock.json', root), 'utf8'),
).packages;

/** The folders of the packages that are as asked. */
function foldersWhere(condition: (installed: LockedPackage) => boolean | undefined): string[] {
  return Object.entries(packages).flatMap(([folder, installed]) => (condition(installed) ? [folder] : []));
}

describe('what npm ci installs', () => {
  it('is pinned by a hash each', () => {
    expect(foldersWhere(({ integrity, inBundle }) => integrity === undefined && !inBundle)).toEqual([]);
  });

  it('needs no install script', () => {
    // That of esbuild only replaces its launcher by the executable, which saves some milliseconds.
    expect(foldersWhere(({ hasInstallScript }) => hasInstallScript)).toEqual(['node_modules/esbuild']);
    expect(packageJson.allowScripts).toEqual({ esbuild: false });
  });

  it('contains one version of Node for all platforms, and the launcher knows each package', () => {
    const nodes = Object.entries(packageJson.optionalDependencies);
    const launcher = readFileSync(new URL('infra/scripts/installed-node.mjs', root), 'utf8');

    expect(nodes).toHaveLength(5);
    expect(new Set(nodes.map(([, version]) => version))).toEqual(new Set(['22.23.2']));
    for (const [name] of nodes) expect(launcher).toContain(`'${name}'`);
  });
});

it.each([...Object.values(packageJson.scripts), cdkJson.app])('the installed Node runs `%s`', (script) => {
  const scripts = script.split(' && ').filter((command) => !/^(cdk|tsc|biome) /.test(command));

  expect(scripts.filter((command) => !command.startsWith('node infra/scripts/run.mjs '))).toEqual([]);
});
