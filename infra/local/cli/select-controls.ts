import { BENCHMARKS, type Benchmark, type Config } from '../../../shared/config.ts';
import { PROFILES } from '../../../shared/controls/benchmarks.ts';
import { selectControls } from '../../../shared/controls/evaluate.ts';
import { controls } from '../../../shared/controls/index.ts';
import { UserError } from '../user-error.ts';

/** Refuses controls that the benchmark does not have, and a selection that leaves none. Throws UserError. */
export function checkControls({ benchmark, controls: selection }: Config, includedBy: string): void {
  const known = knownIds(benchmark);
  for (const [ids, field] of [
    [selection.include, includedBy],
    [selection.exclude, 'controls.exclude'],
  ] as const) {
    const unknown = ids.filter((id) => !known.includes(id));
    if (unknown.length > 0)
      throw new UserError(`${field} ${unknown.join(', ')}: ${explain(unknown, benchmark, known)}`);
  }
  if (selectControls(controls, benchmark, selection).length === 0) {
    throw new UserError(`${includedBy} and controls.exclude leave no control`);
  }
}

function explain(unknown: readonly string[], benchmark: string, known: readonly string[]): string {
  const elsewhere = unknown.flatMap((id) => {
    const versions = BENCHMARKS.filter((version) => PROFILES[version].controlIds.includes(id));
    return versions.length > 0 ? [`; ${id} is in ${versions.join(', ')}`] : [];
  });
  return `benchmark ${benchmark} has ${known.join(', ')}${elsewhere.join('')}`;
}

/** The ids of a benchmark version's controls, each once. */
export function knownIds(benchmark: Benchmark): string[] {
  const all = selectControls(controls, benchmark, { include: [], exclude: [] });
  return [...new Set(all.map((one) => one.id))];
}
