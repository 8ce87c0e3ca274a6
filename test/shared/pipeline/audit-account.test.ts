import { describe, expect, test } from 'vitest';
import type { FaultKind, Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { sharedConnections } from '../../../shared/aws/account.ts';
import { callerAccount } from '../../../shared/aws/caller.ts';
import { clientOptionsOf } from '../../../shared/aws/client-options.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { audit } from '../../../shared/pipeline/audit-account.ts';
import { newRun } from '../../../shared/plan/new-run.ts';
import {
  aTestOrganization,
  coverageOf,
  gapsOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SECURITY,
  SHOP,
  signedIn,
} from '../../harness.ts';

const OPEN = {
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/1', '128.0.0.0/1'] },
};
const CLOSED = {
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
};
/** Controls that only a cluster's description answers. */
const ENDPOINTS = { controls: { include: ['endpoint-access', 'private-endpoint'] } };

function twoAccounts() {
  return aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) =>
      account.cluster('prod', OPEN).cluster('test', CLOSED),
    )
    .account(SHOP, { name: 'shop' }, (account) => account.cluster('web', OPEN));
}

function verdictsOn(result: RunResult, cluster: string): string[] {
  return linesOf(result.verdicts.filter((one) => one.resource.name === cluster));
}

describe('a run over an organization', () => {
  test('judges every cluster of every account and imports each finding with its own account', async () => {
    const sandbox = await signedIn(twoAccounts());

    const result = await run(ENDPOINTS);

    expect(linesOf(result.verdicts)).toEqual([
      '5.4.1 prod FAILED OPEN_TO_INTERNET',
      '5.4.1 test PASSED PRIVATE_ONLY',
      '5.4.1 web FAILED OPEN_TO_INTERNET',
      '5.4.2 prod FAILED PUBLIC_ACCESS_ENABLED',
      '5.4.2 test PASSED PRIVATE_ENDPOINT',
      '5.4.2 web FAILED PUBLIC_ACCESS_ENABLED',
    ]);
    expect(result.changes).toMatchObject({ created: 6, updated: 0, archived: 0, unchanged: 0, failed: [] });
    expect(result.coverage.complete).toBe(true);
    expect(sandbox.findings(PAYMENTS, REGION)).toHaveLength(4);
    expect(sandbox.findings(SHOP, REGION)).toHaveLength(2);
    expect(sandbox.findings(SECURITY, REGION)).toHaveLength(0);
  });

  test('makes no import and emits no event when nothing changed', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run();
    sandbox.clearLog();
    sandbox.clearEvents();

    const again = await run();

    expect(sandbox.calls({ operation: 'securityhub:BatchImportFindings' })).toEqual([]);
    expect(sandbox.calls({ operation: 'securityhub:BatchUpdateFindings' })).toEqual([]);
    expect(sandbox.events).toEqual([]);
    expect(again.changes).toMatchObject({ created: 0, updated: 0, archived: 0, failed: [] });
    expect(again.changes.unchanged).toBe(again.verdicts.length);
  });

  test('sends no identical request twice', async () => {
    const keyArn = `arn:aws:kms:${REGION}:${PAYMENTS}:key/shared`;
    const encrypted = { ...CLOSED, encryptionConfig: [{ resources: ['secrets'], provider: { keyArn } }] };
    const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.kmsKey({ region: REGION, KeyId: 'shared' }).cluster('one', encrypted).cluster('two', encrypted),
    );
    const sandbox = await signedIn(world);
    await run();
    sandbox.clearLog();

    await run();

    const requests = sandbox.log.map((one) =>
      JSON.stringify([one.operation, one.accountId, one.region, one.params]),
    );
    expect(requests.filter((one, index) => requests.indexOf(one) !== index)).toEqual([]);
    expect(sandbox.calls({ operation: 'kms:DescribeKey' })).toHaveLength(1);
  });

  test('sends none twice either where clusters share all they can, in two Regions', async () => {
    const regions = [REGION, 'us-east-1'];
    const nodeRole = `arn:aws:iam::${PAYMENTS}:role/nodes`;
    const parts = {
      nodegroups: [{ nodeRole }, { nodeRole }],
      addons: ['vpc-cni'],
      accessEntries: [{ principalArn: nodeRole, type: 'EC2_LINUX' }],
      fargateProfiles: [{}],
      podIdentityAssociations: [{}],
      identityProviderConfigs: [{}],
    };
    const world = aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.role('nodes', { attached: ['AWS/AmazonEKSWorkerNodePolicy'] });
      for (const region of regions) {
        for (const name of ['one', 'two']) account.cluster(name, { ...parts, region });
        account.repository('base', { region });
        for (const name of ['one', 'two'])
          account.loadBalancer(name, { region, tags: { 'elbv2.k8s.aws/cluster': name } });
      }
    });
    const sandbox = await signedIn(world);

    const result = await run({ targets: { organization: true, regions } });

    const requests = sandbox.log.map((one) =>
      JSON.stringify([one.operation, one.accountId, one.region, one.params]),
    );
    expect(requests.filter((one, index) => requests.indexOf(one) !== index)).toEqual([]);
    expect(result.changes).toMatchObject({ created: result.verdicts.length, failed: [] });
    expect(sandbox.calls({ operation: 'iam:GetAccountAuthorizationDetails' })).toHaveLength(1);
  });

  test('costs an account without clusters one AssumeRole and two requests a Region', async () => {
    const regions = ['eu-west-1', 'us-east-1'];
    const sandbox = await signedIn(aTestOrganization().account(SHOP, {}));

    await run({ targets: { organization: true, accounts: [SHOP], regions } });

    expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toHaveLength(1);
    const inAccount = sandbox.calls({ accountId: SHOP }).map((one) => `${one.operation} ${one.region}`);
    expect(inAccount.sort()).toEqual([
      'eks:ListClusters eu-west-1',
      'eks:ListClusters us-east-1',
      'securityhub:GetFindings eu-west-1',
      'securityhub:GetFindings us-east-1',
    ]);
  });

  test('audits the auditor’s own account without assuming a role', async () => {
    const world = aTestOrganization();
    const sandbox = await signedIn(world);
    sandbox.account(SECURITY).add.cluster('tools', OPEN);

    const result = await run({ ...ENDPOINTS, targets: { regions: [REGION] } });

    expect(verdictsOn(result, 'tools')).toHaveLength(2);
    expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toEqual([]);
  });

  test('writes nothing without publish', async () => {
    const sandbox = await signedIn(twoAccounts());

    await run({}, { publish: false });

    expect(sandbox.log.filter((one) => one.service === 'securityhub')).toEqual([]);
  });

  test('reads every page of clusters', async () => {
    const world = aTestOrganization().account(PAYMENTS, {}, (account) => {
      for (let index = 0; index < 101; index += 1) account.cluster(`cluster-${index}`, CLOSED);
      return account;
    });
    await signedIn(world);

    const result = await run({ controls: { include: ['private-endpoint'] } });

    expect(result.verdicts).toHaveLength(101);
    expect(regionOf(result, PAYMENTS).clusters).toEqual({ found: 101, judged: 101 });
  });

  test.each(['CREATING', 'DELETING', 'FAILED'] as const)(
    'gives a cluster that is %s no verdict, archives nothing of it and names it in coverage',
    async (status) => {
      const sandbox = await signedIn(twoAccounts());
      await run(ENDPOINTS);
      sandbox.account(PAYMENTS).updateCluster(REGION, 'prod', { status });

      const result = await run(ENDPOINTS);

      expect(verdictsOn(result, 'prod')).toEqual([]);
      expect(result.changes).toMatchObject({ archived: 0, unchanged: 4 });
      expect(regionOf(result, PAYMENTS).clusters.notReady).toEqual([{ name: 'prod', status }]);
      expect(result.coverage.complete).toBe(true);
    },
  );
});

