import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Place, safeText } from '../../shared/report/safe-text.ts';
import { hostileText } from './hostile.ts';

const PLACES = [
  'terminal',
  'html',
  'csv',
  'mail',
  'chat',
  'event',
  'log',
] as const satisfies readonly Place[];

/** What no place may show as it is. */
const NEVER = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const ENDS = { html: /[<>"']/, chat: /[<>]/, event: /["\\<>]/ } as const;

it.each(PLACES)('any text is one line in %s, and ends nothing around it', (place) => {
  const end = place in ENDS ? ENDS[place as keyof typeof ENDS] : undefined;
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = safeText(text, place);

      expect(shown).not.toMatch(NEVER);
      if (end !== undefined) expect(shown).not.toMatch(end);
    }),
    { interruptAfterTimeLimit: 2_000 },
  );
});

it('any text is a cell of its own that no spreadsheet runs', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const cell = safeText(text, 'csv');
      const isQuoted = cell.startsWith('"');
      const content = isQuoted ? cell.slice(1, -1).replaceAll('""', '') : cell;

      expect(content).not.toMatch(isQuoted ? /"/ : /[",;\r\n]/);
      expect(isQuoted ? cell.slice(1).replace(/^""/, '”') : cell).not.toMatch(/^[=+\-@\t\r\n]/);
    }),
  );
});
