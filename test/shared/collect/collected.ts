import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { collectAccount } from '../../../shared/collect/collect-account.ts';
import { collectors } from '../../../shared/collect/index.ts';
import type { Control, FactName } from '../../../shared/model/control.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { ClusterFacts, RegionFacts } from '../../../shared/model/facts.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { accessTo } from '../../aws-access.ts';
import { PAYMENTS, REGION } from '../../harness.ts';

/** What was read of a cluster and its Region. */
type Collected = Partial<ClusterFacts & RegionFacts>;

/** Reads one Region of one account with all collectors, for a control that needs these facts; returns what was read of the cluster `orders`. */
export async function collected(sandbox: Sandbox, ...needs: FactName[]): Promise<Collected> {
  const control: Control = {
    key: 'endpoint-access',
    level: 'cluster',
    title: '',
    description: '',
    remediation: { text: '', url: '' },
    severity: 'LOW',
    nist: [],
    needs,
    rows: {},
    judge: () => [],
  };
  const [region] = (await collectedFor(sandbox, [control])).regions;
  return { ...region?.facts, ...region?.clusters.find(({ name }) => name === 'orders')?.facts };
}

/** Reads the Region for real controls. */
export async function collectedFor(sandbox: Sandbox, controls: readonly Control[]): Promise<Inventory> {
  const aws = accessTo(sandbox, PAYMENTS);
  return collectAccount(aws, [REGION], {
    collectors,
    controls,
    clusterNames: [],
    isRegistryAccount: false,
    allRegions: false,
    limits: { concurrentRegions: 1, concurrentClusters: 10 },
    now: () => new Date(),
  });
}

/** The value of evidence that must be present. */
export function valueIn<T>(evidence: Evidence<T> | undefined): T {
  if (evidence?.state !== 'present') throw new Error(`not present: ${JSON.stringify(evidence)}`);
  return evidence.value;
}
