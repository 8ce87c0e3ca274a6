#!/usr/bin/env node
// The command as it is installed: runs under whatever Node a machine has, and lets one that runs TypeScript do the work.
// Plain JavaScript without new syntax, because an old Node reads it.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = new URL('./main.ts', import.meta.url);

if (process.features.typescript) {
  await import(CLI.href);
} else {
  runWithOwnNode();
}

/** Hands arguments, streams, signals and the exit code through to the project's own Node. */
function runWithOwnNode() {
  const node = ownNode();
  if (node === undefined) {
    console.error(
      `eks-auditor: needs Node 22.18 or later, or the one that \`npm ci\` brings; this is ${process.version}`,
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(CLI), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`eks-auditor: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The path of the Node that the npm package `node` brought; `undefined` when it is not installed. */
function ownNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const path = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
    return existsSync(path) ? path : undefined;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