describe('a cluster that was deleted', () => {
  test('has its findings archived, and no others', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    sandbox.account(PAYMENTS).deleteCluster(REGION, 'prod');

    const result = await run(ENDPOINTS);

    expect(result.changes).toMatchObject({ archived: 2, unchanged: 4, created: 0, updated: 0 });
    const archived = sandbox.findings(PAYMENTS, REGION).filter((one) => one.RecordState === 'ARCHIVED');
    expect(archived.map((one) => one.Id).every((id) => id.includes('cluster/prod/'))).toBe(true);
  });

  test('keeps its findings in a run that was not asked for it', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    sandbox.account(PAYMENTS).deleteCluster(REGION, 'prod');

    const others = await run({
      ...ENDPOINTS,
      targets: { organization: true, regions: [REGION], clusters: ['test'] },
    });
    const otherControl = await run({ controls: { include: ['control-plane-logs'] } });

    expect(others.changes.archived).toBe(0);
    expect(otherControl.changes.archived).toBe(0);
  });
});

const FAULTS: readonly FaultKind[] = ['AccessDenied', 'Throttling', 'ServerError', 'Timeout', 'Malformed'];

/** No test has to wait for retries, and for a time-out no longer than a loaded machine takes to answer. */
const IMPATIENT = { maxAttempts: 1, requestTimeoutMs: 1_000 };

