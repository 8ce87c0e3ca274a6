import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { serving } from './cli-process.ts';

const BIN = fileURLToPath(new URL(`../../../${packageJson.bin['eks-auditor']}`, import.meta.url));
/** What an older Node is to the command: one that cannot run TypeScript. */
const OLD = ['--no-experimental-strip-types'];

function start(node: readonly string[], args: readonly string[]) {
  const child = spawn(process.execPath, [...node, BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8');
  return child;
}

async function run(node: readonly string[], args: readonly string[]) {
  const child = start(node, args);
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout };
}

it.each([
  ['a Node that runs TypeScript', []],
  ['one that does not', OLD],
])('works under %s', async (_, node) => {
  expect(await run(node, ['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n` });
  expect(await run(node, ['audit', '--no-such-option'])).toEqual({ code: 2, stdout: '' });
});

it.each(['SIGINT', 'SIGTERM'] as const)('hands %s on to the Node that does the work', async (signal) => {
  const child = start(OLD, ['sandbox', 'serve', '--port', '0']);
  await serving(child);

  child.kill(signal);

  // Its streams close when nobody holds them any longer: the one that does the work has ended too.
  expect(await once(child, 'close')).toEqual([0, null]);
});
