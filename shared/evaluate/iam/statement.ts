import type { Pattern } from '../patterns/pattern.ts';
import { compilePattern, literalText, matches } from '../patterns/pattern.ts';
import type { Selection } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { Condition } from './conditions.ts';
import type { Principals } from './principals.ts';

/** A policy's statement in one form, however it was written. */
export interface Statement {
  /** Counted from 0, for statements without `sid`. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Compiled by `compileAction`. */
  readonly actions: Selection;
  /** Everything when a resource policy leaves it out: then it is about what it is attached to. */
  readonly resources: Selection;
  /** Undefined in identity policies, whose principal is whoever has them. */
  readonly principals: Principals | undefined;
  /** Empty: holds always. */
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** Actions are not case-sensitive, so the tokens are in lower case. They take no policy variables. */
export function compileAction(action: string): Pattern {
  return { ...compilePattern(action.toLowerCase(), { wildcards: true, variables: false }), text: action };
}

/** Whether the statement says something about the action, or about some of the actions the pattern stands for. */
export function concerns({ actions }: Statement, action: Pattern): boolean {
  const name = literalText(action);
  if (name === undefined) return !isEmpty(intersectionOf(selectedBy(actions), matching(action)));
  return actions.patterns.some((pattern) => matches(pattern, name)) !== actions.negated;
}

/** Whether the statement covers the action, or all the actions the pattern stands for. */
export function covers({ actions }: Statement, action: Pattern): boolean {
  return isEmpty(intersectionOf(notSelectedBy(actions), matching(action)));
}

/** Whether all the resources of one statement are resources of the other. */
export function coversResources({ resources }: Statement, { resources: covered }: Statement): boolean {
  return isEmpty(intersectionOf(selectedBy(covered), notSelectedBy(resources)));
}
