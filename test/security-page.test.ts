import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPage } from './pages.ts';

/* A mechanism that no test holds is a hope. */

const PAGE = readPage('docs/security.md');

/** The rows of its tables about attackers: the last cell names tests. */
const rows = [...PAGE.matchAll(/^\| ([^|]+) \| ([^|]+) \| (`test\/[^|]+) \|$/gm)].map(
  ([, attack = '', , tests = '']) => ({ attack, tests: tests.split('<br>') }),
);

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

function namedTest(text: string): NamedTest {
  const [, file = '', title = ''] = /^`(test\/[\w/.-]+\.test\.ts)` › (.+)$/.exec(text) ?? [];
  return { file, title };
}

/** Whether a test of a file has a title: as it is written there, with the placeholders of what it is run for. */
function hasTest({ file, title }: NamedTest): boolean {
  if (!existsSync(new URL(`../${file}`, import.meta.url))) return false;
  const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
  const text = readPage(file);
  return quoted.some(
    (literal) =>
      text.includes(`(${literal}`) || text.includes(`  ${literal}, `) || text.includes(`\n  ${literal},`),
  );
}

describe('docs/security.md', () => {
  it('has a table for each attacker, and a test for each thing that one can do', () => {
    const sections = PAGE.split(/^## /m).filter((section) => section.includes('| what holds | test |'));
    const lines = sections.flatMap((section) => section.split('\n').filter((line) => /^\| (?!-)/.test(line)));

    expect(sections.length).toBeGreaterThanOrEqual(7);
    expect(rows).toHaveLength(
      lines.filter((line) => !line.includes('| what holds | test |') && !line.startsWith('|---')).length,
    );
  });

  it.each(rows.flatMap(({ tests }) => tests.map((text) => ({ text }))))(
    'names a test that exists: $text',
    ({ text }) => {
      expect(hasTest(namedTest(text))).toBe(true);
    },
  );

  it.each([...PAGE.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => ({ link })))(
    'links what is there: $link',
    ({ link }) => {
      expect(existsSync(new URL(`../docs/${link}`, import.meta.url))).toBe(true);
    },
  );
});
