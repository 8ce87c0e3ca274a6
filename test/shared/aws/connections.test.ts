import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { describeRepositories } from '../../../shared/aws/operations/ecr.ts';
import { listClusters } from '../../../shared/aws/operations/eks.ts';
import { awsReader } from '../../../shared/aws/read.ts';
import { sharedAccess } from '../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SHOP, signedIn } from '../../harness.ts';
import { tellHostsApart } from '../../hosts-apart.ts';

const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'us-east-1'];
const MOST = 20;

function world() {
  return aTestOrganization().account(PAYMENTS).account(SHOP);
}

describe('connections', () => {
  test('are at most 20 to each host, whatever is asked for, and four are kept', async () => {
    const sandbox = await signedIn(world());
    const accounts = [PAYMENTS, SHOP].map(sharedAccess(sandbox));
    const connections = tellHostsApart(sandbox);
    const requests = Array.from({ length: MOST }, () =>
      accounts.flatMap((aws) =>
        REGIONS.flatMap((region) => [
          awsReader(aws, region).list(listClusters, {}),
          awsReader(aws, region).list(describeRepositories, {}),
        ]),
      ),
    );

    const answers = await Promise.all(requests.flat());

    expect(answers.filter(({ state }) => state !== 'present')).toEqual([]);
    expect(connections.byHost.size).toBe(2 * REGIONS.length);
    expect(connections.most()).toBeLessThanOrEqual(MOST);
    await vi.waitFor(() => expect(Math.max(...connections.byHost.values())).toBeLessThanOrEqual(4));
  });

  test('are of all accounts together, and what waits for one does not time out by that', async () => {
    const held: (() => void)[] = [];
    const sandbox = await startSandbox(world(), {
      sleep: () => new Promise((resolve) => held.push(() => resolve())),
    });
    const requests = { connectTimeoutMs: 100, callTimeoutMs: 60_000, requestTimeoutMs: 60_000 };
    const answers = [PAYMENTS, SHOP]
      .map(sharedAccess(sandbox, requests))
      .flatMap((aws) => Array.from({ length: MOST }, () => awsReader(aws, REGION).list(listClusters, {})));
    await vi.waitFor(() => expect(held).toHaveLength(MOST));

    await wait(300);
    expect(held).toHaveLength(MOST);
    const releasing = setInterval(() => {
      for (const release of held.splice(0)) release();
    }, 5);

    expect((await Promise.all(answers)).map(({ state }) => state)).toEqual(answers.map(() => 'present'));
    clearInterval(releasing);
    expect(sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(2 * MOST);
    await sandbox.close();
  });
});
