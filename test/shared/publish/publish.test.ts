import {
  type AwsSecurityFinding,
  type AwsSecurityFindingIdentifier,
  BatchUpdateFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { Scope } from '../../../shared/model/scope.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import { type Publication, type Published, publishRegion } from '../../../shared/publish/publish.ts';
import {
  aCluster,
  aContext,
  aControl,
  aPass,
  aRole,
  aVerdict,
  NOW,
  notAvailableVerdict,
  SCOPE,
  stored,
} from './builders.ts';

const SECURITY = '999999999999';
const OTHER = '333333333333';
const DAY = 24 * 60 * 60 * 1000;

let sandbox: Sandbox;
let clients: SecurityHubClient[];

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

function clientOf(scope: Scope = SCOPE, maxAttempts = 1): SecurityHubClient {
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
async function publish(
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

function counts({ changes }: Published) {
  const { created, updated, archived, unchanged, failed } = changes;
  return { created, updated, archived, unchanged, failed: failed.length };
}

const NOTHING = { created: 0, updated: 0, archived: 0, unchanged: 0, failed: 0 };

function calls(operation: string): number {
  return sandbox.calls({ operation: `securityhub:${operation}` }).length;
}

function findings(scope: Scope = SCOPE) {
  return sandbox.findings(scope.accountId, scope.region);
}

function onlyFinding() {
  const [finding, ...others] = findings();
  expect(others).toEqual([]);
  return finding;
}

function onRoles(count: number, overrides: Partial<Verdict> = {}): Verdict[] {
  return Array.from({ length: count }, (_, index) =>
    aVerdict({ resource: aRole(`role-${index}`), clusterArn: aCluster().id, ...overrides }),
  );
}

/** What a person does to the only finding in Security Hub. */
async function setWorkflow(Status: 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED'): Promise<void> {
  const { Id, ProductArn } = onlyFinding() ?? {};
  await clientOf().send(
    new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id, ProductArn }], Workflow: { Status } }),
  );
  sandbox.clearEvents();
  sandbox.clearLog();
}

type Request = { Findings?: AwsSecurityFinding[]; FindingIdentifiers?: AwsSecurityFindingIdentifier[] };

