import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { type ClusterList, listAllClusters } from '../../shared/pipeline/list-clusters.ts';
import { REGION, SECURITY, stubCredentials } from '../harness.ts';
import { faultsOf } from './faults.ts';
import { CLUSTER_VERSIONS } from './operations.ts';
import { faultWorld } from './world.ts';

const CONFIG = parseConfig({ targets: { organization: true, regions: [REGION] } });
const LIMITS = { maxAttempts: 2, requestTimeoutMs: 500, backOffMs: 1, maxPages: 20 };

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox(faultWorld());
  stubCredentials(sandbox, SECURITY);
});
afterAll(() => sandbox.close());

function list(requests: typeof LIMITS): Promise<ClusterList> {
  return listAllClusters({ config: CONFIG, requests, signal: new AbortController().signal });
}

/** What a person sees of the clusters, without when they were read. */
function shownOf({ support: _, ...rest }: ClusterList) {
  const clusters = rest.clusters.map(({ cluster: { observed: _when, ...cluster }, ...one }) => ({
    ...one,
    cluster,
  }));
  return { ...rest, clusters };
}

test('no fault of the versions loses a cluster or tells another end of support', async () => {
  const before = await list(LIMITS);
  const { support } = before;
  expect(before.clusters).not.toEqual([]);
  expect(support.size).toBeGreaterThan(0);
  for (const { name, faults, passes } of faultsOf(CLUSTER_VERSIONS)) {
    sandbox.clearFaults();
    for (const fault of faults) sandbox.fail({ ...fault, operation: CLUSTER_VERSIONS.name });
    const after = await list(passes ? { ...LIMITS, maxAttempts: 3 } : LIMITS);
    expect(shownOf(after), name).toEqual(shownOf(before));
    if (passes) expect(after.support, name).toEqual(support);
    for (const [version, told] of after.support)
      expect(support.get(version), `${name}: ${version}`).toMatchObject(told);
  }
});
