import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateIndexes } from '../infra/scripts/generate-indexes.ts';
import { collectors } from '../shared/collect/index.ts';
import { controls } from '../shared/evaluate/controls/index.ts';
import { BENCHMARKS, CONTROL_KEYS, numbersOf } from '../shared/model/benchmarks.ts';
import { INVENTORY_FACTS } from '../shared/model/facts.ts';
import { EVIDENCE_UNREADABLE } from '../shared/model/verdict.ts';
import { titleOf } from '../shared/publish/asff.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const CONTROL_FILES = readdirSync(join(ROOT, 'shared/evaluate/controls')).filter(
  (file) => file !== 'index.ts',
);

/** Every control with the file it is exported from. */
const located = await Promise.all(
  CONTROL_FILES.map(async (file) => {
    const exported: unknown[] = Object.values(await import(`../shared/evaluate/controls/${file}`));
    return { file, found: controls.filter((one) => exported.includes(one)) };
  }),
);

describe.each(located)('$file', ({ file, found }) => {
  it('exports one control of the index', () => {
    expect(found).toHaveLength(1);
  });

  it('is named by the key, and what is judged where several share it', () => {
    const [one] = found;
    const isShared = controls.filter(({ key }) => key === one?.key).length > 1;

    expect(file).toMatch(
      isShared ? new RegExp(`^${one?.key}-[a-z-]+\\.ts$`) : new RegExp(`^${one?.key}\\.ts$`),
    );
  });

  it('has a test', () => {
    expect(existsSync(join(ROOT, 'test/shared/evaluate/controls', file.replace(/\.ts$/, '.test.ts')))).toBe(
      true,
    );
  });
});

describe.each(controls)('control $key: $title', (one) => {
  const page = `docs/controls/${one.key}.md`;

  it('has a page that names its title and every reason code with its status', () => {
    const text = read(page);

    expect(text).toContain(one.title);
    for (const [code, row] of Object.entries(one.rows)) {
      expect(text).toMatch(new RegExp(`^\\| \`${code}\` \\| ${row.status}`, 'm'));
    }
    expect(text).toMatch(new RegExp(`^\\| \`${EVIDENCE_UNREADABLE}\` \\| NOT_AVAILABLE`, 'm'));
  });

  it('has a page that names no reason code it does not have', () => {
    const codes = controls.filter(({ key }) => key === one.key).flatMap(({ rows }) => Object.keys(rows));
    const named = [...read(page).matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(([, code]) => code);

    expect(new Set(named)).toEqual(new Set([...codes, EVIDENCE_UNREADABLE]));
  });

  it('has a page that names the actions its facts are read with', () => {
    const actions = collectors.filter(({ fact }) => one.needs.includes(fact)).flatMap((from) => from.actions);

    expect([...new Set(actions)].filter((action) => !read(page).includes(`\`${action}\``))).toEqual([]);
  });

  it('spells reason codes as constants, and leaves the engine’s own to the engine', () => {
    const codes = Object.keys(one.rows);

    expect(codes.filter((code) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code))).toEqual([]);
    expect(codes).not.toContain(EVIDENCE_UNREADABLE);
  });

  it('can fail and need not', () => {
    const sameKey = controls.filter(({ key }) => key === one.key);
    const statuses = sameKey.flatMap(({ rows }) => Object.values(rows).map((row) => row.status));

    expect(statuses).toContain('FAILED');
    expect(statuses.filter((status) => status !== 'FAILED')).not.toEqual([]);
  });

  it('gives a severity only to rows that fail', () => {
    const others = Object.values(one.rows).filter((row) => row.status !== 'FAILED');

    expect(others.filter((row) => row.severity !== undefined)).toEqual([]);
  });

  it('fits into a finding', () => {
    for (const benchmark of BENCHMARKS) expect(titleOf(one, benchmark).length).toBeLessThanOrEqual(256);
    expect(one.remediation.text.length).toBeLessThanOrEqual(512);
    expect(one.remediation.url).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[\w/.-]+\.html$/);
    expect(one.description.length).toBeGreaterThan(0);
  });

  it('names NIST controls as NIST does', () => {
    expect(one.nist.filter((name) => !/^[A-Z]{2}-\d+(\(\d+\))?$/.test(name))).toEqual([]);
  });

  it('needs each fact once, and facts of its level', () => {
    const levels = {
      account: ['account'],
      region: ['account', 'region'],
      cluster: ['account', 'region', 'cluster'],
    };
    const sources = collectors.filter(({ fact }) => one.needs.includes(fact));

    expect(new Set(one.needs).size).toBe(one.needs.length);
    expect(one.needs).toEqual(expect.arrayContaining([...(one.acceptsUnreadable ?? [])]));
    expect(sources.filter(({ level }) => !levels[one.level].includes(level))).toEqual([]);
  });

  it.each(one.needs.map((fact) => ({ fact })))(
    'gets the fact $fact from exactly one collector, or from the inventory itself',
    ({ fact }) => {
      const sources = collectors.filter((from) => from.fact === fact);

      expect(sources).toHaveLength(INVENTORY_FACTS.includes(fact) ? 0 : 1);
    },
  );

  it('is in a benchmark', () => {
    expect(BENCHMARKS.filter((version) => numbersOf(one.key, version).length > 0)).not.toEqual([]);
  });
});

