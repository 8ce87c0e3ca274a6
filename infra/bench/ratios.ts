import { AGENT_OPTIONS } from '../../shared/aws/connections.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import type { RequestLogEntry } from '../sandbox/sandbox.ts';
import { auditApart } from './audit-apart.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { clusters, largeRegion, MEMBER, organizationOf, REGION } from './worlds.ts';

/** At less, the processor decides: what a request takes of it, here and in the sandbox, is the same at every latency. */
const LATENCY_MS = 100;
const CLUSTERS = 100;
/**
 * One after the other: the caller, the organization's root with all else that is asked of the organization, the accounts
 * and OUs below the root, the role, the account's Regions, and the list of clusters.
 */
const BEFORE_CLUSTERS = 6;
const EKS_AND_KMS = [
  'control-plane-logs',
  'secrets-encryption',
  'endpoint-access',
  'private-endpoint',
  'network-policies',
  'iam-access',
];

/** The requests, the time and the memory that an audit takes, as ratios and counts. */
export async function* ratios(): AsyncGenerator<Measure[]> {
  yield await withoutClusters();
  yield await hundredClusters();
  yield await unchangedOrganization();
  yield await largestRegion();
}

/** An account without clusters, in three Regions. */
async function withoutClusters(): Promise<Measure[]> {
  return inSandbox(organizationOf(undefined), async (sandbox) => {
    const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
    await run({ targets: { organization: true, accounts: [MEMBER], regions } });
    const requests = sandbox.calls({ accountId: MEMBER });
    // Its Regions and its IAM OIDC providers.
    const ofAccount = requests.filter(({ service }) => service === 'account' || service === 'iam').length;
    const ofRegions = (requests.length - ofAccount) / regions.length;
    const roles = sandbox.calls({ operation: 'sts:AssumeRole' }).length;
    return [
      { name: 'Account without clusters: AssumeRole', value: String(roles), ...atMost(roles, 1) },
      {
        name: 'Account without clusters: requests per Region',
        value: String(ofRegions),
        ...atMost(ofRegions, 2),
      },
      {
        name: 'Account without clusters: requests for the account',
        value: String(ofAccount),
        ...atMost(ofAccount, 2),
      },
    ];
  });
}

/** In sequence, one request per cluster alone would take clusters × latency. */
async function hundredClusters(): Promise<Measure[]> {
  return inSandbox(clusters(CLUSTERS), async (sandbox) => {
    // Apart from the sandbox, which takes as long to answer as the audit to ask.
    const auditAt = async (latencyMs: number) => {
      sandbox.clearLog();
      sandbox.latency(latencyMs);
      return (await auditApart(`--controls=${EKS_AND_KMS.join()}`)).seconds;
    };
    const twiceAsLate = await auditAt(2 * LATENCY_MS);
    const seconds = await auditAt(LATENCY_MS);
    const ratio = seconds / ((CLUSTERS * LATENCY_MS) / 1_000);
    const clusterRequests = sandbox.calls({ accountId: MEMBER }).filter(({ service }) => service === 'eks');
    const inSequence = BEFORE_CLUSTERS + clusterRequests.length / AGENT_OPTIONS.maxSockets;
    const path = (inSequence * LATENCY_MS) / 1_000;
    const waitedFor = (twiceAsLate - seconds) / (LATENCY_MS / 1_000);
    return [
      { name: `${CLUSTERS} clusters at ${LATENCY_MS} ms per request: seconds`, value: seconds.toFixed(2) },
      {
        name: 'ratio to one request per cluster in sequence',
        value: ratio.toFixed(2),
        ...atMost(ratio, 1.1),
      },
      {
        name: `ratio to the critical path of ${path.toFixed(2)} s: ${AGENT_OPTIONS.maxSockets} requests at a time`,
        value: (seconds / path).toFixed(2),
        ...atMost(seconds / path, 1.3),
      },
      // What twice the latency adds is the time that the audit waits, whatever the processor takes.
      {
        name: `requests waited for one after the other, of ${inSequence.toFixed(1)} that must be: ratio`,
        value: (waitedFor / inSequence).toFixed(2),
        ...atMost(waitedFor / inSequence, 1.3),
      },
      { name: 'most requests in progress at once', value: String(sandbox.maxInFlight) },
    ];
  });
}

async function unchangedOrganization(): Promise<Measure[]> {
  return inSandbox(clusters(CLUSTERS), async (sandbox) => {
    await run({});
    sandbox.clearLog();
    sandbox.clearEvents();
    await run({});
    const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' }).length;
    return [
      { name: 'Unchanged organization: BatchImportFindings', value: String(imports), ...atMost(imports, 0) },
      {
        name: 'Unchanged organization: events',
        value: String(sandbox.events.length),
        ...atMost(sandbox.events.length, 0),
      },
    ];
  });
}

async function largestRegion(): Promise<Measure[]> {
  const world = largeRegion({ clusters: CLUSTERS, repositories: 1_000, loadBalancers: 50 });
  return inSandbox(world, async (sandbox) => {
    const measured = await auditApart('--publish');
    const requests = sandbox.calls({ accountId: MEMBER });
    const perCluster = requests.length / CLUSTERS;
    // ECR returns one repository policy per request.
    const policies = sandbox.calls({ operation: 'ecr:GetRepositoryPolicy' }).length;
    const others = (requests.length - policies) / CLUSTERS;
    const repeated = countRepeated(requests);
    return [
      { name: '100 clusters, 1,000 repositories, 50 load balancers:', value: '' },
      { name: '  verdicts', value: String(measured.verdicts) },
      {
        name: '  of them not available',
        value: String(measured.notAvailable),
        ...atMost(measured.notAvailable, 0),
      },
      { name: '  requests per cluster', value: perCluster.toFixed(1) },
      { name: '  of them not for repository policies', value: others.toFixed(1), ...atMost(others, 20) },
      { name: '  repeated requests', value: String(repeated), ...atMost(repeated, 0) },
      {
        name: '  MiB of memory (peak of the process)',
        value: String(measured.megabytes),
        ...atMost(measured.megabytes, 256),
      },
    ];
  });
}

function countRepeated(log: readonly RequestLogEntry[]): number {
  const requests = log.map(({ operation, accountId, region, params }) =>
    JSON.stringify([operation, accountId, region, params]),
  );
  return requests.length - new Set(requests).size;
}

function run(config: Record<string, unknown>, publish = true) {
  const complete = { targets: { organization: true, regions: [REGION] }, ...config };
  return runAudit({ config: parseConfig(complete), publish });
}
