import type { Target } from '../../shared/model/run.ts';
import { MEMORY_MIB } from '../cdk/memory.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { securityHubService } from '../sandbox/services/security-hub.ts';
import { BUCKET, deployedFunctions, type Invocation } from './functions.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { manyVerdicts } from './report-scale.ts';
import { largeAccount, MEMBER, manyAccounts, manyRepositories, REGION, SECURITY } from './worlds.ts';

/** The functions as they are deployed, at the size of an organization of 5,000 accounts. */
export async function* scale(): AsyncGenerator<Measure[]> {
  yield await planOfManyAccounts();
  yield await accountOfManyResources();
  yield await manyFindings();
  yield await manyVerdicts();
}

type Functions = Awaited<ReturnType<typeof deployedFunctions>>;

const ACCOUNTS = 5_000;
/** ListAccounts answers 20 at a time. */
const PAGE_OF_ACCOUNTS = 20;

/** A plan, and the audit of an account without clusters in all 17 Regions. */
async function planOfManyAccounts(): Promise<Measure[]> {
  return inSandbox(manyAccounts(ACCOUNTS), async (sandbox) => {
    sandbox.account(SECURITY).add.bucket(BUCKET);
    const invoke = await deployedFunctions({ targets: { organization: true } });
    const planned = await invoke('plan', { trigger: 'schedule' });
    const pages = sandbox.calls({ operation: 'organizations:ListAccounts' }).length;
    const empty = await auditMember(invoke, planned);
    const requests = sandbox.calls({ accountId: MEMBER });
    const regions = requests.filter(({ operation }) => operation === 'eks:ListClusters').length;
    return [
      ...described(`Plan of ${ACCOUNTS.toLocaleString('en')} accounts`, planned, {
        mebibytes: 200,
        seconds: 60,
      }),
      {
        name: '  requests for accounts',
        value: String(pages),
        ...atMost(pages, ACCOUNTS / PAGE_OF_ACCOUNTS + 1),
      },
      ...described(`Account without clusters, ${regions} Regions`, empty, { mebibytes: 125, seconds: 1.5 }),
      // Its Regions, its OIDC providers, and clusters and findings in each Region.
      { name: '  requests', value: String(requests.length), ...atMost(requests.length, 2 + 2 * regions) },
    ];
  });
}

const SIZE = { clusters: 200, repositories: 3_000, roles: 5_000 };

async function accountOfManyResources(): Promise<Measure[]> {
  return inSandbox(largeAccount(SIZE), async (sandbox) => {
    sandbox.account(SECURITY).add.bucket(BUCKET);
    const invoke = await deployedFunctions({ targets: { organization: true, regions: [REGION] } });
    const planned = await invoke('plan', { trigger: 'schedule' });
    sandbox.clearLog();
    const audited = await auditMember(invoke, planned);
    const requests = sandbox.calls({ accountId: MEMBER }).length;
    const ratio = requests / minimumOf(SIZE, sandbox);
    return [
      ...described('200 clusters, 3,000 repositories, 5,000 roles', audited, { mebibytes: 460 }),
      { name: '  requests', value: String(requests) },
      { name: '  ratio to the least that AWS needs', value: ratio.toFixed(3), ...atMost(ratio, 1.05) },
    ];
  });
}

/** Items of one page, or of one request, by operation. */
const PAGE = { clusters: 100, roles: 1_000, repositories: 1_000, scanning: 25, findings: 100 };

/**
 * The fewest requests by which an account of this size can be read and published the first time: each list in its largest
 * pages, each thing that has no list once.
 */
function minimumOf({ clusters, repositories, roles }: typeof SIZE, sandbox: Sandbox): number {
  const pages = (items: number, size: number) => Math.max(1, Math.ceil(items / size));
  const perCluster = 1 + 6 + 2 + 3 + 2;
  const findings = sandbox.findings(MEMBER, REGION).length + sandbox.findings(MEMBER, 'us-east-1').length;
  return (
    pages(clusters, PAGE.clusters) +
    clusters * perCluster +
    pages(repositories, PAGE.repositories) +
    pages(repositories, PAGE.scanning) +
    repositories +
    // The registry's policy, its scanning and its pull through cache.
    3 +
    pages(roles, PAGE.roles) +
    1 +
    // Instances, subnets, route tables, load balancers of both kinds.
    5 +
    // What Security Hub holds, what it held, and what is new.
    2 +
    pages(findings, PAGE.findings)
  );
}

