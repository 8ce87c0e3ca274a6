import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDeploymentConfig } from '../infra/cdk/deployment-config.ts';
import { demoOrganization, REGIONS, SECURITY, SHOP } from '../infra/demo/organization.ts';
import { parseWorld } from '../infra/sandbox/world.ts';
import { parseConfig } from '../shared/config/config.ts';
import { FIELDS } from '../shared/publish/asff.ts';
import { GENERATOR_PREFIX } from '../shared/publish/ids.ts';
import { run, signedIn } from './harness.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const README = read('README.md');
const CONFIGURATION = read('docs/configuration.md');

/** The code blocks of a language in a page. */
function blocksOf(page: string, language: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}

/** The first example in YAML of a page. */
function exampleIn(page: string): unknown {
  return parse(blocksOf(page, 'yaml')[0] ?? '');
}

test('the configuration in the README is accepted', () => {
  expect(parseDeploymentConfig(exampleIn(README), 'README.md').config.role.externalId).toBeTruthy();
});

test('the world in docs/cli.md is accepted', () => {
  const [shop] = parseWorld(exampleIn(read('docs/cli.md'))).accounts.filter(({ name }) => name === 'shop');

  expect(shop?.clusters).toHaveLength(1);
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

describe('of the demo, the README shows', () => {
  test('lines of the report as they are', async () => {
    const demo = fileURLToPath(new URL('../infra/demo/demo.ts', import.meta.url));
    const environment = { PATH: process.env.PATH, NO_COLOR: '1' };

    const { stdout } = await promisify(execFile)(process.execPath, [demo], { env: environment });

    const lines = stdout.split('\n');
    // The first line has the version and the time.
    const [, ...shown] = (blocksOf(README, 'text')[0] ?? '').split('\n');
    expect(shown.filter((line) => line !== '…' && !lines.includes(line))).toEqual([]);
    expect(shown.length).toBeGreaterThan(30);
  });

  test('a finding as it is', async () => {
    const sandbox = await signedIn(demoOrganization(), SECURITY);
    await run({ targets: { organization: true, regions: REGIONS } });

    const excerpt: { readonly Id: string } = JSON.parse(blocksOf(README, 'json')[0] ?? '');
    const finding = sandbox.findings(SHOP, 'eu-west-1').find(({ Id }) => Id === excerpt.Id);
    expect(finding).toMatchObject(excerpt);
  });
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
    const variables = [...read('shared/config/load-config.ts').matchAll(/^ {2}(EKS_AUDITOR_\w+): \{/gm)];

    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter(([, name]) => !CONFIGURATION.includes(`\`${name}\``))).toEqual([]);
  });
});
