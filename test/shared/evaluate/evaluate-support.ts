import { controls } from '../../../shared/evaluate/controls/index.ts';
import { evaluate } from '../../../shared/evaluate/evaluate.ts';
import { type Control, control, type Judgement } from '../../../shared/model/control.ts';
import { aClusterInventory, anEvaluationContext, anInventory } from '../../builders.ts';

/** The controls that need nothing but a cluster, whose Kubernetes API is not read. */
export const clusterControls = controls.filter((candidate) =>
  candidate.needs.every((fact) => fact === 'kubernetes' || fact in aClusterInventory().facts),
);

export const TEXT = {
  key: 'endpoint-access',
  title: 'A control of this test',
  description: 'Returns the judgements of the test.',
  remediation: { text: 'None.', url: 'https://example.com' },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: [],
} as const;
export const ROWS = {
  FINE: { status: 'PASSED', when: 'all is well' },
  ODD: { status: 'WARNING', when: 'something is odd' },
  BAD: { status: 'FAILED', when: 'something is bad' },
  WORSE: { status: 'FAILED', severity: 'CRITICAL', when: 'something is worse' },
} as const;
export type Code = keyof typeof ROWS;

/** A control that needs the description of a cluster and returns these judgements. */
export function returning(...judgements: Judgement<Code>[]): Control {
  return control({ ...TEXT, needs: ['cluster'], rows: ROWS, judge: () => judgements });
}

export function row(code: Code, differing: Partial<Judgement<Code>> = {}): Judgement<Code> {
  return { code, reason: `It is ${code}.`, evidence: { [code]: 'seen' }, ...differing };
}

export function evaluateClusters(clusters: Parameters<typeof anInventory>[0], selected: readonly Control[]) {
  return evaluate(anInventory(clusters), selected, anEvaluationContext());
}
