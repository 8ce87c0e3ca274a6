import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { parseConfig } from '../../shared/config/config.ts';
import { bundleFunctions, FUNCTION_NAMES, type FunctionName } from '../cdk/bundle.ts';
import { importMillisecondsOf } from './functions.ts';
import { atMost, type Measure, median } from './measures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TIMES = 7;

/** How long Node takes to load each function, against the same function as the CDK's NodejsFunction bundles it by default. */
export async function* importTime(): AsyncGenerator<Measure[]> {
  const bundles = await bundleFunctions(parseConfig({}));
  // Below the project: the default bundle loads the SDK from node_modules, as Lambda has it beside the function.
  const folder = await mkdtemp(join(ROOT, 'node_modules', '.import-time-'));
  try {
    const all: Times[] = [];
    for (const name of FUNCTION_NAMES) {
      const theirs = await defaultBundle(name, folder);
      const times = await measured(join(bundles[name], 'index.mjs'), theirs);
      yield [measureOf(name, times)];
      all.push(times);
    }
    const total = { ours: sum(all.map(({ ours }) => ours)), theirs: sum(all.map(({ theirs }) => theirs)) };
    yield [measureOf('all', total)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html */
async function defaultBundle(name: FunctionName, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'functions', name, 'handler.ts')],
    bundle: true,
    target: 'node24',
    platform: 'node',
    external: ['@aws-sdk/*', '@smithy/*'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Milliseconds. */
interface Times {
  readonly ours: number;
  readonly theirs: number;
}

/** In turn, so that what else the machine does meets both. */
async function measured(ours: string, theirs: string): Promise<Times> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let time = 0; time < TIMES; time += 1) {
    times.ours.push(await importMillisecondsOf(ours));
    times.theirs.push(await importMillisecondsOf(theirs));
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

function measureOf(what: string, { ours, theirs }: Times): Measure {
  return {
    name: `Import of ${what}: ${ours.toFixed(0)} ms, bundled by default ${theirs.toFixed(0)} ms; ratio`,
    value: (ours / theirs).toFixed(2),
    ...atMost(ours / theirs, 0.45),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
