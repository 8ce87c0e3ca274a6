import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { peakMemory } from './peak-memory.ts';

/*
 * Invokes the handler of a bundle once, as Lambda does, and prints what it answered and took, as JSON:
 * node [the flags of the function] invoke-function.ts <bundle folder> <event as JSON>
 */

const [folder = '', event = ''] = process.argv.slice(2);
const LIMIT_MS = 900_000;
let descriptors = 0;
const watch = setInterval(() => {
  try {
    descriptors = Math.max(descriptors, readdirSync('/proc/self/fd').length);
  } catch {
    // Only Linux has it.
  }
}, 20);
// The functions log what they do; only the answer is of interest.
for (const method of ['log', 'info', 'warn', 'debug'] as const) console[method] = () => undefined;
const loadedAt = performance.now();
const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
const begunAt = performance.now();
const context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'eks-auditor',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:eks-auditor',
  memoryLimitInMB: '1024',
  awsRequestId: '00000000-0000-0000-0000-000000000000',
  logGroupName: 'log',
  logStreamName: 'log',
  getRemainingTimeInMillis: () => Math.max(0, LIMIT_MS - (performance.now() - begunAt)),
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
const answer = await handler(JSON.parse(event), context);
clearInterval(watch);
const measured = {
  answer,
  importMs: Math.round(begunAt - loadedAt),
  seconds: (performance.now() - begunAt) / 1_000,
  mebibytes: peakMemory(),
  descriptors,
};
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0));
