import fc from 'fast-check';

/** Pieces that end, begin or hide something in one of the places where texts are shown. */
const PIECES = [
  '"',
  "'",
  '\\',
  '\\u202e',
  '<!channel>',
  '<https://example.com|sign in>',
  '</script><script>alert(1)</script>',
  '<img src=x onerror="y">',
  '&lt;',
  '<reason>',
  '$.detail',
  '"},{"severity":"CRITICAL',
  '=cmd|calc!A1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\n\nEKS Auditor: 0 new',
  ';',
  ',',
  '\u0000',
  '\u0007',
  '\u001b[2J\u001b[31m',
  '\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007',
  '\u0085',
  '\u009b31m',
  '\u00ad',
  '\u061c',
  '\u200b',
  '\u200d',
  '\u200f',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\u{e0041}',
  '\ud800',
  '\udfff',
  '＝1',
  '__proto__',
  'é',
  '😀',
];

/** All of them in one text. */
export const everyPiece = PIECES.join(' ');

/** Texts as somebody would choose them who wants to break or forge a report, many of them too long. */
export const hostileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(...PIECES),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constant('payments '),
      ),
      { maxLength: 12 },
    ),
    fc.constantFrom(1, 1, 1, 1, 200, 3_000),
  )
  .map(([pieces, times]) => pieces.join('').repeat(times));

/** What may be in no text that is shown: it moves, hides or turns round what is beside it. */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u3164]|\ufe0f/u;
