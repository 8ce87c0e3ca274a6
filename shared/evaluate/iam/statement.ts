import { compileWildcards, literalText, matches, type Pattern } from '../patterns/pattern.ts';
import type { Selection } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { Condition } from './conditions.ts';
import type { Principals } from './principals.ts';

/** A policy's statement in one form, however it was written. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Compiled by `compileAction`. */
  readonly actions: Selection;
  /** Everything when a resource policy leaves it out: then it is about what it is attached to. */
  readonly resources: Selection;
  /** Undefined in identity policies, whose principal is the identity they are attached to. */
  readonly principals: Principals | undefined;
  /** Empty when the statement always applies. */
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** Actions are not case-sensitive, so the tokens are in lower case. They take no policy variables. */
export function compileAction(action: string): Pattern {
  return { ...compileWildcards(action.toLowerCase()), text: action };
}

/** Whether the statement covers the action, or at least one of the actions the pattern stands for. */
export function coversAnyOf({ actions }: Statement, action: Pattern): boolean {
  const name = literalText(action);
  if (name === undefined) return !isEmpty(intersectionOf(selectedBy(actions), matching(action)));
  return actions.patterns.some((pattern) => matches(pattern, name)) !== actions.negated;
}

/** Whether the statement covers the action, or all of the actions the pattern stands for. */
export function coversAllOf({ actions }: Statement, action: Pattern): boolean {
  return isEmpty(intersectionOf(notSelectedBy(actions), matching(action)));
}

/** Whether all resources of `covered` are also resources of `covering`. */
export function coversResources(covering: Statement, covered: Statement): boolean {
  return isEmpty(intersectionOf(selectedBy(covered.resources), notSelectedBy(covering.resources)));
}
