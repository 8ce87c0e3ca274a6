import type { ResourceRef } from '../model/resource.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';

/**
 * A result without the names that people have given (of accounts, organizational units and resources, and tags) and without
 * who ran it, for those outside. Account ids and ARNs stay: they say what a verdict is about. Pure.
 */
export function redacted(result: RunResult): RunResult {
  const { accounts, skipped } = result.coverage;
  return {
    ...result,
    coverage: {
      ...result.coverage,
      accounts: accounts.map(withoutName),
      skipped: skipped.map(withoutName),
    },
    verdicts: result.verdicts.map(withoutNames),
  };
}

function withoutName<Item extends { readonly name?: string }>({
  name: _,
  ...rest
}: Item): Omit<Item, 'name'> {
  return rest;
}

function withoutNames(verdict: Verdict): Verdict {
  return {
    ...verdict,
    resource: withoutTags(verdict.resource),
    related: verdict.related.map(withoutTags),
  };
}

/** Details repeat names and tags. */
function withoutTags({ type, id }: ResourceRef): ResourceRef {
  return { type, id };
}
