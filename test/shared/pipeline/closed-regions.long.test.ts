import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { outcomeOf } from '../../../shared/report/exit-code.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { renderTable } from '../../../shared/report/table.ts';
import {
  aTestOrganization,
  coverageOf,
  gapsOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SHOP,
  signedIn,
} from '../../harness.ts';
import { ENDPOINTS, OPEN, CLOSED as PRIVATE } from './two-accounts.ts';

const OTHER = 'eu-north-1';
const POLICY =
  'arn:aws:organizations::111111111111:policy/o-exampleorg/service_control_policy/p-examplepolicy';
const SESSION = `arn:aws:sts::${PAYMENTS}:assumed-role/eks-auditor/eks-auditor`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal(context: string, action = 'eks:ListClusters'): string {
  const resource = `arn:aws:eks:${OTHER}:${PAYMENTS}:cluster/*`;
  return `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} ${context}`;
}

const EXPLICIT = 'with an explicit deny in a service control policy';

function refuse(sandbox: Sandbox, message: string, { operation = 'eks:ListClusters', region = OTHER } = {}) {
  sandbox.fail({ accountId: PAYMENTS, region, operation, with: 'AccessDenied', message });
}

const TARGETS = { organization: true, accounts: [PAYMENTS], regions: [REGION, OTHER] };

function world() {
  return aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
    account.cluster('prod', PRIVATE),
  );
}

describe('a Region is closed when the clusters are refused', () => {
  test.each([
    ['by an explicit deny of a service control policy', EXPLICIT],
    ['by an explicit deny of a named one', `${EXPLICIT}: ${POLICY}`],
    ['for a missing allow of one', 'because no service control policy allows the eks:ListClusters action'],
    [
      'by an explicit deny of a resource control policy',
      'with an explicit deny in a resource control policy',
    ],
    [
      'for a missing allow of a resource control policy',
      'because no resource control policy allows the eks:ListClusters action',
    ],
    ['in a message that is longer than what is kept of it', `${' '.padEnd(400, 'x')} ${EXPLICIT}`],
  ])('%s', async (_, context) => {
    const sandbox = await signedIn(world());
    refuse(sandbox, refusal(context));

    const result = await run({ ...ENDPOINTS, targets: TARGETS });

    expect(regionOf(result, PAYMENTS, OTHER)).toEqual({
      region: OTHER,
      state: 'closed',
      clusters: { found: 0, judged: 0 },
      gaps: [],
    });
    expect(coverageOf(result, PAYMENTS).state).toBe('covered');
    expect(result.coverage.complete).toBe(true);
    expect(outcomeOf(result)).toBe('passed');
    expect(sandbox.calls({ region: OTHER }).map(({ operation }) => operation)).toEqual(['eks:ListClusters']);
  });

  test.each([
    ['without a word on the policy', 'with an explicit deny'],
    ['by a policy of the role', 'with an explicit deny in an identity-based policy'],
    [
      'for a missing allow of the role',
      'because no identity-based policy allows the eks:ListClusters action',
    ],
    ['by a permissions boundary', 'with an explicit deny in a permissions boundary'],
    ['by a session policy', 'because no session policy allows the eks:ListClusters action'],
    ['by a policy of the endpoint', 'with an explicit deny in a VPC endpoint policy'],
    ['by something that has the words in its name', 'on with_an_explicit_deny_in_a_service_control_policy'],
  ])('and not closed but a gap when they are refused %s', async (_, context) => {
    const sandbox = await signedIn(world());
    refuse(sandbox, refusal(context));

    const result = await run({ ...ENDPOINTS, targets: TARGETS });

    expect(regionOf(result, PAYMENTS, OTHER)).toMatchObject({
      state: 'not-covered',
      gaps: [{ what: 'region', kind: 'denied', operation: 'eks:ListClusters' }],
    });
    expect(outcomeOf(result)).toBe('incomplete');
  });

  test('and not by another error that says the same', async () => {
    const sandbox = await signedIn(world());
    const message = refusal(EXPLICIT);
    sandbox.fail({ region: OTHER, operation: 'eks:ListClusters', with: 'ServerError', message });

    const result = await run({ ...ENDPOINTS, targets: TARGETS });

    expect(regionOf(result, PAYMENTS, OTHER)).toMatchObject({
      state: 'not-covered',
      gaps: [{ kind: 'failed' }],
    });
  });
});

describe('an account', () => {
  test('all of whose Regions are closed is covered', async () => {
    const sandbox = await signedIn(world());
    for (const region of [REGION, OTHER]) refuse(sandbox, refusal(EXPLICIT), { region });

    const result = await run({ ...ENDPOINTS, targets: TARGETS });

    expect(coverageOf(result, PAYMENTS)).toMatchObject({
      state: 'covered',
      regions: [{ state: 'closed' }, { state: 'closed' }],
      gaps: [],
    });
    expect(outcomeOf(result)).toBe('passed');
  });

  test('whose other Regions cannot be read is not covered', async () => {
    const sandbox = await signedIn(world());
    refuse(sandbox, refusal(EXPLICIT));
    refuse(sandbox, refusal('with an explicit deny'), { region: REGION });

    const result = await run({ ...ENDPOINTS, targets: TARGETS });

    expect(coverageOf(result, PAYMENTS).state).toBe('not-covered');
  });
});

