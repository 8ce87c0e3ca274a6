import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { clusterRequests } from './parity/clusters.ts';
import { findingRequests } from './parity/findings.ts';
import { identityRequests } from './parity/identities.ts';
import { LISTS, sizesOfPages } from './parity/lists.ts';
import { loadBalancerRequests } from './parity/load-balancers.ts';
import { networkRequests } from './parity/network.ts';
import { organizationRequests } from './parity/organization.ts';
import { registryRequests } from './parity/registries.ts';
import { type Difference, differencesBetween, isLeftOut, outcomeOf, shapeOf } from './parity/shape.ts';
import type { Twin } from './parity/twin.ts';
import { inMoto } from './parity/twin-in-moto.ts';
import { inSandbox } from './parity/twin-in-sandbox.ts';

const REQUESTS = [
  ...organizationRequests,
  ...clusterRequests,
  ...findingRequests,
  ...registryRequests,
  ...identityRequests,
  ...networkRequests,
  ...loadBalancerRequests,
];

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
