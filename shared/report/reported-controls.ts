import { PROFILES } from '../controls/benchmarks.ts';
import { controls } from '../controls/index.ts';
import type { Control } from '../model/control.ts';

/** What a report says of a control besides its verdicts. */
export type ReportedControl = Pick<Control, 'id' | 'title' | 'description' | 'remediation'>;

/** The controls by id, titled as the benchmark version titles them. A result may be of a version we do not know. */
export function reportedControls(benchmark: string): ReadonlyMap<string, ReportedControl> {
  const titles = Object.entries(PROFILES).find(([version]) => version === benchmark)?.[1].titles;
  return new Map(controls.map((one) => [one.id, { ...one, title: titles?.[one.id] ?? one.title }]));
}
