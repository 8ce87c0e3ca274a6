import { BatchUpdateFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../infra/sandbox/world.ts';
import { sharedConnections } from '../../shared/aws/account.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { clientOptionsOf } from '../../shared/aws/client-options.ts';
import { type Config, parseConfig } from '../../shared/config/config.ts';
import type { AccountResult, Target } from '../../shared/model/run.ts';
import { audit } from '../../shared/pipeline/audit-account.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { PAYMENTS, REGION, SECURITY, signedIn } from '../harness.ts';
import { expectedHub, type FindingState, HOME_REGION } from './expected-hub.ts';
import type { SetFault } from './expected-verdicts.ts';

/* Months of an organization at random, audited every now and then; Security Hub is compared with what is expected of it. */

/** The auditor's own, entered without a role, and another. */
const ACCOUNTS = [SECURITY, PAYMENTS];
const REGIONS = [REGION, HOME_REGION];
const CONTROLS = ['control-plane-logs', 'ecr-image-scanning', 'ecr-access', 'private-endpoint'];
const DAY = 24 * 60 * 60 * 1_000;
const EVERYONE = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] };
const PUSH = { Statement: [{ Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }] };

const at = {
  // Mostly the same place, so that much happens to the same findings.
  accountId: fc.constantFrom(PAYMENTS, PAYMENTS, PAYMENTS, SECURITY),
  region: fc.constantFrom(REGION, REGION, HOME_REGION),
  name: fc.constantFrom('orders', 'orders', 'web'),
};

const aFault: fc.Arbitrary<SetFault> = fc.record({
  ...at,
  with: fc.constantFrom('AccessDenied', 'ServerError', 'Malformed'),
  operation: fc.constantFrom(
    'sts:AssumeRole',
    'eks:ListClusters',
    'eks:DescribeCluster',
    'ecr:DescribeRepositories',
    'ecr:DescribeRepositories',
    'ecr:GetRepositoryPolicy',
    'iam:GetAccountAuthorizationDetails',
    'securityhub:GetFindings',
    'securityhub:BatchImportFindings',
    'securityhub:BatchUpdateFindings',
  ),
});

const anAudit = fc.record({
  kind: fc.constant('audit' as const),
  fault: fc.option(aFault, { nil: undefined, freq: 2 }),
  onlyClusters: fc.constantFrom([], [], ['orders'], ['web']),
  controls: fc.constantFrom(CONTROLS, CONTROLS, CONTROLS, ['private-endpoint'], ['ecr-access']),
  regions: fc.constantFrom(REGIONS, REGIONS, [REGION], [HOME_REGION]),
  /** Clusters that a slice has time for. */
  budget: fc.constantFrom(1, 2, 100, 100),
});
type AuditStep = typeof anAudit extends fc.Arbitrary<infer T> ? T : never;

const aStep = fc.oneof(
  { weight: 10, arbitrary: anAudit },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('cluster' as const),
      ...at,
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'CREATING', 'DELETING'),
      isOpen: fc.constantFrom(true, false, false),
      isLogged: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('cluster is deleted' as const), ...at }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('repository' as const),
      ...at,
      isScanned: fc.boolean(),
      isPublic: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repository is deleted' as const), ...at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('user' as const), ...at, exists: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('hub' as const),
      ...at,
      isOff: fc.constantFrom(true, false, false, false),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('workflow' as const),
      ...at,
      pick: fc.nat(),
      status: fc.constantFrom('SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED', 'NOTIFIED', 'RESOLVED', 'NEW'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      days: fc.constantFrom(1, 1, 1, 10, 31, 31, 95),
    }),
  },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

type Expected = ReturnType<typeof expectedHub>;

/** How many histories, and the seed of the first; new ones without a seed. */
interface Histories {
  readonly numRuns: number;
  readonly seed?: number;
}

/**
 * Compares Security Hub after each of 150 steps with what is expected of it, in several histories. Returns what happened
 * to findings.
 */
export async function checkHistories(histories: Histories): Promise<ReadonlySet<string>> {
  const occurred = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 150, maxLength: 150 }), (steps) =>
      checkHistory(steps, occurred),
    ),
    {
      ...histories,
      endOnFailure: true,
      // So many steps tell nothing: what went wrong after which of them does.
      reporter: ({ errorInstance, seed }) => {
        if (errorInstance) throw new Error(`history of seed ${seed}`, { cause: errorInstance });
      },
    },
  );
  return occurred;
}

async function checkHistory(steps: readonly Step[], occurred: Set<string>): Promise<void> {
  const world = anOrganization({
    delegatedAdministrators: [SECURITY],
    // There the auditor's own account sees everyone's findings.
    securityHub: { administrator: SECURITY, aggregationRegion: HOME_REGION },
  }).account(PAYMENTS);
  const sandbox = await signedIn(world);
  const expected = expectedHub(sandbox, occurred);
  let now = Date.now();
  sandbox.setClock(() => new Date(now));
  for (const [index, step] of steps.entries()) {
    now += 1_000;
    if (step.kind === 'time') now += step.days * DAY;
    else if (step.kind === 'audit') await auditAll(step, sandbox, expected);
    else if (step.kind === 'workflow') await setWorkflow(step, sandbox, expected);
    else change(step, sandbox);
    for (const accountId of ACCOUNTS) {
      for (const region of REGIONS) {
        const where = `after step ${index} (${step.kind}) in ${region} of ${accountId}`;
        expect(findingsIn(sandbox, accountId, region), where).toEqual(expected.findings(accountId, region));
      }
    }
  }
}

