import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDeploymentConfig } from '../infra/cdk/deployment-config.ts';
import { parseWorld } from '../infra/sandbox/world.ts';
import { parseConfig } from '../shared/config/config.ts';
import { controls } from '../shared/evaluate/controls/index.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const README = read('README.md');

/** What the first YAML block of a page says. */
function exampleIn(path: string): unknown {
  return parse(/^```yaml\n(.*?)^```/ms.exec(read(path))?.[1] ?? '');
}

test('the configuration in the README is accepted', () => {
  expect(parseDeploymentConfig(exampleIn('README.md'), 'README.md').config.role.externalId).toBeTruthy();
});

test('the world in the documentation of the command line is accepted', () => {
  const [shop] = parseWorld(exampleIn('docs/cli.md')).accounts.filter((one) => one.name === 'shop');

  expect(shop?.clusters).toHaveLength(1);
});

/** The dotted paths of a configuration's fields, as far as they have defaults. */
function pathsOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, field]) => {
    const isSection =
      typeof field === 'object' && field !== null && !Array.isArray(field) && Object.keys(field).length > 0;
    return isSection ? pathsOf(field, `${prefix}${key}.`) : [`${prefix}${key}`];
  });
}

test.each([...pathsOf(parseConfig({})), 'homeRegion', 'role.externalId'])(
  'the README names the key %s',
  (path) => {
    expect(README).toContain(`\`${path}\``);
  },
);

test.each(pathsOf(parseDeploymentConfig(exampleIn('README.md'), 'README.md').deployment))(
  'the README names the key of the deployment %s',
  (path) => {
    const [section = '', ...fields] = path.split('.');
    // What the deployment works out for itself is no key.
    if (['partition', 'longestScheduleGap'].includes(section)) return;
    expect(README).toMatch(new RegExp(`\`(${section}|[\\w.]*\\.${fields[0] ?? section})[\\w.]*\``));
  },
);

test.each([...new Set(controls.map(({ key }) => key))])('the README links control %s', (key) => {
  expect(README).toContain(`(docs/controls/${key}.md)`);
});
