import type { Budget } from '../patterns/budget.ts';
import type { Language } from '../patterns/language.ts';
import { compileWildcards, literalText, matches, type Pattern } from '../patterns/pattern.ts';
import { overlapping } from '../patterns/pattern-index.ts';
import type { Selection, StringSet } from '../patterns/string-set.ts';
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

/** Resources by their ARNs: one of the patterns, and in the language, which leaves out what cannot exist. */
export interface Resources {
  readonly patterns: readonly Pattern[];
  readonly language?: Language;
}

/** An action to evaluate. */
export interface RequestedAction {
  /** In any case; with wildcards it stands for every action that matches. */
  readonly name: string;
  /** The resources that the action works on, which a statement's `Resource` has to overlap. Undefined: any. */
  readonly resources?: Resources | undefined;
}

/** Actions are not case-sensitive, so the tokens are in lower case. They take no policy variables. */
export function compileAction(action: string): Pattern {
  return { ...compileWildcards(action.toLowerCase()), text: action };
}

/** Whether the statement covers the action, or at least one of the actions the pattern stands for. */
export function coversAnyOf({ actions }: Statement, action: Pattern, budget: Budget): boolean {
  const name = literalText(action);
  if (name === undefined) return !isEmpty(intersectionOf(selectedBy(actions), matching(action)), budget);
  const candidates = overlapping(actions.patterns, action, budget);
  return candidates.some((pattern) => matches(pattern, name, budget)) !== actions.negated;
}

/** Whether the statement covers the action, or all of the actions the pattern stands for. */
export function coversAllOf({ actions }: Statement, action: Pattern, budget: Budget): boolean {
  return isEmpty(intersectionOf(notSelectedBy(actions), matching(action)), budget);
}

/** Whether one of the resources is the statement's. */
export function coversAnyResource(
  { resources }: Statement,
  requested: Resources | undefined,
  budget: Budget,
): boolean {
  return !isEmpty(intersectionOf(selectedBy(resources), arnsOf(requested)), budget, requested?.language);
}

/** Whether those of the resources that are `covered`'s are all `covering`'s as well; without `requested`, of all there are. */
export function coversResources(
  covering: Statement,
  covered: Statement,
  budget: Budget,
  requested?: Resources,
): boolean {
  const uncovered = intersectionOf(
    selectedBy(covered.resources),
    notSelectedBy(covering.resources),
    arnsOf(requested),
  );
  return isEmpty(uncovered, budget, requested?.language);
}

/** The ARNs that the patterns match, whatever the language. */
export function arnsOf(resources: Resources | undefined): StringSet {
  return { included: resources ? [resources.patterns] : [], excluded: [] };
}