/** Audits every account, slice by slice. */
async function auditAll(step: AuditStep, sandbox: Sandbox, expected: Expected): Promise<void> {
  if (step.fault) setFault(step.fault, sandbox);
  for (const accountId of ACCOUNTS) await auditSlices(accountId, step, sandbox, expected);
  sandbox.clearFaults();
}

async function auditSlices(accountId: string, step: AuditStep, sandbox: Sandbox, expected: Expected) {
  const { fault, onlyClusters, controls } = step;
  const config = parseConfig({
    homeRegion: HOME_REGION,
    targets: { clusters: onlyClusters },
    controls: { include: controls },
    limits: { maxAttempts: 1 },
  });
  let target: Target | undefined = {
    partition: 'aws',
    accountId,
    regions: step.regions.map((region) => ({ region })),
  };
  while (target !== undefined) {
    sandbox.clearEvents();
    const result: AccountResult = await auditOnce(target, config, step.budget, sandbox);
    const left = result.continue?.regions ?? [];
    const regions = target.regions ?? [];
    const count = expected.record({ accountId, regions, left, onlyClusters, controls, fault });
    const { failed, ...changes } = result.changes;
    const actual = { ...changes, failed: failed.length, events: sandbox.events.length };
    expect(actual, JSON.stringify({ accountId, left, ...step })).toEqual(count);
    target = result.continue;
  }
}

async function auditOnce(target: Target, config: Config, budget: number, sandbox: Sandbox) {
  const connections = sharedConnections(config.limits);
  const clientOptions = clientOptionsOf(config);
  let left = budget;
  try {
    return await audit(newRun(config, true, sandbox.now), target, {
      caller: await callerAccount(REGION, connections, clientOptions),
      region: REGION,
      connections,
      clientOptions,
      config,
      organization: { accountIds: ACCOUNTS, isComplete: true },
      now: () => sandbox.now,
      timeIsLeft: () => left-- > 0,
    });
  } finally {
    connections.destroy();
  }
}

function setFault({ operation, accountId, region, name, with: kind }: SetFault, sandbox: Sandbox): void {
  if (operation === 'sts:AssumeRole') {
    sandbox.fail({ operation, with: kind, match: ({ RoleArn }) => String(RoleArn).includes(accountId) });
    return;
  }
  sandbox.fail({
    operation,
    accountId,
    with: kind,
    ...(!operation.startsWith('iam:') && { region }),
    match: (params) =>
      [params.name, params.repositoryName].every((value) => value === undefined || value === name),
  });
}

/** Sets the workflow of a finding, as a person does. */
async function setWorkflow(
  { accountId, region, pick, status }: Extract<Step, { kind: 'workflow' }>,
  sandbox: Sandbox,
  expected: Expected,
): Promise<void> {
  const findings = sandbox.findings(accountId, region);
  const finding = findings[pick % findings.length];
  const isOff = sandbox.account(accountId).data.securityHub.disabledRegions.includes(region);
  if (finding === undefined || isOff) return;
  const { Id, ProductArn } = finding;
  const client = new SecurityHubClient({ region, credentials: sandbox.credentials(accountId) });
  await client.send(
    new BatchUpdateFindingsCommand({
      FindingIdentifiers: [{ Id, ProductArn }],
      Workflow: { Status: status },
    }),
  );
  client.destroy();
  expected.setWorkflow(accountId, region, Id, status);
}

type Change = Exclude<Step, { kind: 'audit' | 'workflow' | 'time' }>;

function change(step: Change, sandbox: Sandbox): void {
  const account = sandbox.account(step.accountId);
  const { data } = account;
  const { region, name } = step;
  switch (step.kind) {
    case 'cluster':
      account.putCluster(name, {
        region,
        status: step.status,
        resourcesVpcConfig: { endpointPublicAccess: step.isOpen, endpointPrivateAccess: true },
        logging: { clusterLogging: [{ types: ['audit'], enabled: step.isLogged }] },
      });
      break;
    case 'cluster is deleted':
      data.clusters = data.clusters.filter((each) => each.region !== region || each.name !== name);
      break;
    case 'repository':
    case 'repository is deleted':
      data.repositories = data.repositories.filter(
        (each) => each.region !== region || each.repositoryName !== name,
      );
      if (step.kind === 'repository is deleted') break;
      account.add.repository(name, {
        region,
        imageScanningConfiguration: { scanOnPush: step.isScanned },
        policy: step.isPublic ? EVERYONE : null,
      });
      break;
    case 'user':
      data.iam.users = [];
      if (step.exists) account.add.user('pusher', { inline: { push: PUSH } });
      break;
    case 'hub':
      data.securityHub.disabledRegions = data.securityHub.disabledRegions.filter((each) => each !== region);
      if (step.isOff) data.securityHub.disabledRegions.push(region);
      break;
  }
}

function findingsIn(sandbox: Sandbox, accountId: string, region: string): Record<string, FindingState> {
  const findings = sandbox.findings(accountId, region).map((finding) => {
    const archived = finding.RecordState === 'ARCHIVED';
    return [
      finding.Id,
      { archived, status: finding.Compliance?.Status ?? '', workflow: finding.Workflow?.Status ?? '' },
    ] as const;
  });
  return Object.fromEntries(findings.sort(([a], [b]) => (a < b ? -1 : 1)));
}
