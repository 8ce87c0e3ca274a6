import type { LabelSelector, Labels } from '../../model/kubernetes-facts.ts';

/**
 * Whether labels meet a selector; undefined for an operator that is not known.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selects(selector: LabelSelector, labels: Labels): boolean | undefined {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const exact = Object.entries(matchLabels).every(([key, value]) => labelValue(labels, key) === value);
  if (!exact) return false;
  const met = matchExpressions.map(({ key, operator, values = [] }) =>
    meets(labelValue(labels, key), operator, values),
  );
  if (met.includes(false)) return false;
  return met.includes(undefined) ? undefined : true;
}

export function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function meets(value: string | undefined, operator: string, values: readonly string[]): boolean | undefined {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return undefined;
  }
}
