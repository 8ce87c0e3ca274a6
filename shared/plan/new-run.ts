import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Run } from '../model/run.ts';
import { VERSION } from '../model/version.ts';

/** Begins a run. */
export function newRun(config: Config, publish: boolean, now: Date): Run {
  const startedAt = now.toISOString();
  const stamp = startedAt.replaceAll(/[-:]|\.\d+/g, '');
  return {
    id: `${stamp}-${randomBytes(3).toString('hex')}`,
    startedAt,
    version: VERSION,
    benchmark: config.benchmark,
    publish,
  };
}