/** A client to which Security Hub says no for one finding, for reasons that the sandbox does not have. */
function clientRejecting(command: string, id: string, code: string, times: number): SecurityHubClient {
  const client = clientOf();
  let left = times;
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const { Findings, FindingIdentifiers } = request.input as Request;
      const sent = Findings ?? FindingIdentifiers ?? [];
      const rest = sent.filter((one) => one.Id !== id);
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

/** Does something before the client sends its n-th import. */
function beforeImport(client: SecurityHubClient, count: number, act: () => void): void {
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

describe('publishing', () => {
  it('imports what is new', async () => {
    const result = await publish([aVerdict(), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
    expect(result.gap).toBeUndefined();
    expect(findings().map((one) => one.Id)).toEqual([aVerdict(), ...onRoles(2)].map((one) => stored(one).Id));
    expect(sandbox.events).toHaveLength(3);
  });

  it('of an unchanged Region imports nothing and emits nothing', async () => {
    const verdicts = [
      aVerdict(),
      aPass({ resource: aCluster('dev') }),
      notAvailableVerdict({ resource: aRole('x') }),
    ];
    await publish(verdicts);
    sandbox.clearEvents();
    sandbox.clearLog();
    const result = await publish(verdicts, { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, unchanged: 3 });
    expect(sandbox.calls().map((one) => one.operation)).toEqual(['securityhub:GetFindings']);
    expect(sandbox.events).toEqual([]);
  });

  it('asks for active findings of its own product, account and Region only', async () => {
    await publish([]);
    const [request] = sandbox.calls({ operation: 'securityhub:GetFindings' });
    expect(request?.params.Filters).toEqual({
      ProductArn: [{ Value: productArn(SCOPE), Comparison: 'EQUALS' }],
      GeneratorId: [{ Value: 'eks-auditor/', Comparison: 'PREFIX' }],
      AwsAccountId: [{ Value: SCOPE.accountId, Comparison: 'EQUALS' }],
      Region: [{ Value: SCOPE.region, Comparison: 'EQUALS' }],
      RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }],
    });
  });

  it('knows its findings again when the product was given another name', async () => {
    await publish([aVerdict()]);
    const renamed = aContext({ productName: 'Our Auditor' });
    expect(counts(await publish([aVerdict()], { context: renamed }))).toEqual({ ...NOTHING, unchanged: 1 });
  });

  it('without verdicts reads once and archives what is gone', async () => {
    await publish([aVerdict()]);
    sandbox.clearLog();
    const result = await publish([], { days: 1, clusterNames: present([]) });
    expect(counts(result)).toEqual({ ...NOTHING, archived: 1 });
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
    expect(calls('GetFindings')).toBe(1);
  });

  it('without verdicts and findings only reads', async () => {
    expect(counts(await publish([]))).toEqual(NOTHING);
    expect(sandbox.calls().map((one) => one.operation)).toEqual(['securityhub:GetFindings']);
  });

  it('imports an unchanged finding again after 30 days', async () => {
    await publish([aVerdict()]);
    expect(counts(await publish([aVerdict()], { days: 29 }))).toEqual({ ...NOTHING, unchanged: 1 });
    expect(counts(await publish([aVerdict()], { days: 31 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      CreatedAt: NOW.toISOString(),
      UpdatedAt: new Date(NOW.getTime() + 31 * DAY).toISOString(),
    });
  });

  it('keeps a finding alive for ever', async () => {
    for (let days = 0; days <= 200; days += 10) await publish([aVerdict()], { days });
    expect(onlyFinding()?.CreatedAt).toBe(NOW.toISOString());
  });

  it('knows findings beyond the first page', async () => {
    await publish(onRoles(250));
    sandbox.clearLog();
    expect(counts(await publish(onRoles(250), { days: 1 }))).toEqual({ ...NOTHING, unchanged: 250 });
    expect(calls('GetFindings')).toBe(3);
  });

  it("leaves other accounts' and Regions' findings alone where they are aggregated", async () => {
    const home: Scope = { ...SCOPE, accountId: SECURITY };
    const scopes: Scope[] = [SCOPE, { ...SCOPE, accountId: OTHER }, { ...home, region: 'us-east-1' }];
    for (const scope of scopes)
      await publish([aVerdict({ scope, resource: aCluster('prod', scope) })], { scope });
    const result = await publish([], { scope: home, days: 1, clusterNames: present([]) });
    expect(counts(result)).toEqual(NOTHING);
    expect(scopes.flatMap((scope) => findings(scope).map((one) => one.RecordState))).toEqual([
      'ACTIVE',
      'ACTIVE',
      'ACTIVE',
    ]);
  });
});

describe('the life of a finding', () => {
  it('goes from passed to failed to passed', async () => {
    await publish([aPass()]);
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });

    expect(counts(await publish([aVerdict()], { days: 1 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'FAILED' },
      Severity: { Label: 'HIGH' },
      Workflow: { Status: 'NEW' },
    });

    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'PASSED' },
      Severity: { Label: 'INFORMATIONAL' },
      Workflow: { Status: 'RESOLVED' },
      CreatedAt: NOW.toISOString(),
    });
  });

  it('tells an alert rule exactly once that it fails', async () => {
    const runs = [aPass(), aVerdict(), aVerdict(), aVerdict(), aPass()];
    for (const [days, verdict] of runs.entries()) await publish([verdict], { days });
    const alerts = sandbox.events.filter(
      ({
        detail: {
          findings: [finding],
        },
      }) => {
        const open = finding.Compliance?.Status === 'FAILED' && finding.Workflow?.Status === 'NEW';
        return open && finding.RecordState === 'ACTIVE';
      },
    );
    expect(alerts).toHaveLength(1);
  });

  it('shows that a control became blind, without passing or archiving', async () => {
    await publish([aVerdict()]);
    await publish([notAvailableVerdict()], { days: 1 });
    expect(onlyFinding()).toMatchObject({ Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ACTIVE' });
  });

  it('leaves the workflow to a person who suppressed it', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');
    await publish([aPass()], { days: 1 });
    await publish([aVerdict()], { days: 2 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'FAILED' },
      Workflow: { Status: 'SUPPRESSED' },
    });
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it('comes back from the archive with its history, and resolved when it passes', async () => {
    await publish([aPass()]);
    await publish([], { days: 1, clusterNames: present([]) });
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, created: 1 });
    expect(onlyFinding()).toMatchObject({
      RecordState: 'ACTIVE',
      Workflow: { Status: 'RESOLVED' },
      CreatedAt: NOW.toISOString(),
    });
  });

  it('comes back from the archive suppressed when it was', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');
    await publish([], { days: 1, clusterNames: present([]) });
    await publish([aPass()], { days: 2 });
    expect(onlyFinding()).toMatchObject({ RecordState: 'ACTIVE', Workflow: { Status: 'SUPPRESSED' } });
  });

  it('is updated although the clock of the last run was ahead', async () => {
    await publish([aVerdict()], { days: 1 });
    await publish([aPass()], { days: 0 });
    expect(onlyFinding()?.Compliance?.Status).toBe('PASSED');
  });
});

