import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { clusterRequests } from './parity/clusters.ts';
import { findingRequests } from './parity/findings.ts';
import type { Fixture } from './parity/fixture.ts';
import { inMoto } from './parity/fixture-in-moto.ts';
import { inSandbox } from './parity/fixture-in-sandbox.ts';
import { identityRequests } from './parity/identities.ts';
import { LISTS, sizesOfPages } from './parity/lists.ts';
import { loadBalancerRequests } from './parity/load-balancers.ts';
import { networkRequests } from './parity/network.ts';
import { organizationRequests } from './parity/organization.ts';
import { registryRequests } from './parity/registries.ts';
import { type Difference, differencesBetween, isLeftOut, outcomeOf, shapeOf } from './parity/shape.ts';

const REQUESTS = [
  ...organizationRequests,
  ...clusterRequests,
  ...findingRequests,
  ...registryRequests,
  ...identityRequests,
  ...networkRequests,
  ...loadBalancerRequests,
];

let moto: Fixture;
let sandbox: Fixture;
let server: Sandbox | undefined;

beforeAll(async () => {
  moto = await inMoto();
  ({ fixture: sandbox, server } = await inSandbox());
});

afterAll(() => server?.close());

test.each(REQUESTS)(
  'the sandbox answers as moto does, except for known differences: $request',
  async ({ send, exact = [], leftOut = [], differences = {} }) => {
    const outcomes = await Promise.all([outcomeOf(() => send(sandbox)), outcomeOf(() => send(moto))]);
    const [sandboxShape, motoShape] = [shapeOf(outcomes[0], exact), shapeOf(outcomes[1], exact)];

    const found = differencesBetween(sandboxShape, motoShape);

    expect(exact.filter((path) => !sandboxShape.has(path))).toEqual([]);
    const isKnown = (difference: Difference) =>
      difference.path in differences || (isLeftOut(difference) && leftOut.includes(difference.path));
    expect(found.filter((difference) => !isKnown(difference))).toEqual([]);
    const known = [...leftOut, ...Object.keys(differences)];
    expect(known.filter((path) => !found.some((difference) => difference.path === path))).toEqual([]);
  },
);

test.each(LISTS)(
  'the sandbox pages as moto does, except for known differences: $list',
  async ({ page, pages, moto: other }) => {
    const [sandboxSizes, motoSizes] = await Promise.all([
      sizesOfPages((token) => page(sandbox, token)),
      sizesOfPages((token) => page(moto, token)),
    ]);

    expect({ sandbox: sandboxSizes, moto: motoSizes }).toEqual({
      sandbox: pages,
      moto: other?.pages ?? pages,
    });
  },
);
