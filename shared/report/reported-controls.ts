import { PROFILES } from '../evaluate/benchmarks.ts';
import { controls } from '../evaluate/controls/index.ts';
import type { Control, ControlText } from '../model/control.ts';
import type { Verdict } from '../model/verdict.ts';

/** Which control reached a verdict: two may share an id when they judge different things, such as 5.1.2. */
export type ControlRef = Pick<Verdict, 'controlId' | 'level'>;

export function controlKey({ controlId, level }: ControlRef): string {
  return `${controlId}-${level}`;
}

/** What people read about a control; `undefined` for one that this version does not know. */
export type ControlTexts = (control: ControlRef) => ControlText | undefined;

/** The controls' texts, titled as the benchmark version titles them. A result may be of a version we do not know. */
export function controlTexts(benchmark: string): ControlTexts {
  const titles = Object.entries(PROFILES).find(([version]) => version === benchmark)?.[1].titles;
  const texts = new Map(
    controls.map((one) => [keyOf(one), { ...one, title: titles?.[one.id] ?? one.title }]),
  );
  return (control) => texts.get(controlKey(control));
}

function keyOf({ id, level }: Control): string {
  return controlKey({ controlId: id, level });
}
