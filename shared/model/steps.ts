/** Long work in steps: between two, whoever does it may let others have their turn, or give up. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at a stretch. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Maps a list, an item a step. */
export function* mapInSteps<T, U>(items: readonly T[], toValue: (item: T) => U): Steps<U[]> {
  const values: U[] = [];
  for (const item of items) {
    values.push(toValue(item));
    yield;
  }
  return values;
}
