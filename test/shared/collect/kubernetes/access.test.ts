import { expect, test } from 'vitest';
import { grantWhereMissing } from '../../../../shared/collect/kubernetes/access.ts';
import { accessTo } from '../../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { answer, type Handler, startApiServer } from './api-server.ts';

const MEMBER = `arn:aws:iam::${PAYMENTS}:role/EksAuditorMember`;
const WAITING = { forMs: 300, everyMs: 20 };

/** A cluster without entries, whose API server answers so. */
async function aCluster(handle: Handler) {
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => account.cluster('orders', { region: REGION })),
  );
  const server = await startApiServer(handle);
  const aws = accessTo(sandbox, PAYMENTS);
  const ca = Buffer.from(server.ca).toString('base64');
  const cluster = { name: 'orders', endpoint: server.url, certificateAuthority: { data: ca } };
  const arn = `arn:aws:eks:${REGION}:${PAYMENTS}:cluster/orders`;
  const kinds = new Set(['bindings', 'services'] as const);
  const target = { aws, region: REGION, cluster, now: () => new Date(), arn, kinds };
  const grants = { principalArn: MEMBER, granter: aws, granted: new Set<string>() };
  return { server, sandbox, target, grants };
}

test('a new entry is waited for until something that the policy allows is answered', async () => {
  let asked = 0;
  const { server, target, grants } = await aCluster((_, response) => {
    asked += 1;
    answer(response, { items: [] }, asked === 1 ? 401 : asked === 2 ? 403 : 200);
  });

  expect(await grantWhereMissing(target, grants, WAITING)).toBeUndefined();
  expect(server.requests).toEqual(Array(3).fill('/api/v1/services?limit=1'));
});

test.each([401, 403])(
  'an entry that goes on to be answered with %i is given up, and says so',
  async (status) => {
    const { target, grants } = await aCluster((_, response) => answer(response, {}, status));

    const why = await grantWhereMissing(target, grants, WAITING);

    expect(why).toMatchObject({ kind: 'denied', code: 'Unauthorized', operation: 'kubernetes:connect' });
    expect(why?.detail).toContain('its new access entry did not work within 0.3 s');
    expect([...grants.granted]).toEqual([target.arn]);
  },
);

test('an API server that fails otherwise is not waited for', async () => {
  const { server, target, grants } = await aCluster((_, response) => answer(response, {}, 500));

  expect(await grantWhereMissing(target, grants, WAITING)).toBeUndefined();
  expect(server.requests).toHaveLength(1);
});

test('an entry of an earlier invocation is waited for, and not created again', async () => {
  const { sandbox, target, grants } = await aCluster((_, response) => answer(response, { items: [] }));

  const granted = new Set([target.arn]);

  expect(await grantWhereMissing(target, { ...grants, granted }, WAITING)).toBeUndefined();
  expect(sandbox.calls()).toEqual([]);
});

test('the time of the account ends the waiting', async () => {
  const { target, grants } = await aCluster((_, response) => answer(response, {}, 401));
  const aws = target.aws.until(AbortSignal.timeout(1_000));

  const waiting = { forMs: 30_000, everyMs: 20 };

  expect(await grantWhereMissing({ ...target, aws }, grants, waiting)).toMatchObject({ code: 'OUT_OF_TIME' });
  // The next invocation knows that it was granted.
  expect(await grantWhereMissing({ ...target, aws }, grants, waiting)).toMatchObject({ code: 'OUT_OF_TIME' });
});