describe('sending', () => {
  it('takes a second call for the 101st finding', async () => {
    expect(counts(await publish(onRoles(101)))).toEqual({ ...NOTHING, created: 101 });
    const sizes = sandbox
      .calls({ operation: 'securityhub:BatchImportFindings' })
      .map((one) => (Array.isArray(one.params.Findings) ? one.params.Findings.length : 0));
    expect(sizes).toEqual([100, 1]);
  });

  it('takes a second call for more than 6 MB', async () => {
    const evidence = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [`e${index}`, 'x'.repeat(2048)]),
    );
    expect(counts(await publish(onRoles(80, { evidence })))).toEqual({ ...NOTHING, created: 80 });
    expect(calls('BatchImportFindings')).toBe(2);
  });

  it('resolves more than 100 findings in two calls', async () => {
    await publish(onRoles(101));
    const passes = onRoles(101).map((one) => aPass({ resource: one.resource, clusterArn: aCluster().id }));
    expect(counts(await publish(passes, { days: 1 }))).toEqual({ ...NOTHING, updated: 101 });
    expect(calls('BatchUpdateFindings')).toBe(2);
    expect(findings().filter((one) => one.Workflow?.Status !== 'RESOLVED')).toEqual([]);
  });

  it('of a finding that is too large names it and hurts no other', async () => {
    const evidence = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [`e${index}`, '€'.repeat(2048)]),
    );
    const result = await publish([aVerdict({ evidence }), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([
      {
        accountId: SCOPE.accountId,
        region: SCOPE.region,
        findingId: stored(aVerdict()).Id,
        code: 'DoesNotFit',
      },
    ]);
    expect(result.changes.failed[0]?.message).toMatch(
      /^finding has \d+ bytes; Security Hub takes 1 to 240000$/,
    );
  });

  it('of a finding that Security Hub refuses hurts no other, and is not tried again', async () => {
    const resource = { type: 'Other' as const, id: 'x'.repeat(513) };
    const result = await publish([aVerdict({ resource, clusterArn: aCluster().id }), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ code: 'InvalidInput' }]);
    expect(calls('BatchImportFindings')).toBe(1);
  });

  const id = stored(aVerdict()).Id ?? '';

  it('of a finding that fails for a passing reason is tried once more', async () => {
    const securityHub = clientRejecting('BatchImportFindingsCommand', id, 'InternalFailure', 1);
    const result = await publish([aVerdict(), ...onRoles(2)], { securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
    const second = sandbox.calls({ operation: 'securityhub:BatchImportFindings' })[1];
    expect(second?.params.Findings).toMatchObject([{ Id: id }]);
  });

  it('keeps what was refused for good while it tries the rest once more', async () => {
    const refused = aVerdict({ resource: { type: 'Other', id: 'x'.repeat(513) }, clusterArn: aCluster().id });
    const securityHub = clientRejecting('BatchImportFindingsCommand', id, 'InternalFailure', 1);
    const result = await publish([aVerdict(), refused], { securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, created: 1, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ code: 'InvalidInput' }]);
  });

  it('of a finding that fails twice is not tried a third time and not counted', async () => {
    const securityHub = clientRejecting('BatchImportFindingsCommand', id, 'ConcurrentUpdateError', 2);
    const result = await publish([aVerdict(), ...onRoles(2)], { securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ findingId: id, code: 'ConcurrentUpdateError' }]);
  });

  it.each(['InvalidInput', 'InvalidAccess', 'FindingSizeExceeded'])(
    'of a finding with %s is not tried again',
    async (code) => {
      const securityHub = clientRejecting('BatchImportFindingsCommand', id, code, 1);
      const result = await publish([aVerdict(), ...onRoles(2)], { securityHub });
      expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
      expect(calls('BatchImportFindings')).toBe(1);
    },
  );

  it('counts failed updates and archives neither as updated nor as archived', async () => {
    await publish([aVerdict(), aVerdict({ resource: aRole('a'), clusterArn: aCluster('dev').id })]);
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'AccessDenied' });
    const result = await publish([aPass()], { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, failed: 2 });
    expect(result.changes.failed.map((one) => one.code)).toEqual([
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it.each([
    ['AccessDenied', 'AccessDeniedException'],
    ['Throttling', /^(Throttling|TooManyRequests)/],
    ['ServerError', /./],
    ['Malformed', 'MalformedResponse'],
  ] as const)('of one call that fails with %s leaves the other calls alone', async (fault, code) => {
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: fault, times: 1 });
    const result = await publish(onRoles(150));
    expect(counts(result)).toEqual({ ...NOTHING, created: 50, failed: 100 });
    expect(result.changes.failed[0]?.code).toMatch(code);
    expect(result.gap).toBeUndefined();
  });

  it('retries a throttled call like any other', async () => {
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'Throttling', times: 1 });
    const result = await publish(onRoles(3), { securityHub: clientOf(SCOPE, 3) });
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
  });

  it('says when a workflow could not be resolved, and does so the next time', async () => {
    await publish([aVerdict()]);
    sandbox.fail({ operation: 'securityhub:BatchUpdateFindings', with: 'AccessDenied', times: 1 });
    const result = await publish([aPass()], { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, updated: 1, failed: 1 });
    expect(result.changes.failed[0]?.message).toMatch(/^its workflow is not set to RESOLVED: /);

    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, unchanged: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('says of each finding whose workflow Security Hub did not change', async () => {
    await publish([aVerdict(), ...onRoles(1)]);
    const passes = [aPass(), ...onRoles(1, { ...aPass(), resource: aRole('role-0') })];
    const securityHub = clientRejecting('BatchUpdateFindingsCommand', id, 'FindingNotFound', 2);
    const result = await publish(passes, { days: 1, securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, updated: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ findingId: id, code: 'FindingNotFound' }]);
    expect(findings().map((one) => one.Workflow?.Status)).toEqual(['NEW', 'RESOLVED']);
  });

  it('tries once more to resolve a finding that is being updated by somebody else', async () => {
    await publish([aVerdict()]);
    const securityHub = clientRejecting('BatchUpdateFindingsCommand', id, 'ConcurrentUpdateError', 1);
    expect(counts(await publish([aPass()], { days: 1, securityHub }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('counts nothing that Security Hub neither confirms nor names', async () => {
    const securityHub = clientOf();
    securityHub.middlewareStack.add(
      (next, context) => async (request) => {
        const result = await next(request);
        if (context.commandName !== 'BatchImportFindingsCommand') return result;
        const stranger = { Id: 'stranger', ErrorCode: 'InternalFailure', ErrorMessage: '' };
        return { ...result, output: { ...result.output, SuccessCount: 2, FailedFindings: [stranger] } };
      },
      { step: 'initialize', name: 'vague' },
    );
    const result = await publish(onRoles(3), { securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, failed: 3 });
    expect(result.changes.failed[0]).toMatchObject({
      code: 'Unconfirmed',
      message: 'Security Hub confirmed 2 of 3 findings and named 0',
    });
  });
});

describe('Security Hub that', () => {
  it('is off is one gap, and nothing is sent', async () => {
    const scope = { ...SCOPE, region: 'eu-north-1' };
    const result = await publish([aVerdict({ scope })], { scope, securityHub: clientOf(scope) });
    expect(result).toEqual({
      changes: { created: 0, updated: 0, archived: 0, unchanged: 0, failed: [] },
      gap: {
        what: 'security-hub',
        kind: 'failed',
        code: 'InvalidAccessException',
        operation: 'securityhub:GetFindings',
        detail: 'Security Hub is not enabled in eu-north-1 of account 222222222222',
      },
    });
    expect(sandbox.calls().map((one) => one.operation)).toEqual(['securityhub:GetFindings']);
  });

  it('is off where there is nothing to publish is no gap', async () => {
    const scope = { ...SCOPE, region: 'eu-north-1' };
    expect(await publish([], { scope })).toEqual({ changes: { ...NOTHING, failed: [] } });
  });

  it('is switched off during the run is not called again', async () => {
    await publish([aPass()]);
    await setWorkflow('NOTIFIED');
    const securityHub = clientOf();
    beforeImport(securityHub, 1, () =>
      sandbox.account(SCOPE.accountId).data.securityHub.disabledRegions.push(SCOPE.region),
    );
    const result = await publish([aPass(), ...onRoles(150)], { days: 1, securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, unchanged: 1, failed: 150 });
    expect(result.gap).toMatchObject({ what: 'security-hub', code: 'InvalidAccessException' });
    expect(calls('BatchImportFindings')).toBe(1);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it('is switched off between two calls is not asked to try anything again', async () => {
    const [first] = onRoles(1).map((one) => stored(one).Id ?? '');
    const securityHub = clientRejecting('BatchImportFindingsCommand', first ?? '', 'InternalFailure', 1);
    beforeImport(securityHub, 2, () =>
      sandbox.account(SCOPE.accountId).data.securityHub.disabledRegions.push(SCOPE.region),
    );
    const result = await publish(onRoles(150), { securityHub });
    expect(counts(result)).toEqual({ ...NOTHING, created: 99, failed: 51 });
    expect(calls('BatchImportFindings')).toBe(2);
  });

  it.each(['AccessDenied', 'Throttling', 'ServerError', 'Malformed'] as const)(
    'cannot be read (%s) is a gap, and nothing is imported blindly',
    async (fault) => {
      sandbox.fail({ operation: 'securityhub:GetFindings', with: fault });
      const result = await publish([aVerdict()]);
      expect(result.gap).toMatchObject({ what: 'security-hub', operation: 'securityhub:GetFindings' });
      expect(counts(result)).toEqual(NOTHING);
      expect(calls('BatchImportFindings')).toBe(0);
    },
  );

  it('cannot be read to the last page is a gap, too', async () => {
    await publish(onRoles(150));
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      with: 'ServerError',
      match: (params) => params.NextToken !== undefined,
    });
    const result = await publish(onRoles(151), { days: 1 });
    expect(result.gap).toBeDefined();
    expect(findings()).toHaveLength(150);
  });

  it('cannot tell what it archived is a gap, since new findings may have a history there', async () => {
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      with: 'AccessDenied',
      match: (params) => JSON.stringify(params).includes('ARCHIVED'),
    });
    const result = await publish([aVerdict()]);
    expect(result.gap).toMatchObject({ kind: 'denied' });
    expect(findings()).toEqual([]);
  });
});
