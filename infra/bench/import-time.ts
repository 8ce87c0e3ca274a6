import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { parseConfig } from '../../shared/config/config.ts';
import { bundleFunctions, FUNCTION_NAMES, type FunctionName } from '../cdk/bundle.ts';
import { importMillisecondsOf } from './functions.ts';
import { atMost, type Measure } from './measures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TIMES = 7;

/** How long Node takes to load each function, against the same function as the CDK's NodejsFunction bundles it by default. */
export async function* importTime(): AsyncGenerator<Measure[]> {
  const bundles = await bundleFunctions(parseConfig({}));
  // Below the project: the default bundle loads the SDK from node_modules, as Lambda has it beside the function.
  const folder = await mkdtemp(join(ROOT, 'node_modules', '.import-time-'));
  try {
    for (const name of FUNCTION_NAMES) {
      const theirs = await defaultBundle(name, folder);
      yield [await measured(name, join(bundles[name], 'index.mjs'), theirs)];
    }
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

/** In turn, so that what else the machine does meets both. */
async function measured(name: FunctionName, ours: string, theirs: string): Promise<Measure> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let time = 0; time < TIMES; time += 1) {
    times.ours.push(await importMillisecondsOf(ours));
    times.theirs.push(await importMillisecondsOf(theirs));
  }
  const [own, other] = [median(times.ours), median(times.theirs)];
  return {
    name: `Import of ${name}: ${own.toFixed(0)} ms, bundled by default ${other.toFixed(0)} ms; ratio`,
    value: (own / other).toFixed(2),
    ...atMost(own / other, 0.45),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
