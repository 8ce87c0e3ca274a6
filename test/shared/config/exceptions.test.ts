import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../../shared/config/config.ts';
import { ConfigError } from '../../../shared/config/config-error.ts';
import { loadConfig, readExceptions } from '../../../shared/config/load-config.ts';

function anException(differing: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    controls: ['endpoint-access', 'private-endpoint'],
    clusters: ['legacy-*'],
    reason: 'Vendor appliance, replaced in Q2',
    owner: 'platform@example.com',
    expires: '2027-03-31',
    ...differing,
  };
}

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const parsed = (...exceptions: unknown[]) => parseConfig({ exceptions }).exceptions;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-26T23:30:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('exceptions', () => {
  test('are none by default', () => {
    expect(parseConfig({}).exceptions).toEqual([]);
  });

  test('keep what is given, and get an id of what they cover, which a longer time does not change', () => {
    const [first] = parsed(anException());
    const [prolonged] = parsed(anException({ expires: '2027-04-30', reason: 'Replaced in Q3' }));
    const [other] = parsed(anException({ clusters: ['legacy-2'] }));

    expect(first).toMatchObject({ ...anException(), accounts: [], everywhere: false });
    expect(first?.id).toMatch(/^exception-[0-9a-f]{12}$/);
    expect(prolonged?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
    expect(parsed(anException({ id: 'legacy-endpoint' }))[0]?.id).toBe('legacy-endpoint');
  });

  test('are read again as they were written', () => {
    const config = parseConfig({ exceptions: [anException()] });

    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test('hold for 366 days at most, counted in UTC', () => {
    expect(problemsOf(() => parsed(anException({ expires: '2027-11-27' })))).toEqual([]);
    expect(problemsOf(() => parsed(anException({ expires: '2027-11-28' })))).toEqual([
      'exceptions[0].expires: 2027-11-28 is too late: must be at most 366 days after today, by 2027-11-27',
    ]);
  });

  test('that have expired are no error', () => {
    expect(problemsOf(() => parsed(anException({ expires: '2020-01-01' })))).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, unknown]>([
    [
      'no place',
      { clusters: [] },
      expect.stringMatching(
        /^exceptions\[0\]: names nowhere that it holds: add one of accounts, .*everywhere: true$/,
      ),
    ],
    [
      'a place and everywhere',
      { everywhere: true },
      'exceptions[0].everywhere: is only possible without clusters',
    ],
    ['no control', { controls: [] }, 'exceptions[0].controls: must name at least one control (is [])'],
    [
      'an unknown control',
      { controls: ['nodes'] },
      expect.stringMatching(/^exceptions\[0\]\.controls\[0\]: must be a control, .*endpoint-access/),
    ],
    [
      'an account that is none',
      { accounts: ['prod'] },
      expect.stringMatching(
        /^exceptions\[0\]\.accounts\[0\]: must be an account id of 12 digits, or digits with \*/,
      ),
    ],
    ['no reason', { reason: ' ' }, expect.stringMatching(/^exceptions\[0\]\.reason: must not be empty/)],
    [
      'no day',
      { expires: '31.3.2027' },
      expect.stringMatching(
        /^exceptions\[0\]\.expires: must be the last day on which it holds, such as 2027-03-31/,
      ),
    ],
    [
      'a day that is none',
      { expires: '2027-02-30' },
      expect.stringMatching(/^exceptions\[0\]\.expires: must be the last day/),
    ],
    [
      'tags',
      { tags: { exempt: 'true' } },
      expect.stringMatching(/^exceptions\[0\]\.tags: unknown key; available: id, controls, /),
    ],
    [
      'OUs without an organization',
      { organizationalUnits: ['ou-root-11111111'] },
      'exceptions[0].organizationalUnits: is only possible with targets.organization: true',
    ],
  ])('with %s are refused', (_, differing, problem) => {
    expect(problemsOf(() => parsed(anException(differing)))).toEqual([problem]);
  });

  test('that are two of one id, or cover the same, are refused', () => {
    expect(problemsOf(() => parsed(anException({ id: 'a' }), anException({ id: 'a' })))).toEqual([
      'exceptions[1]: has the id a of exceptions[0]',
    ]);
    expect(problemsOf(() => parsed(anException(), anException({ owner: 'x' })))).toEqual([
      'exceptions[1]: covers the same as exceptions[0]: give it an id of its own, or leave one of them out',
    ]);
  });
});

describe('a file of exceptions', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'exceptions-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test.each([
    ['a list', JSON.stringify([anException()])],
    ['a list under exceptions', JSON.stringify({ exceptions: [anException()] })],
  ])('is named beside the configuration, and is %s', (_, text) => {
    write('accepted.yaml', text);
    const file = write('audit.yaml', 'exceptionsFile: accepted.yaml\n');

    expect(loadConfig({}, { file }).exceptions).toMatchObject([anException()]);
  });

  test.each([
    [
      'exceptionsFile: accepted.yaml\nexceptions: []\n',
      'exceptionsFile: is only possible without exceptions',
    ],
    ['exceptionsFile: 5\n', 'exceptionsFile: must be the path of a file'],
    ['exceptionsFile: accepted.yaml\n', 'cannot be read (ENOENT)'],
  ])('%j is refused', (text, problem) => {
    const file = write('audit.yaml', text);

    expect(problemsOf(() => loadConfig({}, { file }))).toEqual([problem]);
  });

  test('that is empty is refused with what may be in it', () => {
    const accepted = write('accepted.yaml', '# none yet\n');
    const file = write('audit.yaml', 'exceptionsFile: accepted.yaml\n');

    expect(problemsOf(() => loadConfig({}, { file }))).toEqual(['is empty; write [] for no exceptions']);
    expect(problemsOf(() => readExceptions(accepted))).toEqual(['is empty; write [] for no exceptions']);

    write('accepted.yaml', '[]');
    expect(loadConfig({}, { file }).exceptions).toEqual([]);
  });

  test('alone may name OUs: whether the organization is audited is said elsewhere', () => {
    const file = write(
      'accepted.yaml',
      JSON.stringify([anException({ organizationalUnits: ['ou-root-11111111'] })]),
    );

    expect(problemsOf(() => parseConfig(readExceptions(file)))).toEqual([]);
  });
});
