import type { Pattern } from '../patterns/pattern.ts';
import { compilePattern } from '../patterns/pattern.ts';

/** One key of one operator in a `Condition`. All of a statement's have to hold; of the values, one. */
export interface Condition {
  /** Lower case, without quantifier and `IfExists`: `stringequals`. */
  readonly operator: string;
  readonly quantifier: 'any' | 'all' | undefined;
  /** Holds also when the request has no such key. */
  readonly ifExists: boolean;
  /** Lower case: keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly Pattern[];
}

type Operators = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const MATCHING: ReadonlyMap<string, { readonly wildcards: boolean }> = new Map([
  ['stringequals', { wildcards: false }],
  ['stringequalsignorecase', { wildcards: false }],
  ['stringlike', { wildcards: true }],
  ['arnequals', { wildcards: true }],
  ['arnlike', { wildcards: true }],
]);
const EXCLUDING: ReadonlyMap<string, { readonly wildcards: boolean }> = new Map([
  ['stringnotequals', { wildcards: false }],
  ['stringnotequalsignorecase', { wildcards: false }],
  ['stringnotlike', { wildcards: true }],
  ['arnnotequals', { wildcards: true }],
  ['arnnotlike', { wildcards: true }],
]);
/**
 * The one key we rely on that every request has, anonymous ones included (IAM User Guide, "AWS global condition
 * context keys").
 */
const ALWAYS_PRESENT: ReadonlySet<string> = new Set(['aws:principalaccount']);

const NAME = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/;

export function readConditions(operators: Operators, variables: boolean): Condition[] {
  return Object.entries(operators).flatMap(([name, keys]) => {
    const [, quantifier, operator = '', ifExists] = NAME.exec(name.toLowerCase()) ?? [];
    const { wildcards } = MATCHING.get(operator) ?? EXCLUDING.get(operator) ?? { wildcards: false };
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      quantifier: quantifier === undefined ? undefined : quantifier === 'forallvalues' ? 'all' : 'any',
      ifExists: ifExists !== undefined,
      key: key.toLowerCase(),
      values: values.map((value) => compilePattern(value, { wildcards, variables })),
    }));
  });
}

/**
 * A statement's conditions, those on a key that another one demands (`Null`: false) in the form that needs it: beside
 * that, neither `IfExists` nor `ForAllValues` holds for a request without the key.
 */
export function withDemandedKeys(conditions: readonly Condition[]): Condition[] {
  const demanded = new Set(conditions.filter(isDemand).map(({ key }) => key));
  return conditions.map((condition) =>
    demanded.has(condition.key)
      ? { ...condition, ifExists: false, quantifier: condition.quantifier && 'any' }
      : condition,
  );
}

function isDemand({ operator, values }: Condition): boolean {
  return (
    operator === 'null' && values.length > 0 && values.every(({ text }) => text.toLowerCase() === 'false')
  );
}

/**
 * Whether a condition on an Allow lets only requests through whose key has one of the values. `ForAllValues` and
 * `IfExists` do not: they hold for a request without the key.
 */
export function admitsOnlyItsValues(condition: Condition): boolean {
  const absentPasses = condition.ifExists && !ALWAYS_PRESENT.has(condition.key);
  return MATCHING.has(condition.operator) && condition.quantifier !== 'all' && !absentPasses;
}

/**
 * Whether a condition on a Deny spares only requests whose key has one of the values. The negated operators hold for
 * a request without the key, with `IfExists` or not, but not with `ForAnyValue`.
 */
export function sparesOnlyItsValues(condition: Condition): boolean {
  return EXCLUDING.has(condition.operator) && condition.quantifier !== 'any';
}

/** Whether the condition is the given key being `true` or `false`. */
export function isBoolean(condition: Condition, key: string, value: 'true' | 'false'): boolean {
  return (
    condition.operator === 'bool' &&
    condition.key === key &&
    condition.values.length > 0 &&
    condition.values.every(({ text }) => text.toLowerCase() === value)
  );
}
