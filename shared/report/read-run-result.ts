import * as z from 'zod';
import { describeIssue } from '../config/config-error.ts';
import { BENCHMARKS, findControlKey } from '../model/benchmarks.ts';
import type { RunResult } from '../model/run.ts';
import { runResultSchema } from './run-result-schema.ts';

/** A document is no result of a run that this version can read. */
export class RunResultError extends Error {
  override readonly name = 'RunResultError';
}

/** How many of a document’s problems are told. */
const MAX_PROBLEMS = 5;

/**
 * A saved result of a run: schema 1.x, whatever its second number. Fields that earlier versions did not write get what they
 * would have said; those that this version does not know are kept as they are. Throws RunResultError.
 */
export function parseRunResult(document: unknown): RunResult {
  const version = versionOf(document);
  const current = version < CURRENT_MINOR ? upgraded(document) : document;
  const parsed = anyMinor.safeParse(current, { reportInput: true });
  if (parsed.success) {
    // Checked, but not the copy that zod makes: it leaves out what it does not know, and `__proto__` as a key.
    return current as RunResult;
  }
  const problems = parsed.error.issues.map(describeProblem);
  const more = problems.length > MAX_PROBLEMS ? [`… and ${problems.length - MAX_PROBLEMS} more`] : [];
  throw new RunResultError(
    `its schema is 1.${version}, but ${[...problems.slice(0, MAX_PROBLEMS), ...more].join('; ')}`,
  );
}

/** `run: is missing`, `verdicts[0].status: expected one of … (is "BROKEN")`. */
function describeProblem(issue: z.core.$ZodIssue): string {
  const text = describeIssue(issue);
  return issue.input === undefined ? text.replace(/: .*$/s, ': is missing') : text;
}

const CURRENT_MINOR = Number(runResultSchema.shape.schemaVersion.value.split('.')[1]);
const anyMinor = runResultSchema.extend({ schemaVersion: z.string() });

/** The second number of the schema’s version, of which the first must be 1. */
function versionOf(document: unknown): number {
  const { data } = z.looseObject({ schemaVersion: z.string() }).safeParse(document);
  if (data === undefined)
    throw new RunResultError('it is no result of eks-auditor: schemaVersion is missing');
  const [, minor] = /^1\.(\d{1,4})$/.exec(data.schemaVersion) ?? [];
  if (minor === undefined) {
    const version = data.schemaVersion.slice(0, 20);
    throw new RunResultError(`its schemaVersion is ${JSON.stringify(version)}, and this version reads 1.x`);
  }
  return Number(minor);
}

/** As far as earlier versions differ. */
const earlier = z.looseObject({
  run: z.looseObject({ startedAt: z.string(), benchmark: z.enum(BENCHMARKS) }),
  verdicts: z.array(z.looseObject({ controlId: z.string() })),
  changes: z.looseObject({}),
});

/** Fields that 1.0 (`control`) and 1.1 (`trigger`, `observedAt`, `outdated`) do not have. */
function upgraded(document: unknown): unknown {
  const { data } = earlier.safeParse(document);
  // What is wrong with it is said by the whole schema.
  if (data === undefined) return document;
  const { run, verdicts, changes } = data;
  return {
    ...data,
    run: { trigger: 'manual', ...run },
    verdicts: verdicts.map((verdict) => ({
      control: findControlKey(verdict.controlId, run.benchmark),
      observedAt: run.startedAt,
      ...verdict,
    })),
    changes: { outdated: 0, ...changes },
  };
}