test('a Region that is closed later archives nothing', async () => {
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { ...OPEN, region: OTHER }),
    ),
  );
  await run({ ...ENDPOINTS, targets: TARGETS });
  const before = sandbox.findings(PAYMENTS, OTHER);
  expect(before).toHaveLength(2);
  refuse(sandbox, refusal(EXPLICIT));

  const result = await run({ ...ENDPOINTS, targets: TARGETS });

  expect(regionOf(result, PAYMENTS, OTHER).state).toBe('closed');
  expect(sandbox.findings(PAYMENTS, OTHER)).toEqual(before);
});

test('what else a policy of the organization refuses is a gap', async () => {
  const sandbox = await signedIn(world());
  sandbox.fail({
    accountId: PAYMENTS,
    operation: 'eks:DescribeCluster',
    with: 'AccessDenied',
    message: refusal(EXPLICIT),
  });

  const result = await run({ ...ENDPOINTS, targets: TARGETS });

  expect(regionOf(result, PAYMENTS)).toMatchObject({
    state: 'partial',
    gaps: [{ operation: 'eks:DescribeCluster', kind: 'denied' }],
  });
  expect(outcomeOf(result)).toBe('incomplete');
});

describe('a registry account', () => {
  const REGISTRY = {
    controls: { include: ['ecr-image-scanning', 'ecr-access'] },
    targets: { organization: true, accounts: [SHOP], regions: [OTHER], registryAccounts: [SHOP] },
  };

  async function registryWhere(operation: string, message = refusal(EXPLICIT)): Promise<RunResult> {
    const sandbox = await signedIn(
      aTestOrganization().account(SHOP, {}, (account) => account.repository('base', { region: OTHER })),
    );
    const refused = { accountId: SHOP, region: OTHER, with: 'AccessDenied' } as const;
    sandbox.fail({ ...refused, operation: 'eks:*', message: refusal(EXPLICIT) });
    sandbox.fail({ ...refused, operation, message });
    return run(REGISTRY);
  }

  test('whose registry is refused by the same policy has it closed too', async () => {
    const result = await registryWhere('ecr:*');

    // Who may write to registries, IAM alone says.
    expect(result.verdicts.filter(({ level }) => level !== 'account')).toEqual([]);
    expect(coverageOf(result, SHOP)).toMatchObject({
      state: 'covered',
      regions: [{ region: OTHER, state: 'closed', gaps: [] }],
      gaps: [],
    });
    expect(result.coverage.complete).toBe(true);
  });

  test('whose registry is open has it judged, whatever becomes of clusters', async () => {
    const result = await registryWhere('eks:*');

    expect(linesOf(result.verdicts)).toContain('5.1.1 base FAILED NOT_SCANNED');
    expect(regionOf(result, SHOP, OTHER)).toMatchObject({ state: 'closed', gaps: [] });
    expect(gapsOf(result)).toEqual([]);
  });

  test('whose registry is refused in part, or by another policy, has gaps', async () => {
    const inPart = await registryWhere('ecr:GetRegistryPolicy');

    expect(regionOf(inPart, SHOP, OTHER)).toMatchObject({
      state: 'partial',
      gaps: [{ operation: 'ecr:GetRegistryPolicy', kind: 'denied' }],
    });

    const byAnother = await registryWhere(
      'ecr:*',
      refusal('with an explicit deny in an identity-based policy'),
    );

    expect(regionOf(byAnother, SHOP, OTHER).state).toBe('partial');
    expect(outcomeOf(byAnother)).toBe('incomplete');
  });
});

test('reports name the Regions that are closed', async () => {
  const sandbox = await signedIn(world());
  refuse(sandbox, refusal(EXPLICIT));

  const result = await run({ ...ENDPOINTS, targets: TARGETS });

  const table = renderTable(result, { width: 120, colour: false });
  expect(table).toContain('1 account · 1 account/Region pair · 1 cluster');
  expect(table).toContain('Closed    eu-north-1 (1 account), by a policy of the organization');
  expect(table).toContain('the audit is complete');
  const html = renderHtml(result);
  expect(html).toContain('Closed by a policy of the organization: eu-north-1 (1 account).');
  expect(html).toContain('<span class="LOW"><span class="toned">closed</span></span>: eu-north-1');
  const other = { ...result, coverage: { ...result.coverage, accounts: [] } };
  expect(renderTable(other, { width: 120, colour: false })).not.toContain('Closed');
  expect(renderHtml(other)).not.toContain('Closed by');
});
