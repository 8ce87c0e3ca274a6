import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { REGION, SECURITY } from '../../harness.ts';

const CLI = fileURLToPath(new URL('../../../infra/cli/main.ts', import.meta.url));

/** No credentials but those of the test. Compiled code is cached, because the tests start many processes. */
const BASE_ENVIRONMENT = {
  PATH: process.env.PATH,
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)),
};

/** The exit code of a process and what it printed. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  /** Called with the process once it has been started. */
  readonly interact?: (child: ReturnType<typeof spawn>) => unknown;
}

/** Runs the command line in a process of its own, which inherits nothing of this one's environment. */
export function cli(
  args: readonly string[],
  { env = {}, node = [], interact }: CliOptions = {},
): Promise<CliResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CliResult>();
  const child = spawn(process.execPath, [...node, CLI, ...args], {
    env: { ...BASE_ENVIRONMENT, HOME: aFolder(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  child.stdout.setEncoding('utf8').on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => chunks.stderr.push(chunk));
  child.on('error', reject);
  child.on('close', (code) =>
    resolve({ code, stdout: chunks.stdout.join(''), stderr: chunks.stderr.join('') }),
  );
  Promise.resolve(interact?.(child)).catch(reject);
  return promise;
}

/** The environment variables for the credentials of an account of a sandbox. */
export function credentialsOf(sandbox: Sandbox, accountId = SECURITY): Record<string, string> {
  const { accessKeyId, secretAccessKey } = sandbox.credentials(accountId);
  return {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: REGION,
  };
}

/** An empty folder that is removed when the test ends. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eks-auditor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until a `sandbox serve` answers: from then on it handles signals, too. */
export async function waitUntilServing(child: ReturnType<typeof spawn>): Promise<void> {
  const printed = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('Ctrl+C')) resolve(text);
    });
  });
  const [, url] = /AWS_ENDPOINT_URL=(\S+)/.exec(printed) ?? [];
  await fetch(`${url}/_sandbox/log`);
}
