import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestFirst } from '../../../shared/plan/largest-first.ts';

test('the longest come first, and those of which nothing is known in the middle', () => {
  const durations: Record<string, number> = { small: 1, large: 900, middling: 60, tiny: 0 };
  const names = ['new', 'small', 'large', 'newer', 'middling', 'tiny'];

  expect(largestFirst(names, (name) => durations[name])).toEqual([
    'large',
    'middling',
    'new',
    'newer',
    'small',
    'tiny',
  ]);
});

test('none is lost or doubled, and the known ones are in order', () => {
  const item = fc.record({ id: fc.nat(), duration: fc.option(fc.nat(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const ordered = largestFirst(items, ({ duration }) => duration);
      const known = ordered.flatMap(({ duration }) => duration ?? []);

      expect(new Set(ordered)).toEqual(new Set(items));
      expect(ordered).toHaveLength(items.length);
      expect(known).toEqual(known.toSorted((a, b) => b - a));
    }),
  );
});
