import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../../infra/sandbox/sandbox.ts';
import { listClusters } from '../../../shared/aws/operations/eks.ts';
import { getCallerIdentity } from '../../../shared/aws/operations/sts.ts';
import { awsReader } from '../../../shared/aws/read.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../harness.ts';

function world() {
  return aTestOrganization().account(PAYMENTS, {}, (account) =>
    account.cluster('orders', { region: REGION }),
  );
}

describe('a request ends', () => {
  test.each<FaultKind>(['Timeout', 'StalledBody', 'SlowBody'])(
    'when the answer does not (%s)',
    async (fault) => {
      const sandbox = await signedIn(world());
      sandbox.fail({ operation: 'eks:ListClusters', with: fault });
      const aws = accessTo(sandbox, PAYMENTS, { requestTimeoutMs: 100 });

      expect(await awsReader(aws, REGION).list(listClusters, {})).toMatchObject({
        kind: 'failed',
        code: 'TimeoutError',
        operation: 'eks:ListClusters',
      });
    },
  );

  test('and is tried again, when only its body stalls', async () => {
    const sandbox = await signedIn(world());
    sandbox.fail({ operation: 'eks:ListClusters', with: 'StalledBody', times: 1 });
    const aws = accessTo(sandbox, PAYMENTS, { requestTimeoutMs: 500, maxAttempts: 2 });

    expect(await awsReader(aws, REGION).list(listClusters, {})).toMatchObject({ value: ['orders'] });
  });

  test('with all its tries, when the whole call takes too long', async () => {
    const sandbox = await signedIn(world());
    sandbox.fail({ operation: 'eks:ListClusters', with: 'Throttling' });
    const requests = { maxAttempts: 1_000, backOffMs: 20, callTimeoutMs: 200 };

    expect(
      await awsReader(accessTo(sandbox, PAYMENTS, requests), REGION).list(listClusters, {}),
    ).toMatchObject({
      code: 'TimeoutError',
      detail: 'there was no complete answer within 200 ms',
    });
  });

  test('with the deadline that it is given', async () => {
    const sandbox = await signedIn(world());
    sandbox.fail({ operation: 'eks:ListClusters', with: 'Timeout' });
    const deadline = new AbortController();
    const { list } = awsReader(accessTo(sandbox, PAYMENTS).until(deadline.signal), REGION);

    const answer = list(listClusters, {});
    setTimeout(() => deadline.abort(), 50);

    expect(await answer).toMatchObject({ code: 'OUT_OF_TIME', operation: 'eks:ListClusters' });
  });

  test('before it is sent, when the deadline is over', async () => {
    const sandbox = await signedIn(world());
    const { read } = awsReader(accessTo(sandbox, PAYMENTS).until(AbortSignal.abort()), REGION);

    expect(await read(getCallerIdentity, {})).toMatchObject({ code: 'OUT_OF_TIME' });
    expect(sandbox.calls({})).toEqual([]);
  });
});