const REPOSITORIES = 25_000;

/** How long so many requests to Security Hub took, against the least that their rate allows. */
function paceOf(name: string, sandbox: Sandbox): Measure {
  const operation = `securityhub:${name}`;
  const answered = sandbox.calls({ operation, accountId: MEMBER, region: REGION });
  const times = answered.filter(({ status }) => status === 200).map(({ at }) => at.getTime());
  const { perSecond, burst } = securityHubService.rates?.[name] ?? { perSecond: Number.NaN, burst: 0 };
  const bound = (times.length - burst) / perSecond;
  const ratio = (Math.max(...times) - Math.min(...times)) / 1_000 / bound;
  return {
    name: `  ${times.length} ${operation} against ${bound.toFixed(0)} s by its rate`,
    value: ratio.toFixed(2),
    ...atMost(ratio, 1.15),
  };
}

/** Two findings for each repository, at Security Hub's rates: created in one audit, unchanged in the next. */
async function manyFindings(): Promise<Measure[]> {
  const measure = async (sandbox: Sandbox) => {
    sandbox.account(SECURITY).add.bucket(BUCKET);
    const invoke = await deployedFunctions({
      targets: { organization: true, regions: [REGION], registryAccounts: [MEMBER] },
    });
    const first = await auditMember(invoke, await invoke('plan', { trigger: 'schedule' }));
    const findings = sandbox.findings(MEMBER, REGION).length;
    const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' });
    const sent = imports.filter(({ status }) => status === 200).length;
    const paceOfImports = paceOf('BatchImportFindings', sandbox);
    sandbox.clearLog();
    const second = await auditMember(invoke, await invoke('plan', { trigger: 'schedule' }));
    const again = sandbox.calls({ operation: 'securityhub:BatchImportFindings' }).length;
    return [
      ...described(`${findings.toLocaleString('en')} findings, new`, first, { mebibytes: MEMORY_MIB.audit }),
      {
        name: '  imports',
        value: String(sent),
        ...atMost(sent, Math.ceil(findings / PAGE.findings) + 1),
      },
      paceOfImports,
      ...described(`${findings.toLocaleString('en')} findings, unchanged`, second, {
        mebibytes: MEMORY_MIB.audit,
      }),
      { name: '  imports', value: String(again), ...atMost(again, 0) },
      paceOf('GetFindings', sandbox),
    ];
  };
  return inSandbox(manyRepositories(REPOSITORIES), measure, { enforceRates: true });
}

/** Audits the member account, in as many invocations as it takes. Returns the last, with the peaks of all. */
async function auditMember(invoke: Functions, { answer }: Invocation): Promise<Invocation> {
  const target: Target = { partition: 'aws', accountId: MEMBER, name: 'member' };
  let slice = 1;
  let audited = await invoke('audit', { run: answer.run, target, slice });
  while (audited.answer.continue !== undefined) {
    slice += 1;
    const next = await invoke('audit', { run: answer.run, target, slice });
    audited = {
      ...next,
      seconds: audited.seconds + next.seconds,
      mebibytes: Math.max(audited.mebibytes, next.mebibytes),
      descriptors: Math.max(audited.descriptors, next.descriptors),
    };
  }
  return audited;
}

/** What an invocation may take at most. */
interface Limits {
  readonly mebibytes: number;
  readonly seconds?: number;
}

function described(name: string, invocation: Invocation, { mebibytes, seconds }: Limits): Measure[] {
  return [
    {
      name: `${name}: seconds`,
      value: invocation.seconds.toFixed(1),
      ...(seconds !== undefined && atMost(invocation.seconds, seconds)),
    },
    {
      name: '  MiB of memory (peak of the process)',
      value: String(invocation.mebibytes),
      ...atMost(invocation.mebibytes, mebibytes),
    },
    {
      name: '  descriptors open at once',
      value: String(invocation.descriptors),
      ...atMost(invocation.descriptors, 600),
    },
  ];
}
