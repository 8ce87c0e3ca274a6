import type { Benchmark } from '../config/config.ts';
import type { Control } from '../model/control.ts';

/** How the benchmark says a recommendation is checked. Metadata only: this product answers all of them. */
export type Assessment = 'Automated' | 'Manual';

/** What differs between the versions of the CIS Amazon EKS Benchmark. */
export interface Profile {
  /** The recommendations of this version that are in this product's scope. */
  readonly controlIds: readonly string[];
  /** By control id; what is not publicly certain is left out. */
  readonly assessments: Readonly<Record<string, Assessment>>;
  /** Titles that differ from the control's own, by control id. */
  readonly titles: Readonly<Record<string, string>>;
}

/** Section 5 keeps its numbering from 1.3.0 on. 2.1.1 is judged by evidence that section 5 needs anyway. */
const SHARED = [
  '2.1.1',
  '5.1.1',
  '5.1.2',
  '5.1.3',
  '5.1.4',
  '5.2.1',
  '5.3.1',
  '5.4.1',
  '5.4.2',
  '5.4.3',
  '5.4.4',
  '5.4.5',
  '5.5.1',
] as const;

export const PROFILES: Readonly<Record<Benchmark, Profile>> = {
  '1.3.0': { controlIds: [...SHARED, '5.6.1'], assessments: {}, titles: {} },
  '1.5.0': {
    controlIds: SHARED,
    assessments: {
      '5.1.1': 'Automated',
      '5.1.2': 'Manual',
      '5.1.3': 'Manual',
      '5.1.4': 'Manual',
      '5.2.1': 'Automated',
      '5.3.1': 'Manual',
      '5.4.1': 'Automated',
      '5.4.2': 'Automated',
      '5.4.3': 'Automated',
      '5.4.4': 'Automated',
      '5.4.5': 'Manual',
      '5.5.1': 'Manual',
    },
    titles: {},
  },
  '1.6.0': { controlIds: SHARED, assessments: {}, titles: {} },
  '1.7.0': { controlIds: SHARED, assessments: {}, titles: {} },
  '1.8.0': {
    controlIds: SHARED,
    assessments: {},
    titles: { '5.4.4': 'The VPC CNI add-on enforces network policies' },
  },
};

/** A control's title as a benchmark version puts it. */
export function titleOf(control: Pick<Control, 'id' | 'title'>, benchmark: Benchmark): string {
  return PROFILES[benchmark].titles[control.id] ?? control.title;
}
