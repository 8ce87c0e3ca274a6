import type { ResourceRef } from '../model/resource.ts';
import type { AccountCoverage, RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { CHANGE_KINDS } from '../model/verdict-change.ts';

/**
 * A result without the names that people have given (of accounts, organizational units and resources, and tags), without who
 * ran it and who owns exceptions, for those outside. Account ids and ARNs stay: they say what a verdict is about. Pure.
 */
export function redacted({ caller, exceptions, notices, ...result }: RunResult): RunResult {
  const { accounts, gaps, skipped } = result.coverage;
  return {
    ...result,
    coverage: {
      ...result.coverage,
      ...(gaps && { gaps: withoutCaller(caller, gaps) }),
      accounts: withoutCaller(caller, accounts).map(withoutNamesOfAccount),
      skipped: skipped.map(withoutName),
    },
    verdicts: result.verdicts.map(withoutNames),
    changes: withoutCaller(caller, withoutNamesOfChanges(result.changes)),
    ...(notices && { notices: withoutCaller(caller, notices) }),
    ...(exceptions && { exceptions: exceptions.map(withoutOwner) }),
  };
}

/** What AWS refuses says whom: the name of a session is often that of a person. */
function withoutCaller<Part extends object>(caller: RunResult['caller'], part: Part): Part {
  if (caller === undefined) return part;
  const arn = JSON.stringify(caller.arn).slice(1, -1);
  return JSON.parse(JSON.stringify(part).replaceAll(arn, '[caller]'));
}

function withoutNamesOfAccount({ organizationalUnits, ...account }: AccountCoverage): AccountCoverage {
  return {
    ...withoutName(account),
    ...(organizationalUnits && { organizationalUnits: organizationalUnits.map(withoutName) }),
  };
}

function withoutNamesOfChanges(changes: RunResult['changes']): RunResult['changes'] {
  const lists = CHANGE_KINDS.flatMap((kind) => {
    const list = changes[kind]?.map((change) => ({ ...change, resource: withoutTags(change.resource) }));
    return list ? [[kind, list] as const] : [];
  });
  return { ...changes, ...Object.fromEntries(lists) };
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
    ...(verdict.exception && { exception: withoutOwner(verdict.exception) }),
  };
}

/** The field is required. */
function withoutOwner<Item extends { readonly owner: string }>(item: Item): Item {
  return { ...item, owner: 'redacted' };
}

/** Details repeat names and tags. */
function withoutTags({ type, id }: ResourceRef): ResourceRef {
  return { type, id };
}
