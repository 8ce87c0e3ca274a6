import { type Reading, type Unreadable, unreadableOf } from '../model/evidence.ts';

/** The things of which a question is true, and why it could not be answered of others. */
export interface Which<T> {
  readonly yes: readonly T[];
  readonly unknown: readonly Unreadable[];
}

export function which<T>(things: readonly T[], question: (thing: T) => Reading<boolean>): Which<T> {
  const answers = things.map((thing) => ({ thing, answer: question(thing) }));
  return {
    yes: answers.flatMap(({ thing, answer }) => (answer.state === 'present' && answer.value ? [thing] : [])),
    unknown: unreadableOf(answers.map(({ answer }) => answer)),
  };
}
