import type { Budget } from '../patterns/budget.ts';
import { compileWildcards, type Pattern } from '../patterns/pattern.ts';
import type { StringSet } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { Identity, IdentityStatement, IdentityStatements, InvalidPolicy } from './identity.ts';
import { readStatements, shareOf } from './identity.ts';
import type { Statement } from './statement.ts';
import { compileAction, coversResources } from './statement.ts';

/** Actions that a baseline has. */
export interface BaselineStatement {
  /** Patterns, in any case. */
  readonly actions: readonly string[];
  /** Patterns of the ARNs that it has them on; any resource when absent. */
  readonly resources?: readonly string[];
}

/** An action pattern that is granted and allows something outside a baseline. */
export interface ActionBeyondBaseline {
  /** As the policy writes it; a `NotAction` as `everything but iam:*, sts:*`. */
  readonly action: string;
  readonly policy: string;
}

export interface ActionsBeyondBaseline {
  readonly beyond: readonly ActionBeyondBaseline[];
  /** When not empty, `beyond` is based on the other policies only: it may be too short or too long. */
  readonly invalidPolicies: readonly InvalidPolicy[];
}

/**
 * The action patterns an identity is granted that contain an action outside the baseline: `s3:Get*` is beyond a
 * baseline of `s3:GetObject`, and `s3:GetObject` on every bucket is beyond one of `s3:GetObject` on some.
 *
 * A Deny or the boundary takes something away here only if it does so for every resource of the Allow; what they
 * leave undecided counts as granted.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function actionsBeyondBaseline(
  identity: Identity,
  baseline: readonly BaselineStatement[],
  budget: Budget,
): ActionsBeyondBaseline {
  const statements = readStatements(identity);
  const compiled = baseline.map(compileStatement);
  return {
    beyond: statements.allows.flatMap((allow) => beyondBaseline(allow, statements, compiled, budget)),
    invalidPolicies: statements.invalidPolicies,
  };
}

interface CompiledStatement {
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[] | undefined;
}

function compileStatement({ actions, resources }: BaselineStatement): CompiledStatement {
  return { actions: actions.map(compileAction), resources: resources?.map(compileWildcards) };
}

function beyondBaseline(
  allow: IdentityStatement,
  { denies, boundary }: IdentityStatements,
  baseline: readonly CompiledStatement[],
  budget: Budget,
): ActionBeyondBaseline[] {
  const share = shareOf(allow);
  const applicable = baseline.filter((statement) => coversResourcesOf(allow, statement, budget.on(share)));
  const outsideBaseline = { included: [], excluded: applicable.flatMap(({ actions }) => actions) };
  const relevant = denies.filter((deny) => coversResources(deny, allow, budget.on(share, shareOf(deny))));
  const notDenied = relevant.map(({ actions }) => notSelectedBy(actions));
  const limits = boundary?.filter(
    (limit) =>
      !isEmpty(
        intersectionOf(selectedBy(allow.resources), selectedBy(limit.resources)),
        budget.on(share, shareOf(limit)),
      ),
  );
  const limiting = [...relevant, ...(limits ?? [])].map(shareOf);
  const about = budget.on(share, ...limiting);
  const left = intersectionOf(outsideBaseline, ...notDenied);
  return actionsOf(allow)
    .filter(({ actions }) => isGranted(intersectionOf(actions, left), limits, about))
    .map(({ written }) => ({ action: written, policy: allow.policy }));
}

function coversResourcesOf(
  allow: IdentityStatement,
  { resources }: CompiledStatement,
  budget: Budget,
): boolean {
  if (resources === undefined) return true;
  const others = notSelectedBy({ negated: false, patterns: resources });
  return isEmpty(intersectionOf(selectedBy(allow.resources), others), budget);
}

function actionsOf({ actions }: Statement): { readonly written: string; readonly actions: StringSet }[] {
  if (!actions.negated) {
    return actions.patterns.map((pattern) => ({ written: pattern.text, actions: matching(pattern) }));
  }
  const exceptions = actions.patterns.map(({ text }) => text).join(', ');
  return [{ written: `everything but ${exceptions}`, actions: selectedBy(actions) }];
}

/** Whether the boundary leaves any of the actions. */
function isGranted(actions: StringSet, limits: readonly Statement[] | undefined, budget: Budget): boolean {
  if (limits === undefined) return !isEmpty(actions, budget);
  return limits.some((limit) => !isEmpty(intersectionOf(actions, selectedBy(limit.actions)), budget));
}
