import { BatchUpdateFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../infra/sandbox/world.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { type Config, parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import type { Target } from '../../shared/model/run.ts';
import { audit } from '../../shared/pipeline/audit-account.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { PAYMENTS, REGION, SECURITY, signedIn } from '../harness.ts';
import { expectedHub, type StoredFinding } from './expected-hub.ts';
import { HOME_REGION, type SetFault } from './expected-verdicts.ts';
import { type AuditStep, aStep, REGIONS, type Step } from './life-cycle-steps.ts';

/* Random months of an organization, with audits in between; the findings are compared with `expectedHub`. */

/** The auditor's own account, which is audited without a role, and another. */
const ACCOUNTS = [SECURITY, PAYMENTS];

const DAY = 24 * 60 * 60 * 1_000;
const EVERYONE = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] };
const PUSH = { Statement: [{ Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }] };

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
  const transitions = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 150, maxLength: 150 }), (steps) =>
      runSteps(steps, transitions),
    ),
    {
      ...histories,
      endOnFailure: true,
      // The list of steps is too long to read: the error says which step failed, and the seed repeats it.
      reporter: ({ errorInstance, seed }) => {
        if (errorInstance) throw new Error(`history of seed ${seed}`, { cause: errorInstance });
      },
    },
  );
  return transitions;
}

async function runSteps(steps: readonly Step[], transitions: Set<string>): Promise<void> {
  const world = anOrganization({
    delegatedAdministrators: [SECURITY],
    // In this Region, the auditor's own account has the findings of all accounts, too.
    securityHub: { administrator: SECURITY, aggregationRegion: HOME_REGION },
  }).account(PAYMENTS);
  const sandbox = await signedIn(world);
  const expected = expectedHub(sandbox, transitions);
  let now = Date.now();
  sandbox.setClock(() => new Date(now));
  for (const [index, step] of steps.entries()) {
    now += 1_000;
    if (step.kind === 'time') now += step.days * DAY;
    else if (step.kind === 'audit') await auditAll(step, sandbox, expected);
    else if (step.kind === 'workflow') await setWorkflow(step, sandbox, expected);
    else changeWorld(step, sandbox);
    for (const accountId of ACCOUNTS) {
      for (const region of REGIONS) {
        const where = `after step ${index} (${step.kind}) in ${region} of ${accountId}`;
        expect(storedFindings(sandbox, accountId, region), where).toEqual(
          expected.findings(accountId, region),
        );
      }
    }
  }
}

/** Audits every account. */
async function auditAll(step: AuditStep, sandbox: Sandbox, expected: Expected): Promise<void> {
  if (step.fault) setFault(step.fault, sandbox);
  for (const accountId of ACCOUNTS) await auditAccount(accountId, step, sandbox, expected);
  sandbox.clearFaults();
}

async function auditAccount(accountId: string, step: AuditStep, sandbox: Sandbox, expected: Expected) {
  const { fault, onlyClusters, controls } = step;
  const config = parseConfig({
    homeRegion: HOME_REGION,
    targets: { clusters: onlyClusters },
    controls: { include: controls },
    limits: { maxAttempts: 1 },
  });
  const regions = step.regions.map((region) => ({ region }));
  sandbox.clearEvents();
  const result = await auditOnce({ partition: 'aws', accountId, regions }, config, sandbox);
  const count = expected.record({ accountId, regions, onlyClusters, controls, fault });
  const { failed, ...changes } = result.changes;
  const actual = { ...changes, failed: failed.length, events: sandbox.events.length };
  expect(actual, JSON.stringify({ accountId, ...step })).toEqual(count);
}

async function auditOnce(target: Target, config: Config, sandbox: Sandbox) {
  const connections = sharedConnections(requestOptionsOf(config));
  const requestOptions = requestOptionsOf(config);
  try {
    return await audit(newRun(config, sandbox.now, { publish: true, trigger: 'manual' }), target, {
      caller: await callerAccount(REGION, connections, requestOptions),
      region: REGION,
      connections,
      requestOptions,
      config,
      organization: { id: absent, accountIds: ACCOUNTS },
      now: () => sandbox.now,
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

/** Sets the workflow status of a finding, as a person does. */
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

type WorldStep = Exclude<Step, { kind: 'audit' | 'workflow' | 'time' }>;

function changeWorld(step: WorldStep, sandbox: Sandbox): void {
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
      data.clusters = data.clusters.filter((cluster) => cluster.region !== region || cluster.name !== name);
      break;
    case 'repository':
    case 'repository is deleted':
      data.repositories = data.repositories.filter(
        (repository) => repository.region !== region || repository.repositoryName !== name,
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
      data.securityHub.disabledRegions = data.securityHub.disabledRegions.filter(
        (disabled) => disabled !== region,
      );
      if (step.isOff) data.securityHub.disabledRegions.push(region);
      break;
  }
}

function storedFindings(sandbox: Sandbox, accountId: string, region: string): Record<string, StoredFinding> {
  const findings = sandbox.findings(accountId, region).map((finding) => {
    const archived = finding.RecordState === 'ARCHIVED';
    return [
      finding.Id,
      { archived, status: finding.Compliance?.Status ?? '', workflow: finding.Workflow?.Status ?? '' },
    ] as const;
  });
  return Object.fromEntries(findings.sort(([a], [b]) => (a < b ? -1 : 1)));
}
