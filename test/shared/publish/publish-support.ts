import {
  type AwsSecurityFinding,
  type AwsSecurityFindingIdentifier,
  BatchUpdateFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { Scope } from '../../../shared/model/scope.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { type Publication, type Published, publishRegion } from '../../../shared/publish/publish.ts';
import { aCluster, aContext, aControl, aRole, aVerdict, NOW, SCOPE } from './builders.ts';

export const SECURITY = '999999999999';
export const OTHER = '333333333333';
export const DAY = 24 * 60 * 60 * 1000;

/** The sandbox of the running test. */
export let sandbox: Sandbox;
let clients: SecurityHubClient[];

/** Starts a sandbox with Security Hub before each test of the file that calls this, and closes it afterwards. */
export function startSandboxForEachTest(): void {
  beforeEach(async () => {
    clients = [];
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
    for (const client of clients) client.destroy();
    await sandbox.close();
  });
}

export function clientOf(scope: Scope = SCOPE, maxAttempts = 1): SecurityHubClient {
  const client = new SecurityHubClient({
    region: scope.region,
    endpoint: sandbox.url,
    credentials: sandbox.credentials(scope.accountId),
    maxAttempts,
  });
  clients.push(client);
  return client;
}

/** Publishes verdicts on the cluster `prod`, `days` after the first time. */
export async function publish(
  verdicts: readonly Verdict[],
  { days = 0, ...overrides }: Partial<Publication> & { days?: number } = {},
): Promise<Published> {
  const now = new Date(NOW.getTime() + days * DAY);
  sandbox.setClock(() => now);
  const scope = overrides.scope ?? SCOPE;
  return publishRegion({
    securityHub: overrides.securityHub ?? clientOf(scope),
    scope,
    verdicts,
    completeSubjects: [],
    controls: [aControl()],
    clusterNames: present(['prod']),
    refreshAfterDays: 30,
    context: aContext({ now }),
    ...overrides,
  });
}

export function counts({ changes }: Published) {
  const { created, updated, archived, unchanged, failed } = changes;
  return { created, updated, archived, unchanged, failed: failed.length };
}

export const NOTHING = { created: 0, updated: 0, archived: 0, unchanged: 0, failed: 0 };

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
export async function setWorkflow(Status: 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED'): Promise<void> {
  const { Id, ProductArn } = onlyFinding() ?? {};
  await clientOf().send(
    new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id, ProductArn }], Workflow: { Status } }),
  );
  sandbox.clearEvents();
  sandbox.clearLog();
}

type Request = { Findings?: AwsSecurityFinding[]; FindingIdentifiers?: AwsSecurityFindingIdentifier[] };

/** A client for which Security Hub rejects one finding, with an error code that the sandbox does not return. */
export function clientRejecting(command: string, id: string, code: string, times: number): SecurityHubClient {
  const client = clientOf();
  let left = times;
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const { Findings, FindingIdentifiers } = request.input as Request;
      const sent = Findings ?? FindingIdentifiers ?? [];
      const rest = sent.filter((finding) => finding.Id !== id);
      if (context.commandName !== command || rest.length === sent.length || left === 0) return next(request);
      left -= 1;
      const input = { ...request.input, ...(Findings ? { Findings: rest } : { FindingIdentifiers: rest }) };
      const nothing = { output: { $metadata: {}, SuccessCount: 0, ProcessedFindings: [] }, response: {} };
      const { output, response } = rest.length > 0 ? await next({ ...request, input }) : nothing;
      const others = 'FailedFindings' in output ? (output.FailedFindings ?? []) : [];
      const failure = { Id: id, FindingIdentifier: { Id: id }, ErrorCode: code, ErrorMessage: 'not now' };
      return {
        response,
        output: { ...output, FailedFindings: [...others, failure], UnprocessedFindings: [failure] },
      };
    },
    { step: 'initialize', name: 'rejecting' },
  );
  return client;
}

/** Calls `act` before the client sends its n-th import. */
export function beforeImport(client: SecurityHubClient, count: number, act: () => void): void {
  let imports = 0;
  client.middlewareStack.add(
    (next, context) => async (request) => {
      if (context.commandName === 'BatchImportFindingsCommand') imports += 1;
      if (imports === count) act();
      return next(request);
    },
    { step: 'initialize', name: 'beforeImport' },
  );
}
