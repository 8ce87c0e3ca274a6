import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };

const root = new URL('../../../', import.meta.url);

describe('what npm ci installs', () => {
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
