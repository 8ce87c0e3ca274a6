import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Config, parseConfig } from '../../shared/config/config.ts';
import { type Bundles, bundleFunctions, CONFIG_FILE, type FunctionName } from '../cdk/bundle.ts';
import { NODE_OPTIONS } from '../cdk/node-options.ts';

/** What one invocation answered and took. */
export interface Invocation {
  readonly answer: Record<string, unknown>;
  readonly importMs: number;
  readonly seconds: number;
  /** The peak of the process. */
  readonly mebibytes: number;
  /** The most that were open at once; 0 where that cannot be seen. */
  readonly descriptors: number;
}

export const BUCKET = 'eks-auditor-results';

const SCRIPT = fileURLToPath(new URL('invoke-function.ts', import.meta.url));
/** The answer and the errors of one invocation. */
const MAX_OUTPUT_BYTES = 10_000_000;

/** The functions as they are deployed: bundled, each in a process of its own, with the same flags. */
export async function deployedFunctions(config: Record<string, unknown>) {
  const parsed: Config = parseConfig(config);
  const bundles: Bundles = await bundleFunctions(parsed);
  return async (name: FunctionName, event: object): Promise<Invocation> => {
    const folder = bundles[name];
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, folder, JSON.stringify(event)], {
      maxBuffer: MAX_OUTPUT_BYTES,
      env: {
        ...process.env,
        NODE_OPTIONS,
        EKS_AUDITOR_BUCKET: BUCKET,
        EKS_AUDITOR_CONFIG_FILE: join(folder, CONFIG_FILE),
        AWS_LAMBDA_FUNCTION_NAME: `eks-auditor-${name}`,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      },
    });
    // Written by the script, which is part of this program; metrics may come before it.
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Invocation;
  };
}

const IMPORT = `
const begun = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - begun), () => process.exit(0));`;

/** How long a process of its own takes to load a module, in milliseconds. */
export async function importMillisecondsOf(file: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', IMPORT, pathToFileURL(file).href],
    { env: { ...process.env, NODE_OPTIONS, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' } },
  );
  return Number(stdout);
}
