import { DeleteClusterCommand, EKSClient, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import {
  BatchImportFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { beforeEach, describe, expect, test } from 'vitest';
import { REGION } from '../harness.ts';
import { type Account, aMember, freshMoto, run } from './account.ts';
import { aCluster, endpoint } from './eks.ts';

beforeEach(freshMoto);

describe('findings in moto', () => {
  test('are in the Security Hub of the account they are about', async () => {
    const [payments, shop] = [await aMember('payments'), await aMember('shop')];
    await Promise.all([aCluster(payments, 'prod'), aCluster(shop, 'prod')]);

    const result = await published();

    expect(result.changes).toMatchObject({ created: 2, failed: [] });
    for (const account of [payments, shop]) {
      // moto returns findings as they were imported; AWS adds the top-level Region.
      expect(await findingsOf(account)).toMatchObject([
        {
          AwsAccountId: account.id,
          Resources: [{ Id: `arn:aws:eks:${REGION}:${account.id}:cluster/prod`, Region: REGION }],
          Compliance: { Status: 'PASSED' },
          RecordState: 'ACTIVE',
        },
      ]);
    }
  });

  test('are not changed by a second run that finds the same, on every page of them', async () => {
    const account = await aMember('payments');
    await Promise.all(Array.from({ length: 102 }, (_, index) => aCluster(account, `cluster-${index}`)));
    await published();
    const before = await findingsOf(account);

    const result = await published();

    expect(result.changes).toMatchObject({ created: 0, updated: 0, unchanged: 102, failed: [] });
    expect(await findingsOf(account)).toEqual(before);
  });

  test('follow the cluster, and keep the time they were created', async () => {
    const account = await aMember('payments');
    await aCluster(account, 'prod');
    await published();
    const [before] = await findingsOf(account);
    await setEndpoint(account, 'prod', true);

    const result = await published();

    expect(result.changes).toMatchObject({ created: 0, updated: 1, failed: [] });
    expect(await findingsOf(account)).toMatchObject([
      { Id: before?.Id, CreatedAt: before?.CreatedAt, Compliance: { Status: 'FAILED' } },
    ]);
  });

  test('keep their workflow when it cannot be set, and that is reported', async () => {
    const account = await aMember('payments');
    await aCluster(account, 'prod', { resourcesVpcConfig: endpoint({ endpointPublicAccess: true }) });
    await published();
    // AWS gives a finding this workflow itself; moto leaves it out, and has no BatchUpdateFindings.
    const findings = (await findingsOf(account)).map((finding) => ({
      ...finding,
      Workflow: { Status: 'NEW' as const },
    }));
    await account.client(SecurityHubClient).send(new BatchImportFindingsCommand({ Findings: findings }));
    await setEndpoint(account, 'prod', false);

    const result = await published();

    expect(await findingsOf(account)).toMatchObject([{ Compliance: { Status: 'PASSED' } }]);
    expect(result.changes.failed).toMatchObject([
      { accountId: account.id, message: expect.stringMatching(/^its workflow is not set to RESOLVED/) },
    ]);
  });

  test('are archived when their cluster was deleted', async () => {
    const account = await aMember('payments');
    await aCluster(account, 'prod');
    await published();
    await account.client(EKSClient).send(new DeleteClusterCommand({ name: 'prod' }));

    const result = await published();

    expect(result.verdicts).toEqual([]);
    expect(result.changes).toMatchObject({ created: 0, archived: 1 });
    expect(await findingsOf(account)).toMatchObject([{ RecordState: 'ARCHIVED' }]);
  });
});

function published() {
  return run(['private-endpoint'], {}, { publish: true });
}

async function findingsOf(account: Account) {
  const answer = await account.client(SecurityHubClient).send(new GetFindingsCommand({}));
  return answer.Findings ?? [];
}

async function setEndpoint(account: Account, name: string, endpointPublicAccess: boolean): Promise<void> {
  const resourcesVpcConfig = { endpointPublicAccess, endpointPrivateAccess: true };
  await account.client(EKSClient).send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig }));
}
