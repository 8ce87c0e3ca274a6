import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDeploymentConfig } from '../infra/cdk/deployment-config.ts';
import { parseWorld } from '../infra/sandbox/world.ts';
import { parseConfig } from '../shared/config/config.ts';
import { FIELDS } from '../shared/publish/asff.ts';
import { GENERATOR_PREFIX } from '../shared/publish/ids.ts';
import { blocksOf, readPage } from './pages.ts';

const README = readPage('README.md');
const CONFIGURATION = readPage('docs/configuration.md');

/** The first example in YAML of a page. */
function exampleIn(page: string): unknown {
  return parse(blocksOf(page, 'yaml')[0] ?? '');
}

test('the configuration in the README is accepted', () => {
  expect(parseDeploymentConfig(exampleIn(README), 'README.md').config.role.externalId).toBeTruthy();
});

test('the world in docs/cli.md is accepted', () => {
  const [shop] = parseWorld(exampleIn(readPage('docs/cli.md'))).accounts.filter(
    ({ name }) => name === 'shop',
  );

  expect(shop?.clusters).toHaveLength(1);
});

test('the cluster with a Kubernetes API in docs/cli.md is accepted', () => {
  const [, block = ''] = blocksOf(readPage('docs/cli.md'), 'yaml');

  const { accounts } = parseWorld({ accounts: [{ id: '333333333333', ...parse(block) }] });

  expect(accounts.at(-1)?.clusters[0]?.kubernetes).toMatchObject({ connection: 'works' });
});

test('the README links the page of every control, by its key', () => {
  const keys = readdirSync(new URL('../docs/controls', import.meta.url)).map((file) =>
    file.replace('.md', ''),
  );
  const linked = [...README.matchAll(/^\| \[`([\w-]+)`\]\(docs\/controls\/\1\.md\) \|/gm)].map(
    ([, key]) => key,
  );

  expect(linked.toSorted()).toEqual(keys.toSorted());
});

test('the event pattern in the README names fields and prefixes that findings have', () => {
  const { findings } = JSON.parse(blocksOf(README, 'json')[1] ?? '').detail;

  expect(findings.GeneratorId).toEqual([{ prefix: GENERATOR_PREFIX }]);
  expect(Object.values(FIELDS)).toEqual(expect.arrayContaining(Object.keys(findings.ProductFields)));
});

describe('docs/configuration.md', () => {
  const rows = [...CONFIGURATION.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*?) \|$/gm)];
  const documented = rows.map(([, key = '']) => key);

  /** The dotted paths of a configuration's keys; `[]` is an element of a list. Ends at keys that have a row. */
  function pathsOf(value: unknown, path = ''): string[] {
    if (documented.includes(path) || typeof value !== 'object' || value === null) return [path];
    const parts = Array.isArray(value)
      ? value.flatMap((item) => pathsOf(item, `${path}[]`))
      : Object.entries(value).flatMap(([key, field]) => pathsOf(field, path === '' ? key : `${path}.${key}`));
    return [...new Set(parts)];
  }

  test('has an example with exactly the keys of its tables', () => {
    expect(pathsOf(exampleIn(CONFIGURATION)).toSorted()).toEqual(documented.toSorted());
  });

  test('has an example that is accepted', () => {
    expect(() => parseDeploymentConfig(exampleIn(CONFIGURATION), 'docs/configuration.md')).not.toThrow();
  });

  test('has a row for every key with a default', () => {
    const { config, deployment } = parseDeploymentConfig(exampleIn(README), 'README.md');
    // What the deployment works out for itself is no key.
    const { partition, longestScheduleGapMs, ...keys } = deployment;

    expect(pathsOf({ ...config, deployment: keys }).filter((path) => !documented.includes(path))).toEqual([]);
  });

  const config = parseConfig({});
  const withDefault = rows.flatMap(([, key = '', , text = '']) => {
    const [, value] = /^`([^`]+)`$/.exec(text) ?? [];
    return value === undefined || key.includes('[]') || key.startsWith('deployment.alerts.slack.')
      ? []
      : [{ key, value }];
  });

  test.each(withDefault)('has the default of $key, $value', ({ key, value }) => {
    const minimal = { account: '222222222222', region: 'eu-west-1', organizationId: 'o-a1b2c3d4e5' };
    const { deployment } = parseDeploymentConfig(
      {
        targets: { organization: true },
        deployment: { ...minimal, memberRole: { organizationalUnits: ['r-ab12'] } },
      },
      'the minimal configuration',
    );
    const actual = key
      .split('.')
      .reduce<unknown>((parent, name) => Object(parent)[name], { ...config, deployment });

    expect(actual).toEqual(key === 'benchmark' ? value : parse(value));
  });

  test('names every environment variable that sets a key', () => {
    const variables = [
      ...readPage('shared/config/config-sources.ts').matchAll(/^ {2}(EKS_AUDITOR_\w+): \{/gm),
    ];

    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter(([, name]) => !CONFIGURATION.includes(`\`${name}\``))).toEqual([]);
  });
});
