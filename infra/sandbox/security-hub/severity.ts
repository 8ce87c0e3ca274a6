import type { Asff } from './asff.ts';

type Severity = NonNullable<Asff['Severity']>;
type Label = NonNullable<Severity['Label']>;

const normalizedOf: Readonly<Record<Label, number>> = {
  INFORMATIONAL: 0,
  LOW: 1,
  MEDIUM: 40,
  HIGH: 70,
  CRITICAL: 90,
};

const labelFrom: readonly (readonly [lowest: number, label: Label])[] = [
  [90, 'CRITICAL'],
  [70, 'HIGH'],
  [40, 'MEDIUM'],
  [1, 'LOW'],
  [0, 'INFORMATIONAL'],
];

/** A severity with both label and number. The number follows from the label; without a label, it determines it. */
export function completeSeverity(severity: Severity): Severity {
  const { Label, Normalized = 0 } = severity;
  const label = Label ?? labelFrom.find(([lowest]) => Normalized >= lowest)?.[1] ?? 'INFORMATIONAL';
  return { ...severity, Label: label, Normalized: Label === undefined ? Normalized : normalizedOf[label] };
}
