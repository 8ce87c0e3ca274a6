import type { Config } from '../config/config.ts';
import { controlKeysOf } from '../model/benchmarks.ts';
import type { RunOptions } from '../model/run.ts';

const NARROWING = [
  'excludeAccounts',
  'organizationalUnits',
  'excludeOrganizationalUnits',
  'regions',
  'excludeRegions',
  'clusters',
  'registryAccounts',
] as const satisfies readonly (keyof Config['targets'])[];

/** What a configuration selects, as the result says it; `only` are the accounts that a run was asked for. Pure. */
export function runOptionsOf(
  { benchmark, controls, targets }: Pick<Config, 'benchmark' | 'controls' | 'targets'>,
  only?: readonly string[],
): RunOptions {
  const { include, exclude } = controls;
  const accounts = only ?? targets.accounts;
  const narrowing = NARROWING.filter((key) => targets[key].length > 0);
  return {
    controls: controlKeysOf(benchmark).filter(
      (key) => (include.length === 0 || include.includes(key)) && !exclude.includes(key),
    ),
    ...(targets.organization && { organization: true as const }),
    ...(accounts.length > 0 && { accounts }),
    ...Object.fromEntries(narrowing.map((key) => [key, targets[key]])),
  };
}
