import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../infra/local/sandbox/sandbox.ts';
import { LISTS, sizesOfPages } from './parity-lists.ts';
import { REQUESTS } from './parity-requests.ts';
import { type Difference, differencesBetween, isLeftOut, outcomeOf, shapeOf } from './shape.ts';
import type { Twin } from './twin.ts';
import { inMoto } from './twin-in-moto.ts';
import { inSandbox } from './twin-in-sandbox.ts';

let moto: Twin;
let sandbox: Twin;
let server: Sandbox | undefined;

beforeAll(async () => {
  moto = await inMoto();
  ({ twin: sandbox, server } = await inSandbox());
});

afterAll(() => server?.close());

test.each(REQUESTS)(
  'the sandbox answers as moto does, but for what is known: $request',
  async ({ ask, exact = [], leftOut = [], differences = {} }) => {
    const outcomes = await Promise.all([outcomeOf(() => ask(sandbox)), outcomeOf(() => ask(moto))]);
    const [ours, theirs] = [shapeOf(outcomes[0], exact), shapeOf(outcomes[1], exact)];

    const found = differencesBetween(ours, theirs);

    expect(exact.filter((path) => !ours.has(path))).toEqual([]);
    const isKnown = (one: Difference) =>
      one.path in differences || (isLeftOut(one) && leftOut.includes(one.path));
    expect(found.filter((one) => !isKnown(one))).toEqual([]);
    const known = [...leftOut, ...Object.keys(differences)];
    expect(known.filter((path) => !found.some((one) => one.path === path))).toEqual([]);
  },
);

test.each(LISTS)(
  'the sandbox pages as moto does, but for what is known: $list',
  async ({ page, pages, moto: other }) => {
    const [ours, theirs] = await Promise.all([
      sizesOfPages((token) => page(sandbox, token)),
      sizesOfPages((token) => page(moto, token)),
    ]);

    expect({ sandbox: ours, moto: theirs }).toEqual({ sandbox: pages, moto: other?.pages ?? pages });
  },
);
