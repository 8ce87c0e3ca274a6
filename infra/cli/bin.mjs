#!/usr/bin/env node
// The command in a checkout, for any Node: one that cannot run TypeScript starts the one that `npm ci` installs.

import { fileURLToPath } from 'node:url';
import { runInstalledNode } from '../scripts/installed-node.mjs';

const CLI = new URL('./main.ts', import.meta.url);

if (process.features.typescript) {
  await import(CLI.href);
} else {
  runInstalledNode([fileURLToPath(CLI), ...process.argv.slice(2)]);
}