describe.each(FAULTS)('when AWS answers with %s', (fault) => {
  test('one cluster is not available, is named in the coverage, and changes no other', async () => {
    const sandbox = await signedIn(twoAccounts());
    const before = await run(ENDPOINTS);
    const isProd = (params: Readonly<Record<string, unknown>>) => params.name === 'prod';
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:DescribeCluster', with: fault, match: isProd });

    const result = await run({ ...ENDPOINTS, limits: IMPATIENT });

    expect(verdictsOn(result, 'prod')).toEqual([
      '5.4.1 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
      '5.4.2 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
    ]);
    for (const cluster of ['test', 'web'])
      expect(verdictsOn(result, cluster)).toEqual(verdictsOn(before, cluster));
    expect(result.changes).toMatchObject({ archived: 0, updated: 2, unchanged: 4 });
    expect(regionOf(result, PAYMENTS).state).toBe('partial');
    expect(gapsOf(result)).toMatchObject([
      { what: 'cluster', operation: 'eks:DescribeCluster', controlIds: ['5.4.1', '5.4.2'] },
    ]);
    expect(result.coverage.complete).toBe(false);
  });

  test('one Region is not covered, and nothing of it is archived', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListClusters', with: fault });

    const result = await run({ ...ENDPOINTS, limits: IMPATIENT });

    expect(regionOf(result, PAYMENTS)).toMatchObject({ state: 'not-covered', gaps: [{ what: 'region' }] });
    expect(verdictsOn(result, 'web')).toHaveLength(2);
    expect(result.changes).toMatchObject({ archived: 0, updated: 0, created: 0, unchanged: 2 });
  });

  test('one account is not covered, and nothing of it is archived', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    const isPayments = (params: Readonly<Record<string, unknown>>) =>
      String(params.RoleArn).includes(PAYMENTS);
    sandbox.fail({ operation: 'sts:AssumeRole', with: fault, match: isPayments });

    const result = await run({ ...ENDPOINTS, limits: IMPATIENT });

    expect(coverageOf(result, PAYMENTS)).toMatchObject({
      state: 'not-covered',
      gaps: [{ operation: 'sts:AssumeRole' }],
    });
    expect(verdictsOn(result, 'web')).toHaveLength(2);
    expect(result.changes).toMatchObject({ archived: 0, updated: 0, created: 0, unchanged: 2 });
  });
});

test('AWS that fails now and then changes nothing', async () => {
  const sandbox = await signedIn(twoAccounts());
  const before = await run(ENDPOINTS);
  sandbox.clearEvents();
  for (const operation of [
    'sts:AssumeRole',
    'eks:ListClusters',
    'eks:DescribeCluster',
    'securityhub:GetFindings',
  ])
    sandbox.fail({ operation, with: 'ServerError', times: 1 });
  sandbox.fail({ operation: 'eks:DescribeCluster', with: 'Throttling', times: 1 });

  const result = await run({ ...ENDPOINTS, limits: { maxAttempts: 4 } });

  expect(linesOf(result.verdicts)).toEqual(linesOf(before.verdicts));
  expect(result.coverage.complete).toBe(true);
  expect(sandbox.events).toEqual([]);
});

test('a list of clusters that ends after its first page archives nothing', async () => {
  const world = aTestOrganization().account(PAYMENTS, {}, (account) => {
    for (let index = 0; index < 101; index += 1) account.cluster(`cluster-${index}`, CLOSED);
  });
  const sandbox = await signedIn(world);
  const config = { controls: { include: ['private-endpoint'] } };
  await run(config);
  sandbox.clearEvents();
  const isSecondPage = (params: Readonly<Record<string, unknown>>) => params.nextToken !== undefined;
  sandbox.fail({ operation: 'eks:ListClusters', with: 'AccessDenied', match: isSecondPage });

  const result = await run(config);

  expect(regionOf(result, PAYMENTS)).toMatchObject({ state: 'not-covered', gaps: [{ what: 'region' }] });
  expect(result.verdicts).toEqual([]);
  expect(sandbox.events).toEqual([]);
});

