import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Run } from '../model/run.ts';
import { VERSION } from '../model/version.ts';

/** Begins a run, which has an id of its own unless one is given. */
export function newRun(
  { benchmark }: Config,
  now: Date,
  how: Pick<Run, 'publish' | 'trigger'> & Partial<Pick<Run, 'id'>>,
): Run {
  const startedAt = now.toISOString();
  const { id = newId(startedAt), trigger, publish } = how;
  return { id, trigger, startedAt, version: VERSION, benchmark, publish };
}

function newId(startedAt: string): string {
  return `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
}
