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

/** No credentials but those of the test. Compiled code is kept, since these processes are many. */
const QUIET = {
  PATH: process.env.PATH,
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)),
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  readonly input?: (child: ReturnType<typeof spawn>) => void;
}

/** Runs the command line as people do: a process of its own, which sees nothing of this one's environment. */
export function cli(
  args: readonly string[],
  { env = {}, node = [], input }: CliOptions = {},
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, [...node, CLI, ...args], {
    env: { ...QUIET, HOME: aFolder(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  child.stdout.setEncoding('utf8').on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => chunks.stderr.push(chunk));
  child.on('error', reject);
  child.on('close', (code) =>
    resolve({ code, stdout: chunks.stdout.join(''), stderr: chunks.stderr.join('') }),
  );
  input?.(child);
  return promise;
}

/** The variables of somebody who is signed in to an account of a sandbox. */
export function signedInTo(sandbox: Sandbox, accountId = SECURITY): Record<string, string> {
  const { accessKeyId, secretAccessKey } = sandbox.credentials(accountId);
  return {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: REGION,
  };
}

/** An empty folder that is gone when the test ends. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eks-auditor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until a `sandbox serve` answers: only then does it listen to signals too. */
export async function serving(child: ReturnType<typeof spawn>): Promise<void> {
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