test('a session that ends in the middle of an account leaves its findings as they are', async () => {
  const sandbox = await signedIn(twoAccounts());
  await run(ENDPOINTS);
  sandbox.clearEvents();
  const expire = () => {
    sandbox.setClock(() => new Date(Date.now() + 2 * 60 * 60 * 1_000));
    return false;
  };
  sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListClusters', with: 'ServerError', match: expire });

  const result = await run({
    ...ENDPOINTS,
    targets: { organization: true, accounts: [PAYMENTS], regions: [REGION] },
  });

  expect(coverageOf(result, PAYMENTS).state).toBe('partial');
  expect(gapsOf(result)).toContainEqual(
    expect.objectContaining({ kind: 'denied', code: 'ExpiredTokenException' }),
  );
  expect(sandbox.events).toEqual([]);
});

test('a cluster that vanishes while it is read archives nothing and is named', async () => {
  const sandbox = await signedIn(twoAccounts());
  await run(ENDPOINTS);
  deleteWhenDescribed(sandbox, 'prod');

  const result = await run(ENDPOINTS);

  expect(result.changes).toMatchObject({ archived: 0, updated: 0, unchanged: 4 });
  expect(gapsOf(result)).toMatchObject([
    { what: 'cluster', kind: 'gone', code: 'ResourceNotFoundException' },
  ]);
});

/** Deletes a cluster between the request that lists it and the one that describes it. */
function deleteWhenDescribed(sandbox: Sandbox, name: string): void {
  const deleteIt = (params: Readonly<Record<string, unknown>>) => {
    if (params.name === name) sandbox.account(PAYMENTS).deleteCluster(REGION, name);
    return false;
  };
  sandbox.fail({ operation: 'eks:DescribeCluster', with: 'ServerError', match: deleteIt });
}

test('a Region without Security Hub is a gap, is met once, and is judged all the same', async () => {
  const world = aTestOrganization()
    .account(PAYMENTS, { securityHub: { disabledRegions: [REGION] } }, (account) =>
      account.cluster('prod', OPEN),
    )
    .account(SHOP, {}, (account) => account.cluster('web', OPEN));
  const sandbox = await signedIn(world);

  const result = await run(ENDPOINTS);

  expect(verdictsOn(result, 'prod')).toHaveLength(2);
  expect(regionOf(result, PAYMENTS).gaps).toMatchObject([
    { what: 'security-hub', code: 'InvalidAccessException' },
  ]);
  expect(
    sandbox.log.filter((one) => one.service === 'securityhub' && one.accountId === PAYMENTS),
  ).toHaveLength(1);
  expect(sandbox.findings(SHOP, REGION)).toHaveLength(2);
});

test('a registry account may refuse to list clusters: its registry is judged and published all the same', async () => {
  const world = aTestOrganization().account(SHOP, {}, (account) =>
    account.repository('base', { region: REGION }),
  );
  const sandbox = await signedIn(world);
  sandbox.fail({ accountId: SHOP, operation: 'eks:*', with: 'AccessDenied' });
  const targets = { organization: true, regions: [REGION], accounts: [SHOP], registryAccounts: [SHOP] };

  const result = await run({ targets, controls: { include: ['ecr-image-scanning'] } });

  expect(linesOf(result.verdicts)).toEqual(['5.1.1 base FAILED NOT_SCANNED']);
  expect(sandbox.findings(SHOP, REGION)).toHaveLength(1);
  expect(regionOf(result, SHOP)).toMatchObject({
    state: 'partial',
    gaps: [{ what: 'region', operation: 'eks:ListClusters' }],
  });
});

