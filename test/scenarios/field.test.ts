import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import { loadWorld } from '../../infra/sandbox/serve.ts';
import { clusterNameIn } from '../../shared/model/resource.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { gapsOf, regionOf, run, stubCredentials } from '../harness.ts';

const ACCOUNT = '100000000001';
const MANAGEMENT = '111111111111';
const REGION = 'us-east-1';

const ECR_PULL_ONLY = 'ecr-pull-only';
const IDENTITIES = 'dedicated-service-accounts';
const LOAD_BALANCERS = 'load-balancer-tls';

interface Situation {
  readonly fact: string;
  /** The file in `field/` that describes it. */
  readonly world: string;
  /** The controls that it concerns. */
  readonly controls: readonly string[];
  /** All that they say: number, cluster, resource, status, and every reason code that applies. */
  readonly expected: readonly string[];
  /** Whether the whole organization is audited, instead of one account. */
  readonly organization?: boolean;
}

const SITUATIONS: readonly Situation[] = [
  {
    fact: 'EKS leaves the access entry of a node role that was deleted: nobody can be it',
    world: '01-node-role-deleted',
    controls: [ECR_PULL_ONLY, IDENTITIES],
    expected: ['5.1.3 shop gone PASSED READ_ONLY', '5.2.1 shop shop PASSED NO_POD_AWS_ACCESS'],
  },
  {
    fact: 'a VPC CNI add-on whose creation failed enforces nothing',
    world: '02-addon-create-failed',
    controls: ['network-policies'],
    expected: ['5.4.4 shop shop WARNING UNKNOWN_CNI'],
  },
  {
    fact: 'a subnet assigns public addresses although its default route leads to a firewall',
    world: '03-public-addresses-behind-endpoint',
    controls: ['private-nodes'],
    expected: ['5.4.3 shop shop FAILED NODES_WILL_GET_PUBLIC_ADDRESSES'],
  },
  {
    fact: 'a rule for every path redirects to HTTPS before the default action, a fixed 404',
    world: '04-redirect-by-catch-all-rule',
    controls: [LOAD_BALANCERS],
    expected: ['5.4.5 shop a PASSED TLS_ENFORCED'],
  },
  {
    fact: 'a node role has the IPv6 policy that AWS’s guide for the CNI asks for',
    world: '05-ipv6-cni',
    controls: [IDENTITIES],
    expected: ['5.2.1 shop shop PASSED NO_POD_AWS_ACCESS'],
  },
  {
    fact: 'a hybrid node’s role is as its guide asks for',
    world: '06-hybrid-node',
    controls: [IDENTITIES],
    expected: ['5.2.1 shop shop PASSED NO_POD_AWS_ACCESS'],
  },
  {
    fact: 'Auto Mode was switched off, and its node role is used for something else',
    world: '07-auto-mode-off',
    controls: [ECR_PULL_ONLY, IDENTITIES],
    expected: ['5.1.3 shop shop PASSED NO_NODE_ROLES', '5.2.1 shop shop PASSED NO_POD_AWS_ACCESS'],
  },
  {
    fact: 'a Pod Identity association is for a default service account',
    world: '08-role-for-default-service-account',
    controls: [IDENTITIES],
    expected: ['5.2.1 shop shop FAILED DEFAULT_SERVICE_ACCOUNT_HAS_ROLE'],
  },
  {
    fact: 'nothing hands out the credentials of Pod Identity',
    world: '09-pod-identity-without-agent',
    controls: [IDENTITIES],
    expected: ['5.2.1 shop shop WARNING POD_IDENTITY_AGENT_NOT_SEEN'],
  },
  {
    fact: 'a node group is being deleted: its nodes are not spoken of',
    world: '10-node-group-deleting',
    controls: [IDENTITIES],
    expected: ['5.2.1 shop shop PASSED NO_POD_AWS_ACCESS'],
  },
  {
    fact: 'a bastion host shares the cluster’s subnets and is not a node',
    world: '11-bastion-shared-tag',
    controls: ['private-nodes'],
    expected: ['5.4.3 shop shop PASSED NO_EC2_NODES'],
  },
  {
    fact: 'a load balancer in the clear is tagged for a cluster that the Region does not have',
    world: '12-load-balancer-of-unknown-cluster',
    controls: [LOAD_BALANCERS],
    expected: [
      `5.4.5 - AWS::::Account:${ACCOUNT} WARNING UNKNOWN_CLUSTER_TAG`,
      '5.4.5 blue blue PASSED NO_LOAD_BALANCERS',
    ],
  },
  {
    fact: 'a role trusts every pod of a cluster in another account',
    world: '13-irsa-across-accounts',
    controls: [IDENTITIES],
    organization: true,
    expected: [
      '5.2.1 - open FAILED IRSA_TRUST_UNCONFINED',
      '5.2.1 platform platform PASSED NO_POD_AWS_ACCESS',
      '5.2.1 team team PASSED NO_POD_AWS_ACCESS',
    ],
  },
  {
    fact: 'a cluster never came up',
    world: '14-cluster-failed',
    controls: [ECR_PULL_ONLY, IDENTITIES, LOAD_BALANCERS, 'endpoint-access'],
    expected: [],
  },
];

afterEach(() => vi.unstubAllEnvs());

async function audited({ world, controls, organization = false }: Situation): Promise<RunResult> {
  const file = fileURLToPath(new URL(`field/${world}.yaml`, import.meta.url));
  const sandbox = await startSandbox(await loadWorld(file));
  try {
    stubCredentials(sandbox, organization ? MANAGEMENT : ACCOUNT);
    const targets = { organization, regions: [REGION] };
    return await run({ homeRegion: REGION, controls: { include: controls }, targets }, { publish: false });
  } finally {
    await sandbox.close();
  }
}

function linesOf({ verdicts }: RunResult): string[] {
  return verdicts
    .map(({ controlId, clusterArn, resource, status, reasonCodes }) => {
      const cluster = clusterNameIn(clusterArn ?? '') ?? '-';
      return [controlId, cluster, resource.name ?? resource.id, status, ...reasonCodes].join(' ');
    })
    .sort();
}

describe('what people meet is judged right, and read completely', () => {
  it.each(SITUATIONS)('$fact', async (situation) => {
    const result = await audited(situation);

    expect(linesOf(result), result.verdicts.map(({ reason }) => reason).join(' ')).toEqual(
      situation.expected,
    );
    expect(gapsOf(result)).toEqual([]);
    expect(result.coverage.complete).toBe(true);
    const isUp = situation.world !== '14-cluster-failed';
    expect(regionOf(result, ACCOUNT, REGION).clusters).toEqual(
      isUp
        ? { found: 1, judged: 1 }
        : { found: 1, judged: 0, notReady: [{ name: 'shop', status: 'FAILED' }] },
    );
  });
});
