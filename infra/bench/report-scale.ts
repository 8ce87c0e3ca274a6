import { callerAccount } from '../../shared/aws/caller.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { chunksOf } from '../../shared/aws/paginate.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { controls } from '../../shared/evaluate/controls/index.ts';
import { clusterArn } from '../../shared/model/resource.ts';
import { type AccountResult, NO_CHANGES, type Plan, type Run } from '../../shared/model/run.ts';
import { STATUSES, type Verdict } from '../../shared/model/verdict.ts';
import { BUCKET, deployedFunctions } from './functions.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { manyAccounts, REGION, SECURITY } from './worlds.ts';

const ACCOUNTS = 5_000;
const VERDICTS = 200_000;
const REGIONS = 17;
const MAX_MEBIBYTES = 700;
/** A report that people open, and mail. */
const MAX_HTML_MEGABYTES = 1.5;

/** The report of a run over 5,000 accounts with 200,000 verdicts. */
export async function manyVerdicts(): Promise<Measure[]> {
  return inSandbox(manyAccounts(ACCOUNTS), async (sandbox) => {
    sandbox.account(SECURITY).add.bucket(BUCKET);
    const invoke = await deployedFunctions({ targets: { organization: true } });
    const { answer: planned } = await invoke('plan', { trigger: 'schedule' });
    const run = planned.run as Run;
    const store = await bucket();
    await storeResults(store, run);
    const { answer, seconds, mebibytes } = await invoke('report', { run });
    const json = await megabytes(store, answer.resultKey);
    const html = await megabytes(store, answer.htmlKey);
    return [
      {
        name: `Report of ${ACCOUNTS.toLocaleString('en')} accounts, ${VERDICTS.toLocaleString('en')} verdicts: seconds`,
        value: seconds.toFixed(1),
      },
      {
        name: '  MiB of memory (peak of the process)',
        value: String(mebibytes),
        ...atMost(mebibytes, MAX_MEBIBYTES),
      },
      { name: '  MB of JSON', value: json.toFixed(1) },
      { name: '  MB of HTML', value: html.toFixed(1), ...atMost(html, MAX_HTML_MEGABYTES) },
    ];
  });
}

async function bucket(): Promise<Store> {
  const options = requestOptionsOf(parseConfig({}));
  const account = await callerAccount(REGION, sharedConnections(options), options);
  return s3Store(account, REGION, BUCKET);
}

const CONCURRENT_WRITES = 20;

async function megabytes(store: Store, key: unknown): Promise<number> {
  return ((await store.get(String(key)))?.length ?? 0) / 1_000_000;
}

/** What the audits of the accounts leave, in the format of the plan. */
async function storeResults(store: Store, { id }: Run): Promise<void> {
  const plan: Plan & { formatVersion: number } = JSON.parse((await store.get(`runs/${id}/plan.json`)) ?? '');
  const { formatVersion, targets } = plan;
  for (const batch of chunksOf(targets, CONCURRENT_WRITES))
    await Promise.all(
      batch.map(({ accountId }) =>
        store.put(
          `runs/${id}/accounts/${accountId}.json`,
          JSON.stringify({ formatVersion, ...resultOf(accountId) }),
        ),
      ),
    );
}

function resultOf(accountId: string): AccountResult {
  const clusters = { found: 1, judged: 1 };
  const regions = Array.from({ length: REGIONS }, (_, index) => ({
    region: index === 0 ? REGION : `us-test-${index}`,
    state: 'covered' as const,
    clusters: index === 0 ? clusters : { found: 0, judged: 0 },
    gaps: [],
  }));
  const verdicts = Array.from({ length: VERDICTS / ACCOUNTS }, (_, index) => verdictOf(accountId, index));
  return {
    coverage: { accountId, state: 'covered', regions, gaps: [] },
    clusters: ['cluster-0'],
    verdicts,
    changes: { ...NO_CHANGES, unchanged: verdicts.length },
    durationMs: 10_000,
    regionsWithClusters: [REGION],
  };
}

/** One of a cluster's verdicts: half of them failed. */
function verdictOf(accountId: string, index: number): Verdict {
  const { key, level } = controls[index % controls.length] ?? { key: 'endpoint-access', level: 'cluster' };
  const scope = { partition: 'aws', accountId, region: REGION };
  const arn = clusterArn(scope, `cluster-${Math.floor(index / controls.length)}`);
  const status = index % 2 === 0 ? 'FAILED' : (STATUSES[Math.floor(index / 2) % STATUSES.length] ?? 'PASSED');
  return {
    control: key,
    controlId: '5.4.1',
    level,
    scope,
    status,
    severity: 'HIGH',
    reasonCode: 'OPEN_TO_INTERNET',
    reasonCodes: ['OPEN_TO_INTERNET', 'PRIVATE_ACCESS_DISABLED'],
    reason: 'The public endpoint is open to all of IPv4 through 0.0.0.0/0, and private access is off.',
    resource: {
      type: 'AwsEksCluster',
      id: arn,
      name: 'cluster-0',
      tags: { team: 'platform', stage: 'production' },
    },
    related: [],
    evidence: {
      endpointPublicAccess: 'true',
      endpointPrivateAccess: 'false',
      publicAccessCidrs: '0.0.0.0/0, 10.0.0.0/8',
    },
    clusterArn: arn,
    observedAt: '2026-11-26T10:00:01.000Z',
  };
}