describe('a home Region', () => {
  const WRITERS = { controls: { include: ['ecr-access'] } };
  const elsewhere = () =>
    aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { ...CLOSED, region: 'us-east-1' }),
    );

  test('whose clusters cannot be listed still says what could not be read of the account', async () => {
    const sandbox = await signedIn(elsewhere());
    sandbox.fail({
      accountId: PAYMENTS,
      operation: 'eks:ListClusters',
      region: REGION,
      with: 'AccessDenied',
    });
    sandbox.fail({ accountId: PAYMENTS, operation: 'iam:*', with: 'AccessDenied' });

    const result = await run({ ...WRITERS, targets: { organization: true, regions: [REGION, 'us-east-1'] } });

    expect(regionOf(result, PAYMENTS)).toMatchObject({
      state: 'not-covered',
      gaps: [
        { what: 'region', operation: 'eks:ListClusters' },
        { what: 'evidence', operation: 'iam:GetAccountAuthorizationDetails', controlIds: ['5.1.2'] },
      ],
    });
    expect(sandbox.findings(PAYMENTS, REGION)).toMatchObject([{ Compliance: { Status: 'NOT_AVAILABLE' } }]);
  });

  test('that is not enabled in the account is named as not published to', async () => {
    const homeRegion = 'af-south-1';
    await signedIn(elsewhere());

    const targets = { organization: true, accounts: [PAYMENTS], regions: ['us-east-1', homeRegion] };
    const result = await run({ ...WRITERS, homeRegion, targets });

    expect(regionOf(result, PAYMENTS, homeRegion)).toMatchObject({
      state: 'not-covered',
      gaps: [{ code: 'RegionNotEnabled' }, { what: 'security-hub' }],
    });
    expect(result.coverage.complete).toBe(false);
  });

  test('without Security Hub is a gap of an account whose other Regions are covered', async () => {
    const homeRegion = 'eu-north-1';
    const world = elsewhere();
    const sandbox = await signedIn(world);
    sandbox.account(PAYMENTS).data.securityHub.disabledRegions.push(homeRegion);

    const targets = { organization: true, accounts: [PAYMENTS], regions: ['us-east-1'] };
    const result = await run({ ...WRITERS, homeRegion, targets });

    expect(coverageOf(result, PAYMENTS)).toMatchObject({
      state: 'partial',
      regions: [{ region: 'us-east-1', state: 'covered' }],
      gaps: [
        {
          what: 'security-hub',
          detail: `Security Hub is not enabled in ${homeRegion} of account ${PAYMENTS}`,
        },
      ],
    });
  });
});

test('what there is no time for is handed back and changes nothing', async () => {
  const sandbox = await signedIn(twoAccounts());
  await run(ENDPOINTS);
  const dependencies = await auditDependencies();
  let clusters = 1;

  const first = await audit(
    dependencies.run,
    { partition: 'aws', accountId: PAYMENTS, regions: [{ region: REGION }] },
    {
      ...dependencies,
      timeIsLeft: () => clusters-- > 0,
    },
  );

  expect(first.continue?.regions).toEqual([{ region: REGION, clusters: ['test'] }]);
  expect(new Set(first.verdicts.map((one) => one.resource.name))).toEqual(new Set(['prod']));
  expect(first.changes).toMatchObject({ archived: 0, unchanged: 2 });

  const rest = await audit(
    dependencies.run,
    first.continue ?? { partition: 'aws', accountId: '' },
    dependencies,
  );

  expect(rest.continue).toBeUndefined();
  expect(new Set(rest.verdicts.map((one) => one.resource.name))).toEqual(new Set(['test']));
  expect(sandbox.events).toHaveLength(6);
});

test('a Region that an account has never heard of is not covered, and takes no other with it', async () => {
  await signedIn(twoAccounts());
  const dependencies = await auditDependencies({ targets: { regions: [REGION, 'eu-west-9'] } });

  const { coverage } = await audit(dependencies.run, { partition: 'aws', accountId: PAYMENTS }, dependencies);

  expect(coverage.regions).toMatchObject([
    { region: REGION, state: 'covered' },
    { region: 'eu-west-9', state: 'not-covered', gaps: [{ code: 'RegionNotEnabled' }] },
  ]);
});

async function auditDependencies(more: Record<string, unknown> = {}) {
  const config = parseConfig({ ...ENDPOINTS, ...more });
  const connections = sharedConnections(config.limits);
  const clientOptions = clientOptionsOf(config);
  return {
    run: newRun(config, true, new Date()),
    caller: await callerAccount(REGION, connections, clientOptions),
    region: REGION,
    connections,
    clientOptions,
    config,
    organization: { accountIds: [PAYMENTS], isComplete: true },
    now: () => new Date(),
    timeIsLeft: () => true,
  };
}
