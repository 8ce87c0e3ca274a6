import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  type BatchUpdateFindingsCommandInput,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { type AwsReader, awsReader } from '../../../shared/aws/read.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { Scope } from '../../../shared/model/scope.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { type Publication, type Published, publishRegion } from '../../../shared/publish/publish.ts';
import { accessTo } from '../../aws-access.ts';
import { aCluster, aContext, aControl, aRole, aVerdict, NOW, SCOPE } from './builders.ts';

export const SECURITY = '999999999999';
export const OTHER = '333333333333';
export const DAY = 24 * 60 * 60 * 1000;

/** The sandbox of the running test. */
export let sandbox: Sandbox;

/** Starts a sandbox with Security Hub before each test of the file that calls this, and closes it afterwards. */
export function startSandboxForEachTest(): void {
  beforeEach(async () => {
    const organization = anOrganization({
      delegatedAdministrators: [SECURITY],
      securityHub: { administrator: SECURITY, aggregationRegion: 'eu-west-1' },
    })
      .account(SCOPE.accountId, { securityHub: { disabledRegions: ['eu-north-1'] } })
      .account(OTHER);
    sandbox = await startSandbox(organization);
    sandbox.setClock(() => NOW);
  });

  afterEach(async () => {
    await sandbox.close();
  });
}

/** Security Hub as the publishing step reaches it. */
export function hubOf(scope: Scope = SCOPE, maxAttempts = 1): AwsReader {
  return awsReader(accessTo(sandbox, scope.accountId, { maxAttempts }), scope.region);
}

/** Publishes verdicts on the cluster `prod`, which were observed `days` after the first time, and at once. */
export async function publish(
  verdicts: readonly Verdict[],
  { days = 0, ...overrides }: Partial<Publication> & { days?: number } = {},
): Promise<Published> {
  const now = new Date(NOW.getTime() + days * DAY);
  sandbox.setClock(() => now);
  const scope = overrides.scope ?? SCOPE;
  return publishRegion({
    securityHub: overrides.securityHub ?? hubOf(scope),
    scope,
    verdicts: verdicts.map((verdict) => ({ ...verdict, observedAt: now.toISOString() })),
    completeSubjects: [],
    controls: [aControl()],
    clusterNames: present(['prod']),
    clustersListedAt: now.toISOString(),
    refreshAfterDays: 30,
    settleMs: 0,
    context: aContext({ now }),
    ...overrides,
  });
}

export function counts({ changes }: Published) {
  return { ...changes, failed: changes.failed.length };
}

export const NOTHING = { created: 0, updated: 0, archived: 0, unchanged: 0, outdated: 0, failed: 0 };

export function calls(operation: string): number {
  return sandbox.calls({ operation: `securityhub:${operation}` }).length;
}

export function findings(scope: Scope = SCOPE) {
  return sandbox.findings(scope.accountId, scope.region);
}

export function onlyFinding() {
  const [finding, ...others] = findings();
  expect(others).toEqual([]);
  return finding;
}

export function onRoles(count: number, overrides: Partial<Verdict> = {}): Verdict[] {
  return Array.from({ length: count }, (_, index) =>
    aVerdict({ resource: aRole(`role-${index}`), clusterArn: aCluster().id, ...overrides }),
  );
}

/** Sets the workflow status of the only finding, as a person does. */
export async function setWorkflow(
  Status: 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED',
  note: Pick<BatchUpdateFindingsCommandInput, 'Note'> = {},
): Promise<void> {
  const { Id, ProductArn } = onlyFinding() ?? {};
  const client = new SecurityHubClient({
    region: SCOPE.region,
    endpoint: sandbox.url,
    credentials: sandbox.credentials(SCOPE.accountId),
  });
  await client.send(
    new BatchUpdateFindingsCommand({
      FindingIdentifiers: [{ Id, ProductArn }],
      Workflow: { Status },
      ...note,
    }),
  );
  client.destroy();
  sandbox.clearEvents();
  sandbox.clearLog();
}

/** Imports findings as somebody who administers the account does. */
export async function importAsOwner(...forged: readonly AwsSecurityFinding[]): Promise<void> {
  const client = new SecurityHubClient({
    region: SCOPE.region,
    endpoint: sandbox.url,
    credentials: sandbox.credentials(SCOPE.accountId),
  });
  const { FailedFindings } = await client.send(new BatchImportFindingsCommand({ Findings: [...forged] }));
  expect(FailedFindings ?? []).toEqual([]);
  client.destroy();
  sandbox.clearEvents();
  sandbox.clearLog();
}

const SENT = { BatchImportFindings: 'Findings', BatchUpdateFindings: 'FindingIdentifiers' } as const;

/** Lets Security Hub reject one finding, with an error code that the sandbox does not return by itself. */
export function reject(operation: keyof typeof SENT, id: string, code: string, times: number): void {
  const isSent = (params: Readonly<Record<string, unknown>>) => idsOf(params[SENT[operation]]).includes(id);
  sandbox.fail({
    operation: `securityhub:${operation}`,
    times,
    match: isSent,
    alter(answer, params) {
      const failure = { ErrorCode: code, ErrorMessage: 'not now' };
      const failed = [answer.FailedFindings ?? []].flat();
      if (operation === 'BatchUpdateFindings') {
        const processed = idsOf(params.FindingIdentifiers).filter((other) => other !== id);
        return {
          ProcessedFindings: processed.map((Id) => ({ Id, ProductArn: '' })),
          UnprocessedFindings: [{ FindingIdentifier: { Id: id, ProductArn: '' }, ...failure }],
        };
      }
      return {
        SuccessCount: Number(answer.SuccessCount) - 1,
        FailedCount: failed.length + 1,
        FailedFindings: [...failed, { Id: id, ...failure }],
      };
    },
  });
}

function idsOf(findingsSent: unknown): string[] {
  return Array.isArray(findingsSent) ? findingsSent.map(({ Id }) => String(Id)) : [];
}

/** Calls `act` before the n-th import is answered. */
export function beforeImport(count: number, act: () => void): void {
  let imports = 0;
  sandbox.fail({
    operation: 'securityhub:BatchImportFindings',
    with: 'ServerError',
    match() {
      imports += 1;
      if (imports === count) act();
      return false;
    },
  });
}

/** Access that awaits `act` before it sends the n-th request of an operation. */
export function hubWith(operation: string, count: number, act: () => Promise<void>): AwsReader {
  const hub = hubOf();
  let requests = 0;
  async function before(action: string): Promise<void> {
    if (action !== `securityhub:${operation}`) return;
    requests += 1;
    if (requests === count) await act();
  }
  return {
    read: (async (called, input) => {
      await before(called.action);
      return hub.read(called, input);
    }) as AwsReader['read'],
    async list(listed, input, most) {
      await before(listed.action);
      return hub.list(listed, input, most);
    },
  };
}
