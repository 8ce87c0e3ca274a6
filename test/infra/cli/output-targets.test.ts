import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../infra/cli/audit-options.ts';
import { outputTargets } from '../../../infra/cli/output-targets.ts';

describe('the format of a place', () => {
  it.each([
    ['report.html', 'html'],
    ['report.json', 'json'],
    ['report.csv', 'csv'],
    ['report.md', 'markdown'],
    ['report.txt', 'table'],
    ['report.asff.json', 'asff'],
    ['report.ocsf.json', 'ocsf'],
    ['report.sarif', 'sarif'],
    ['report.sarif.json', 'sarif'],
    ['report.junit.xml', 'junit'],
    ['report.xml', 'junit'],
    ['report.kube-bench.json', 'kube-bench'],
    ['/tmp/REPORT.OCSF.JSON', 'ocsf'],
    ['a,b.json', 'json'],
  ] as const)('%s is %s by its ending', (path, format) => {
    expect(outputTargets([path], undefined)).toEqual([{ format, path }]);
  });

  it.each(FORMATS)('%s can be said before a name', (format) => {
    expect(outputTargets([`${format}=a.data`], undefined)).toEqual([{ format, path: 'a.data' }]);
    expect(outputTargets([`${format}=-`], undefined)).toEqual([{ format }]);
  });

  it('is that of --format where the name has no ending, and for the standard output', () => {
    expect(outputTargets(['report'], 'csv')).toEqual([{ format: 'csv', path: 'report' }]);
    expect(outputTargets(undefined, 'csv')).toEqual([{ format: 'csv' }]);
    expect(outputTargets(['-', 'b.csv'], 'csv')).toEqual([
      { format: 'csv' },
      { format: 'csv', path: 'b.csv' },
    ]);
  });

  it('is the table without any', () => {
    expect(outputTargets(undefined, undefined)).toEqual([{ format: 'table' }]);
    expect(outputTargets(['/dev/null'], undefined)).toEqual([{ format: 'table', path: '/dev/null' }]);
  });
});

it.each([
  { outputs: ['x.pdf'], words: 'its ending says no known format' },
  { outputs: ['x.pdf'], format: 'html', words: 'html' },
  { outputs: ['report'], words: 'the name says no format' },
  { outputs: [''], words: "''" },
  { outputs: ['x.json'], format: 'asff', words: '--output asff=x.json' },
  { outputs: ['xml=x.json'], words: './xml=x.json' },
  { outputs: ['xml=x.json'], words: 'unknown format xml' },
  { outputs: ['a.json', 'b.html'], format: 'json', words: 'contradicts --output b.html' },
  { outputs: ['a.json', './a.json'], words: './a.json twice' },
  { outputs: ['-', 'json=-'], words: 'the standard output twice' },
] as const)('$outputs with $format is refused', ({ outputs, words, ...rest }) => {
  const format = 'format' in rest ? rest.format : undefined;

  expect(() => outputTargets(outputs, format)).toThrow(words);
});
