import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Place, safeText, toJson } from '../../../shared/report/safe-text.ts';
import { hostileText, UNSAFE } from './hostile-texts.ts';

const PLACES: readonly Place[] = [
  'terminal',
  'html',
  'csv',
  'json',
  'markdown',
  'sarif',
  'mail',
  'chat',
  'event',
  'log',
];

/** Places where a text that was made safe would be escaped again. */
const ESCAPING: readonly Place[] = ['html', 'chat', 'csv', 'markdown', 'sarif'];

it.each(PLACES)('%s: nothing that is invisible is left, and no line break', (place) => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(safeText(text, place)).not.toMatch(UNSAFE);
    }),
  );
});

it.each(PLACES)('%s: a text has a bounded length, and a common one is not touched', (place) => {
  const name = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod_1 (5 of 7), für Müller 😀';
  const limits = {
    terminal: 4_096,
    html: 6 * 32_767,
    csv: 2 * 32_000 + 3,
    json: 32_767,
    markdown: 5 * 4_096,
    sarif: 2 * 32_767,
    mail: 320,
    chat: 5 * 512,
    event: 1_024,
    log: 4_096,
  };

  fc.assert(
    fc.property(hostileText, (text) => {
      expect(safeText(text, place).length).toBeLessThanOrEqual(limits[place]);
    }),
  );
  expect(safeText(name, place).replaceAll(/^"|"$/g, '')).toBe(name);
});

it.each(PLACES.filter((place) => !ESCAPING.includes(place)))(
  '%s: what was made safe is not changed by doing it again',
  (place) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const once = safeText(text, place);
        expect(safeText(once, place)).toBe(once);
      }),
    );
  },
);

it('shows control characters as escapes and line breaks as spaces', () => {
  expect(safeText('a\u001b[31mb\r\nc\u202ed\u200be\u2028f\ud800g', 'terminal')).toBe(
    'a\\u001b[31mb c\\u202ed\\u200be f\\ud800g',
  );
  expect(safeText('\u{e0041}', 'log')).toBe('\\udb40\\udc41');
});

it('keeps spaces at the beginning and end, which templates need', () => {
  expect(safeText(' a ', 'html')).toBe(' a ');
});

it('cuts a long text, never in the middle of a character', () => {
  const text = safeText(`${'a'.repeat(318)}😀${'b'.repeat(10_000_000)}`, 'mail');

  expect(text).toBe(`${'a'.repeat(318)}…`);
});

describe('in HTML', () => {
  it('nothing ends an element or a quoted attribute', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(safeText(text, 'html')).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });
});

/** The cells of a line of CSV, as RFC 4180 reads it. */
function cellsOf(line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)];
  return cells.map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare);
}

describe('in CSV', () => {
  it('a text is one cell, and no formula', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const cells = cellsOf(`${['first', text, 'last'].map((part) => safeText(part, 'csv')).join(',')}`);

        expect(cells).toHaveLength(3);
        expect(cells[1]).not.toMatch(/^[\s]*[=+\-@＝＋－＠]/);
      }),
    );
  });

  it('whatever a spreadsheet separates cells by, no cell begins within a text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const cell = safeText(text, 'csv');
        expect(cell.startsWith('"') || !/[;,\t]/.test(cell)).toBe(true);
      }),
    );
  });
});

describe('in an event', () => {
  it('a text that a rule copies into a JSON string ends neither the string nor turns into something else', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = safeText(text, 'event');
        expect(JSON.parse(`{"text":"${safe}"}`)).toEqual({ text: safe });
      }),
    );
  });

  it('a control character is named without a backslash, which a template would turn back into the character', () => {
    expect(safeText('a\u202e"b"\\u202e<c>', 'event')).toBe("aU+202E'b'/u202e‹c›");
  });
});

it.each(['mail', 'event'] as const)('%s: a text becomes no link', (place) => {
  const role = 'arn:aws:iam::111111111111:role/https://example.com/HTTP://www.example.com/reset';

  expect(safeText(role, place)).toBe(
    'arn:aws:iam::111111111111:role/https[:]//example.com/HTTP[:]//www[.]example.com/reset',
  );
  expect(safeText('s3://bucket/runs/www-1/report.html', place)).toBe('s3://bucket/runs/www-1/report.html');
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(safeText(`${text}https://x`, place)).not.toMatch(/https?:\/\/|www\./i);
    }),
  );
});

describe('in chat', () => {
  it('nothing mentions or links', () => {
    expect(safeText('<!channel> <https://example.com|a> & b', 'chat')).toBe(
      '&lt;!channel&gt; &lt;https://example.com|a&gt; &amp; b',
    );
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(safeText(text, 'chat')).not.toMatch(/[<>]/);
      }),
    );
  });
});

test('a text of some megabytes takes no longer than a short one', () => {
  expect(safeText('\u202e'.repeat(5_000_000), 'terminal').length).toBe(4_096);
});

describe('in JSON', () => {
  it('a document reads the same, and shows no control character in a terminal', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const document = { [text]: [text], other: '\u202e' };
        const json = toJson(document);

        expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(document)));
      }),
    );
  });
});

describe('in Markdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['<b>&amp;', '\\<b\\>&amp;amp;'],
    ['[a](https://example.com)', '\\[a\\](https\\://example.com)'],
    ['www.example.com', 'www\\.example.com'],
    ['@team and bob@example.com', '＠team and bob\\@example.com'],
    ['_a_ OPEN_TO_INTERNET', '\\_a\\_ OPEN_TO_INTERNET'],
    ['1. a', '1\\. a'],
    ['5.4.1 a', '5.4.1 a'],
    ['- a', '\\- a'],
  ])('%s is only text', (text, safe) => {
    expect(safeText(text, 'markdown')).toBe(safe);
  });
});
