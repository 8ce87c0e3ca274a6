import { type Measure, print } from './measures.ts';

/**
 * `npm run bench`: the ratios of one run. `npm run bench -- scale`: the functions as they are bundled, against an
 * organization of 5,000 accounts.
 */

const SUITES: Readonly<Record<string, () => Promise<AsyncIterable<readonly Measure[]>>>> = {
  ratios: async () => (await import('./ratios.ts')).ratios(),
  scale: async () => (await import('./scale.ts')).scale(),
};

const [name = 'ratios'] = process.argv.slice(2);
const suite = SUITES[name];
if (suite === undefined) {
  process.stderr.write(`${name} is no benchmark; there are ${Object.keys(SUITES).join(' and ')}\n`);
  process.exitCode = 2;
} else {
  for await (const measures of await suite()) print(measures);
}
