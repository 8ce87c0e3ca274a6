import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { waitUntilServing } from './cli-process.ts';

const BIN = fileURLToPath(new URL(`../../../${packageJson.bin['eks-auditor']}`, import.meta.url));
/** Makes this Node one that cannot run TypeScript, as Node 20. */
const WITHOUT_TYPESCRIPT = ['--no-experimental-strip-types'];

function start(nodeOptions: readonly string[], args: readonly string[]) {
  const child = spawn(process.execPath, [...nodeOptions, BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8');
  return child;
}

async function run(nodeOptions: readonly string[], args: readonly string[]) {
  const child = start(nodeOptions, args);
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout };
}

it.each([
  ['a Node that runs TypeScript', []],
  ['a Node that does not', WITHOUT_TYPESCRIPT],
])('works under %s', async (_, nodeOptions) => {
  expect(await run(nodeOptions, ['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n` });
  expect(await run(nodeOptions, ['audit', '--no-such-option'])).toEqual({ code: 2, stdout: '' });
});

it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on to the installed Node', async (signal) => {
  const child = start(WITHOUT_TYPESCRIPT, ['sandbox', 'serve', '--port', '0']);
  await waitUntilServing(child);

  child.kill(signal);

  // The streams close when both processes have ended.
  expect(await once(child, 'close')).toEqual([0, null]);
});
