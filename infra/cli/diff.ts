import type { RunResult } from '../../shared/model/run.ts';
import { compareResults } from '../../shared/report/compare-results.ts';
import { toJson } from '../../shared/report/safe-text.ts';
import { renderChanges } from '../../shared/report/table-changes.ts';
import { isColoured, widthOf } from './formats.ts';
import { openOutput } from './output.ts';
import { readResult } from './read-result.ts';

/** The options of `diff`, as commander passes them. */
export interface DiffOptions {
  readonly format: 'table' | 'json';
}

/** Shows what changed from one saved result to another. Throws UserError. */
export async function showDiff(before: string, after: string, { format }: DiffOptions): Promise<void> {
  const [earlier, later] = await Promise.all([readResult(before), readResult(after)]);
  const changes = compareResults(earlier, later);
  const output = await openOutput(undefined);
  const { since, ...lists } = changes;
  const json = () => toJson({ since, until: runOf(later), ...lists });
  await output.write(format === 'json' ? json() : tableOf(later, changes));
}

function runOf({ run: { id, startedAt } }: RunResult) {
  return { runId: id, startedAt };
}

function tableOf(later: RunResult, changes: ReturnType<typeof compareResults>): string {
  const result = { ...later, changes: { ...later.changes, ...changes } };
  const terminal = process.stdout;
  return renderChanges(result, { width: widthOf(terminal, process.env), colour: isColoured(terminal) });
}
