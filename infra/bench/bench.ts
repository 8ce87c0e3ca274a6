import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseConfig } from '../../shared/config/config.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { type RequestLogEntry, type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { clusters, largeRegion, MEMBER, organizationOf, REGION, SECURITY } from './worlds.ts';

/** `npm run bench`: what an audit costs, in requests, in ratios measured in one run, and in memory. */

const LATENCY = 50;
const CLUSTERS = 100;
const EKS_AND_KMS = ['2.1.1', '5.3.1', '5.4.1', '5.4.2', '5.4.4', '5.5.1'];

interface Measure {
  readonly what: string;
  readonly value: string;
  readonly limit?: string;
  readonly holds?: boolean;
}

async function main(): Promise<void> {
  const measures = [
    await withoutClusters(),
    await hundredClusters(),
    await quietRun(),
    await largestRegion(),
  ].flat();
  for (const { what, value, limit, holds } of measures) {
    const verdict = holds === undefined ? '' : holds ? '  holds' : '  DOES NOT HOLD';
    print(`${what.padEnd(58)} ${value.padStart(10)}${limit ? `  limit ${limit}` : ''}${verdict}\n`);
  }
  if (measures.some((one) => one.holds === false)) process.exitCode = 1;
}

/** An account without clusters, in three Regions. */
async function withoutClusters(): Promise<Measure[]> {
  return inSandbox(organizationOf(undefined), async (sandbox) => {
    const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
    await run({ targets: { organization: true, accounts: [MEMBER], regions } });
    const inside = sandbox.calls({ accountId: MEMBER }).length;
    const roles = sandbox.calls({ operation: 'sts:AssumeRole' }).length;
    return [
      { what: 'Account without clusters: AssumeRole', value: String(roles), ...atMost(roles, 1) },
      {
        what: 'Account without clusters: requests a Region',
        value: String(inside / 3),
        ...atMost(inside / 3, 2),
      },
    ];
  });
}

/** The same requests one after the other would take at least clusters × latency. */
async function hundredClusters(): Promise<Measure[]> {
  return inSandbox(clusters(CLUSTERS), async (sandbox) => {
    sandbox.latency(LATENCY);
    const seconds = await timed(() => run({ controls: { include: EKS_AND_KMS } }, false));
    const ratio = seconds / ((CLUSTERS * LATENCY) / 1_000);
    return [
      { what: `${CLUSTERS} clusters at ${LATENCY} ms a request: seconds`, value: seconds.toFixed(2) },
      {
        what: 'ratio to one request a cluster, one after the other',
        value: ratio.toFixed(2),
        ...atMost(ratio, 1.1),
      },
      { what: 'most requests under way at once', value: String(sandbox.maxInFlight) },
    ];
  });
}

async function quietRun(): Promise<Measure[]> {
  return inSandbox(clusters(CLUSTERS), async (sandbox) => {
    await run({});
    sandbox.clearLog();
    sandbox.clearEvents();
    await run({});
    const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' }).length;
    return [
      { what: 'Unchanged organization: BatchImportFindings', value: String(imports), ...atMost(imports, 0) },
      {
        what: 'Unchanged organization: events',
        value: String(sandbox.events.length),
        ...atMost(sandbox.events.length, 0),
      },
    ];
  });
}

async function largestRegion(): Promise<Measure[]> {
  const world = largeRegion({ clusters: CLUSTERS, repositories: 1_000, loadBalancers: 50 });
  return inSandbox(world, async (sandbox) => {
    const used = await inOwnProcess();
    const inside = sandbox.calls({ accountId: MEMBER });
    const perCluster = inside.length / CLUSTERS;
    // ECR hands out repository policies one at a time.
    const policies = sandbox.calls({ operation: 'ecr:GetRepositoryPolicy' }).length;
    const besides = (inside.length - policies) / CLUSTERS;
    const twice = repeated(inside);
    return [
      { what: '100 clusters, 1,000 repositories, 50 load balancers:', value: '' },
      { what: '  verdicts', value: String(used.verdicts) },
      { what: '  of them not available', value: String(used.notAvailable), ...atMost(used.notAvailable, 0) },
      { what: '  requests a cluster, in all', value: perCluster.toFixed(1) },
      { what: '  of them, besides one a repository', value: besides.toFixed(1), ...atMost(besides, 20) },
      { what: '  requests sent twice', value: String(twice), ...atMost(twice, 0) },
      {
        what: '  MiB of memory (peak of the process)',
        value: String(used.megabytes),
        ...atMost(used.megabytes, 256),
      },
    ];
  });
}

function repeated(log: readonly RequestLogEntry[]): number {
  const requests = log.map((one) => JSON.stringify([one.operation, one.accountId, one.region, one.params]));
  return requests.length - new Set(requests).size;
}

interface Used {
  readonly megabytes: number;
  readonly verdicts: number;
  readonly notAvailable: number;
}

async function inOwnProcess(): Promise<Used> {
  const script = fileURLToPath(new URL('audit-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, '--publish'], {
    env: process.env,
  });
  // Written by the script, which is part of this program.
  return JSON.parse(stdout) as Used;
}

async function inSandbox<T>(
  world: Parameters<typeof startSandbox>[0],
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox(world);
  const { accessKeyId, secretAccessKey } = sandbox.credentials(SECURITY);
  process.env.AWS_ENDPOINT_URL = sandbox.url;
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  process.env.AWS_REGION = REGION;
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

function run(config: Record<string, unknown>, publish = true) {
  const whole = { targets: { organization: true, regions: [REGION] }, ...config };
  return runAudit({ config: parseConfig(whole), publish });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function atMost(value: number, limit: number): Pick<Measure, 'limit' | 'holds'> {
  return { limit: String(limit), holds: value <= limit };
}

function print(text: string): void {
  process.stdout.write(text);
}

await main();
