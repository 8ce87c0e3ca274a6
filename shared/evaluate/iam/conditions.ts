import type { Pattern, PatternSyntax } from '../patterns/pattern.ts';
import { compilePattern } from '../patterns/pattern.ts';

/** One key of one operator in a `Condition`. All conditions of a statement have to hold; of a key's values, one. */
export interface Condition {
  /** Lower case, without quantifier and `IfExists`: `stringequals`. */
  readonly operator: string;
  readonly quantifier: 'any' | 'all' | undefined;
  /** Whether it also holds when the request has no such key. */
  readonly ifExists: boolean;
  /** Lower case: keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly Pattern[];
}

type RawConditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const POSITIVE_OPERATORS: ReadonlyMap<string, { readonly wildcards: boolean }> = new Map([
  ['stringequals', { wildcards: false }],
  ['stringequalsignorecase', { wildcards: false }],
  ['stringlike', { wildcards: true }],
  ['arnequals', { wildcards: true }],
  ['arnlike', { wildcards: true }],
]);
const NEGATED_OPERATORS: ReadonlyMap<string, { readonly wildcards: boolean }> = new Map([
  ['stringnotequals', { wildcards: false }],
  ['stringnotequalsignorecase', { wildcards: false }],
  ['stringnotlike', { wildcards: true }],
  ['arnnotequals', { wildcards: true }],
  ['arnnotlike', { wildcards: true }],
]);
/** Those of the other types of value, which are not compared here. */
const OTHER_POSITIVE_OPERATORS: ReadonlySet<string> = new Set([
  'binaryequals',
  'bool',
  'dateequals',
  'dategreaterthan',
  'dategreaterthanequals',
  'datelessthan',
  'datelessthanequals',
  'ipaddress',
  'numericequals',
  'numericgreaterthan',
  'numericgreaterthanequals',
  'numericlessthan',
  'numericlessthanequals',
]);
const OTHER_NEGATED_OPERATORS: ReadonlySet<string> = new Set([
  'datenotequals',
  'notipaddress',
  'numericnotequals',
]);
const OPERATOR_NAME = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/;

export function readConditions(conditions: RawConditions, variables: boolean): Condition[] {
  return Object.entries(conditions).flatMap(([name, keys]) => {
    const [, quantifier, operator = '', ifExists] = OPERATOR_NAME.exec(name.toLowerCase()) ?? [];
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      quantifier: quantifier === undefined ? undefined : quantifier === 'forallvalues' ? 'all' : 'any',
      ifExists: ifExists !== undefined,
      key: key.toLowerCase(),
      values: values.map((value) => compilePattern(value, { ...syntaxOf(operator), variables })),
    }));
  });
}

/** Whether `*` and `?` are wildcards in an operator's values. */
export function syntaxOf(operator: string): Pick<PatternSyntax, 'wildcards'> {
  return POSITIVE_OPERATORS.get(operator) ?? NEGATED_OPERATORS.get(operator) ?? { wildcards: false };
}

/**
 * A statement's conditions, without `IfExists` and `ForAllValues` where another condition requires the key to exist, as
 * `Null`: false does: together with that one, they do not hold for a request without the key.
 */
export function withRequiredKeys(conditions: readonly Condition[]): Condition[] {
  const required = new Set(
    conditions.filter((condition) => holdsWithoutKey(condition) === false).map(({ key }) => key),
  );
  return conditions.map((condition) =>
    required.has(condition.key)
      ? { ...condition, ifExists: false, quantifier: condition.quantifier && 'any' }
      : condition,
  );
}

/**
 * Whether a condition holds for a request that does not have the key; undefined for operators that are not known. IAM
 * User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys".
 */
export function holdsWithoutKey({ operator, quantifier, ifExists, values }: Condition): boolean | undefined {
  if (operator === 'null') return areAll(values, 'true') || (areAll(values, 'false') ? false : undefined);
  const isPositive = POSITIVE_OPERATORS.has(operator) || OTHER_POSITIVE_OPERATORS.has(operator);
  const isNegated = NEGATED_OPERATORS.has(operator) || OTHER_NEGATED_OPERATORS.has(operator);
  if (!isPositive && !isNegated) return undefined;
  if (ifExists || quantifier === 'all') return true;
  return isNegated && quantifier !== 'any';
}

/**
 * Whether a condition on an Allow allows only requests whose key has one of the values. `ForAllValues` and `IfExists`
 * do not: they hold for a request without the key.
 */
export function allowsOnlyItsValues({ operator, quantifier, ifExists }: Condition): boolean {
  return POSITIVE_OPERATORS.has(operator) && quantifier !== 'all' && !ifExists;
}

/**
 * Whether a condition on a Deny exempts only requests whose key has one of the values. The negated operators hold for
 * a request without the key, with `IfExists` or not, but with `ForAnyValue` only if it is `IfExists`.
 */
export function exemptsOnlyItsValues({ operator, quantifier, ifExists }: Condition): boolean {
  return NEGATED_OPERATORS.has(operator) && (quantifier !== 'any' || ifExists);
}

/** Whether the condition is the given key being `true` or `false`. */
export function isBooleanCondition(condition: Condition, key: string, value: 'true' | 'false'): boolean {
  return (
    condition.operator === 'bool' && condition.key === key.toLowerCase() && areAll(condition.values, value)
  );
}

function areAll(values: readonly Pattern[], value: 'true' | 'false'): boolean {
  return values.length > 0 && values.every(({ text }) => text.toLowerCase() === value);
}
