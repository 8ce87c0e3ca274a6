import { controlTexts } from '../evaluate/control-texts.ts';
import type { ControlText } from '../model/control.ts';
import type { Verdict } from '../model/verdict.ts';

/** Which control reached a verdict: two may share a key when they judge different things, such as ecr-access. */
export type ControlRef = Pick<Verdict, 'control' | 'controlId' | 'level'>;

/** Tells controls apart within a result. */
export function controlRefKey({ control, level }: Pick<ControlRef, 'control' | 'level'>): string {
  return `${control}-${level}`;
}

const TEXTS = new Map<string, ControlText>(
  controlTexts.map((text) => [controlRefKey({ control: text.key, level: text.level }), text]),
);

/** What people read about a control; `undefined` for one that this version does not know. */
export function controlText(control: ControlRef): ControlText | undefined {
  return TEXTS.get(controlRefKey(control));
}
