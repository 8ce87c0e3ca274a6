import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import { REGION, SECURITY } from './worlds.ts';

/** What was measured, and what it may be at most. */
export interface Measure {
  readonly name: string;
  readonly value: string;
  readonly limit?: string;
  readonly isWithinLimit?: boolean;
}

export function atMost(value: number, limit: number): Pick<Measure, 'limit' | 'isWithinLimit'> {
  return { limit: String(limit), isWithinLimit: value <= limit };
}

/** Prints measures, and makes the process fail when one exceeds its limit. */
export function print(measures: readonly Measure[]): void {
  for (const { name, value, limit, isWithinLimit } of measures) {
    const verdict = isWithinLimit === undefined ? '' : isWithinLimit ? '  ok' : '  EXCEEDED';
    process.stdout.write(
      `${name.padEnd(62)} ${value.padStart(10)}${limit ? `  limit ${limit}` : ''}${verdict}\n`,
    );
  }
  if (measures.some(({ isWithinLimit }) => isWithinLimit === false)) process.exitCode = 1;
}

/** Works with a sandbox, which the SDK's default credentials and endpoint are set to. */
export async function inSandbox<T>(
  world: Parameters<typeof startSandbox>[0],
  work: (sandbox: Sandbox) => Promise<T>,
  options: SandboxOptions = {},
): Promise<T> {
  const sandbox = await startSandbox(world, options);
  const { accessKeyId, secretAccessKey } = sandbox.credentials(SECURITY);
  process.env.AWS_ENDPOINT_URL = sandbox.url;
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  process.env.AWS_REGION = REGION;
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
