import type { StringSet } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { Identity, IdentityStatements, NamedStatement, UnreadablePolicy } from './effective-actions.ts';
import { readIdentity } from './effective-actions.ts';
import type { Statement } from './statement.ts';
import { compileAction, coversResources } from './statement.ts';

/** Something granted that a baseline does not have. */
export interface GrantBeyond {
  /** As the policy writes it; a `NotAction` as `everything but iam:*, sts:*`. */
  readonly action: string;
  readonly policy: string;
  readonly conditional: boolean;
}

export interface GrantsBeyond {
  readonly beyond: readonly GrantBeyond[];
  /** When not empty, `beyond` is what the readable policies say, which may be too little or too much. */
  readonly problems: readonly UnreadablePolicy[];
}

/**
 * The action patterns an identity is granted that hold an action outside the baseline: `s3:Get*` is beyond a baseline
 * of `s3:GetObject`.
 *
 * A Deny or the boundary takes something away here only if it does so for every resource of the Allow; what they
 * leave unclear counts as granted.
 *
 * @param baseline Action patterns, in any case.
 */
export function grantsBeyond(identity: Identity, baseline: readonly string[]): GrantsBeyond {
  const statements = readIdentity(identity);
  const expected: StringSet = { included: [], excluded: baseline.map(compileAction) };
  return {
    beyond: statements.allows.flatMap((allow) => beyondOf(allow, statements, expected)),
    problems: statements.problems,
  };
}

function beyondOf(
  allow: NamedStatement,
  { denies, boundary }: IdentityStatements,
  expected: StringSet,
): GrantBeyond[] {
  const denied = denies.filter((deny) => coversResources(deny, allow));
  const left = intersectionOf(expected, ...denied.map(({ actions }) => notSelectedBy(actions)));
  const limits = boundary?.filter(
    (limit) => !isEmpty(intersectionOf(selectedBy(allow.resources), selectedBy(limit.resources))),
  );
  return partsOf(allow)
    .filter(({ space }) => isLeft(intersectionOf(space, left), limits))
    .map(({ action }) => ({ action, policy: allow.policy, conditional: allow.conditions.length > 0 }));
}

function partsOf({ actions }: Statement): { readonly action: string; readonly space: StringSet }[] {
  if (!actions.negated) {
    return actions.patterns.map((pattern) => ({ action: pattern.text, space: matching(pattern) }));
  }
  const exceptions = actions.patterns.map(({ text }) => text).join(', ');
  return [{ action: `everything but ${exceptions}`, space: selectedBy(actions) }];
}

function isLeft(granted: StringSet, limits: readonly Statement[] | undefined): boolean {
  if (limits === undefined) return !isEmpty(granted);
  return limits.some((limit) => !isEmpty(intersectionOf(granted, selectedBy(limit.actions))));
}
