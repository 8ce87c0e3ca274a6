import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { ensureVenv } from '../../infra/scripts/venv.ts';

declare module 'vitest' {
  interface ProvidedContext {
    motoUrl: string;
  }
}

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const PROGRAM = fileURLToPath(new URL('serve.py', import.meta.url));
const START_SECONDS = 60;
/** Enough for the last traceback. */
const LOG_CHARACTERS = 4_000;

/** Starts a moto server for the whole run, in a virtual environment of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executables = await ensureVenv(REQUIREMENTS);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(join(executables, 'python'), [PROGRAM, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  await answering(url, server, endOf(server));
  project.provide('motoUrl', url);
  return async () => {
    server.stdin.end();
    await ended;
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** What a process last said on stderr. */
function endOf({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-LOG_CHARACTERS);
  });
  return () => text;
}

async function answering(url: string, server: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`moto ended with exit code ${server.exitCode}: ${log()}`);
    // Refused until it listens; whatever else is wrong shows as an answer that never comes.
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(100);
  }
  server.kill();
  throw new Error(`moto did not answer within ${START_SECONDS} seconds: ${log()}`);
}
