// Runs a script of the checkout under any Node: node infra/scripts/run.mjs [options of Node] <script> [arguments]

import { runInstalledNode } from './installed-node.mjs';

runInstalledNode(process.argv.slice(2));
