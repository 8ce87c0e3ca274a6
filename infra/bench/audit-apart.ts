import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface AuditMeasures {
  /** MiB, at most. */
  readonly megabytes: number;
  readonly seconds: number;
  readonly verdicts: number;
  readonly notAvailable: number;
}

/** One audit in a process of its own: see `audit-process.ts` for its options. */
export async function auditApart(...options: readonly string[]): Promise<AuditMeasures> {
  const script = fileURLToPath(new URL('audit-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, ...options], {
    env: process.env,
  });
  // Written by the script, which is part of this program.
  return JSON.parse(stdout) as AuditMeasures;
}
