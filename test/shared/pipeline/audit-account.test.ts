import { describe, expect, test } from 'vitest';
import {
  aTestOrganization,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SECURITY,
  SHOP,
  signedIn,
} from '../../harness.ts';
import { CLOSED, ENDPOINTS, OPEN, twoAccounts, verdictsOn } from './two-accounts.ts';

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

    const requests = sandbox.log.map((call) =>
      JSON.stringify([call.operation, call.accountId, call.region, call.params]),
    );
    expect(requests.filter((request, index) => requests.indexOf(request) !== index)).toEqual([]);
    expect(sandbox.calls({ operation: 'kms:DescribeKey' })).toHaveLength(1);
  });

  test('sends no identical request twice where clusters share what they can, in two Regions', async () => {
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

    const requests = sandbox.log.map((call) =>
      JSON.stringify([call.operation, call.accountId, call.region, call.params]),
    );
    expect(requests.filter((request, index) => requests.indexOf(request) !== index)).toEqual([]);
    expect(result.changes).toMatchObject({ created: result.verdicts.length, failed: [] });
    expect(sandbox.calls({ operation: 'iam:GetAccountAuthorizationDetails' })).toHaveLength(1);
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

    expect(sandbox.log.filter((call) => call.service === 'securityhub')).toEqual([]);
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
    const archived = sandbox
      .findings(PAYMENTS, REGION)
      .filter((finding) => finding.RecordState === 'ARCHIVED');
    expect(archived.map((finding) => finding.Id).every((id) => id.includes('cluster/prod/'))).toBe(true);
  });

  test('keeps its findings in a run for other clusters or controls', async () => {
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
