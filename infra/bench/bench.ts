import { type Measure, print } from './measures.ts';

/**
 * `npm run bench`: the ratios of one run. `npm run bench -- scale`: the functions as they are bundled, against an
 * organization of 5,000 accounts. `npm run bench -- descriptors`: the file descriptors of an audit of all Regions.
 * `npm run bench -- import`: how long Lambda takes to load the functions.
 * `npm run bench -- html`: the HTML report of 1,000 clusters, built and shown in Chromium.
 * `npm run bench -- pace`: the requests that are sent in vain where their rate is limited.
 * `npm run bench -- kubernetes`: what reading a cluster of 10,000 pods costs.
 * `npm run bench -- hostile`: the time that somebody costs who chooses every text of his account.
 */

const SUITES: Readonly<Record<string, () => Promise<AsyncIterable<readonly Measure[]>>>> = {
  ratios: async () => (await import('./ratios.ts')).ratios(),
  descriptors: async () => (await import('./descriptors.ts')).descriptors(),
  kubernetes: async () => (await import('./kubernetes.ts')).kubernetes(),
  pace: async () => (await import('./pace.ts')).pace(),
  import: async () => (await import('./import-time.ts')).importTime(),
  html: async () => (await import('./html.ts')).html(),
  hostile: async () => (await import('./hostile.ts')).hostile(),
  scale: async () => (await import('./scale.ts')).scale(),
};

const [name = 'ratios'] = process.argv.slice(2);
const suite = SUITES[name];
if (suite === undefined) {
  process.stderr.write(`${name} is no benchmark; there are ${Object.keys(SUITES).join(', ')}\n`);
  process.exitCode = 2;
} else {
  for await (const measures of await suite()) print(measures);
}