describe('the controls', () => {
  it('have keys of their own, or judge different things under one', () => {
    const subjects = controls.map((one) => `${one.key} ${one.level}`);

    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('are one for every key', () => {
    expect(new Set(controls.map(({ key }) => key))).toEqual(new Set(CONTROL_KEYS));
  });

  it('are all in the index', () => {
    expect(controls).toHaveLength(CONTROL_FILES.length);
  });
});

describe('the collectors', () => {
  it.each(collectors.map((one) => ({ fact: one.fact, one })))('of $fact names IAM actions', ({ one }) => {
    expect(one.actions.filter((action) => !/^[a-z0-9-]+:[A-Z]\w+$/.test(action))).toEqual([]);
    expect(one.actions.length).toBeGreaterThan(0);
  });

  it.each(collectors.map((one) => ({ fact: one.fact, one })))(
    'of $fact names the events that change it, or says why not all of them start an audit',
    ({ one }) => {
      const { audited, ignored, because } =
        'audited' in one.events ? one.events : { audited: one.events, ignored: [], because: undefined };

      expect([...audited, ...ignored].filter((event) => !/^[a-z0-9-]+:[A-Z]\w+$/.test(event))).toEqual([]);
      expect(new Set([...audited, ...ignored]).size).toBe(audited.length + ignored.length);
      expect(audited.length > 0 || ignored.length > 0).toBe(true);
      expect(because ?? 'all do').not.toBe('');
    },
  );

  it('read each fact once', () => {
    const facts = collectors.map((one) => one.fact);

    expect(new Set(facts).size).toBe(facts.length);
  });
});

describe('the generated indexes', () => {
  it.each([...generateIndexes()])('%s is up to date (npm run generate)', (path, text) => {
    expect(read(path)).toBe(text);
  });
});

describe('keys that others choose', () => {
  const sources = ['shared', 'functions', 'infra/cli', 'infra/cdk'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path}`),
  );

  it.each([
    [
      'zod’s record, which leaves out __proto__: use record',
      /\bz\.(?:looseR|r)ecord\(/,
      ['shared/model/record.ts'],
    ],
    ['an assignment to a plain object: use Object.fromEntries or a Map', /Object\.assign\(\{\}/, []],
    ['a YAML parser without limits: use parseYaml', /from 'yaml'/, ['shared/model/yaml.ts']],
  ])('are not lost by %s', (_, pattern, allowed) => {
    const found = sources.filter((path) => pattern.test(read(path)));

    expect(found).toEqual(allowed);
  });
});
