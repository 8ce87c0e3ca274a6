/*
 * The versions of the CIS Amazon EKS Benchmark, and what each calls the controls. A control's key never changes; its
 * number is what a version calls it.
 *
 * Sources: kube-bench's cfg/eks-1.5.0, eks-1.7.0 and eks-1.8.0 (aquasecurity/kube-bench at a73ce378, June 2026) for
 * numbers and assessments; 1.6.0 is numbered as its neighbours; 1.3.0 by a published compliance table of that version;
 * 2.0.0 by CIS's announcement and kube-bench's cfg/eks-2.0.0 (looked up in November 2026).
 */

export const BENCHMARKS = ['1.3.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0', '2.0.0'] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

/** What identifies a control in every version: in ids of findings, configuration, file names and documents. */
export const CONTROL_KEYS = [
  'control-plane-logs',
  'ecr-image-scanning',
  'ecr-access',
  'ecr-pull-only',
  'approved-registries',
  'dedicated-service-accounts',
  'secrets-encryption',
  'endpoint-access',
  'private-endpoint',
  'private-nodes',
  'network-policies',
  'load-balancer-tls',
  'iam-access',
  'fargate',
] as const;
export type ControlKey = (typeof CONTROL_KEYS)[number];

/** One recommendation, or the several that a version has made of it. The first is the one that stands for it. */
type Numbers = readonly [string, ...string[]];

/** Section 5 keeps its numbers from 1.3.0 to 1.8.0. */
const VERSION_1 = {
  'control-plane-logs': ['2.1.1'],
  'ecr-image-scanning': ['5.1.1'],
  'ecr-access': ['5.1.2'],
  'ecr-pull-only': ['5.1.3'],
  'approved-registries': ['5.1.4'],
  'dedicated-service-accounts': ['5.2.1'],
  'secrets-encryption': ['5.3.1'],
  'endpoint-access': ['5.4.1'],
  'private-endpoint': ['5.4.2'],
  'private-nodes': ['5.4.3'],
  'network-policies': ['5.4.4'],
  'load-balancer-tls': ['5.4.5'],
  'iam-access': ['5.5.1'],
} as const satisfies Partial<Record<ControlKey, Numbers>>;

const NUMBERS: Readonly<Record<Benchmark, Readonly<Partial<Record<ControlKey, Numbers>>>>> = {
  '1.3.0': { ...VERSION_1, fargate: ['5.6.1'] },
  '1.5.0': VERSION_1,
  '1.6.0': VERSION_1,
  '1.7.0': VERSION_1,
  '1.8.0': VERSION_1,
  '2.0.0': {
    ...VERSION_1,
    'network-policies': ['4.3.1', '4.3.2'],
    'load-balancer-tls': ['5.4.4'],
    'iam-access': ['5.5.1', '4.1.7'],
  },
};

/** How the benchmark says a recommendation is checked. Metadata only: this product answers all of them. */
export type Assessment = 'Automated' | 'Manual';

/** What 1.5.0 calls Automated; it calls the rest of section 5 Manual. */
const AUTOMATED_IN_1_5_0: readonly ControlKey[] = [
  'control-plane-logs',
  'ecr-image-scanning',
  'dedicated-service-accounts',
  'endpoint-access',
  'private-endpoint',
  'private-nodes',
  'network-policies',
];

/** The assessment of a control in a version; `undefined` where it is not publicly known. */
export function assessmentOf(key: ControlKey, benchmark: Benchmark): Assessment | undefined {
  if (benchmark === '1.5.0') return AUTOMATED_IN_1_5_0.includes(key) ? 'Automated' : 'Manual';
  return benchmark === '1.7.0' || benchmark === '1.8.0' ? 'Manual' : undefined;
}

/** The numbers of a control in a version; none when the version does not have it. */
export function numbersOf(key: ControlKey, benchmark: Benchmark): readonly string[] {
  return NUMBERS[benchmark][key] ?? [];
}

/** The number that stands for a control in a version. Throws when the version does not have it. */
export function numberOf(key: ControlKey, benchmark: Benchmark): string {
  const [number] = numbersOf(key, benchmark);
  if (number === undefined) throw new Error(`benchmark ${benchmark} has no control ${key}`);
  return number;
}

/** Orders numbers as the benchmark does: 5.2.1 before 5.10.1. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [a.split('.'), b.split('.')];
  const index = left.findIndex((part, place) => part !== right[place]);
  // Where one is the beginning of the other, it comes first.
  if (index === -1) return -1;
  return Number(left[index]) - Number(right[index] ?? -1);
}

/** The controls of a version in the order of its numbers. */
export function controlKeysOf(benchmark: Benchmark): ControlKey[] {
  return CONTROL_KEYS.filter((key) => numbersOf(key, benchmark).length > 0).sort((a, b) =>
    compareNumbers(numberOf(a, benchmark), numberOf(b, benchmark)),
  );
}

export function isControlKey(text: string): text is ControlKey {
  return CONTROL_KEYS.some((key) => key === text);
}

/** The control that a key or a number of this version means; `undefined` when it means none of its controls. */
export function findControlKey(text: string, benchmark: Benchmark): ControlKey | undefined {
  return controlKeysOf(benchmark).find((key) => key === text || numbersOf(key, benchmark).includes(text));
}

/** Says that a version has no such control, what the text means in other versions, and what there is. */
export function describeUnknownControl(text: string, benchmark: Benchmark): string {
  const elsewhere = BENCHMARKS.flatMap((version) => {
    const key = findControlKey(text, version);
    return key === undefined ? [] : [{ version, key }];
  });
  const available = controlKeysOf(benchmark).map((key) => `${key} (${numbersOf(key, benchmark).join(', ')})`);
  const meanings = [...Map.groupBy(elsewhere, ({ key }) => key)].map(
    ([key, versions]) => `${key} in ${versions.map(({ version }) => version).join(', ')}`,
  );
  const meaning = meanings.length > 0 ? ` It is ${meanings.join(', and ')}.` : '';
  return `Unknown control ${text} in benchmark ${benchmark}.${meaning} Available: ${available.join(', ')}`;
}
