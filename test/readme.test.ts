import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../shared/config.ts';
import { controls } from '../shared/controls/index.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

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

test.each([...new Set(controls.map((one) => one.id))])('the README links control %s', (id) => {
  expect(README).toContain(`[${id}](docs/controls/${id}.md)`);
});
