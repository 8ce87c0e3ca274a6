import { controls } from '../evaluate/controls/index.ts';
import type { ControlText } from '../model/control.ts';
import type { Verdict } from '../model/verdict.ts';

/** Which control reached a verdict: two may share a key when they judge different things, such as ecr-access. */
export type ControlRef = Pick<Verdict, 'control' | 'controlId' | 'level'>;

/** Tells controls apart within a result. */
export function controlKey({ control, level }: Pick<ControlRef, 'control' | 'level'>): string {
  return `${control}-${level}`;
}

/** What people read about a control; `undefined` for one that this version does not know. */
export type ControlTexts = (control: ControlRef) => ControlText | undefined;

const TEXTS = new Map<string, ControlText>(
  controls.map((control) => [controlKey({ control: control.key, level: control.level }), control]),
);

export function controlTexts(): ControlTexts {
  return (control) => TEXTS.get(controlKey(control));
}
