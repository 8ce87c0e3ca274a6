import { type Benchmark, type ControlKey, compareNumbers, numberOf, numbersOf } from '../model/benchmarks.ts';
import type { Control } from '../model/control.ts';

/** The controls of a version of the benchmark, narrowed to a selection, in the order of its numbers. */
export function selectControls(
  all: readonly Control[],
  benchmark: Benchmark,
  selection: { readonly include: readonly ControlKey[]; readonly exclude: readonly ControlKey[] },
): Control[] {
  return all
    .filter(({ key }) => numbersOf(key, benchmark).length > 0)
    .filter(({ key }) => selection.include.length === 0 || selection.include.includes(key))
    .filter(({ key }) => !selection.exclude.includes(key))
    .sort((a, b) => compareNumbers(numberOf(a.key, benchmark), numberOf(b.key, benchmark)));
}
