import { expect, test } from 'vitest';
import { withReader } from '../../../../shared/collect/kubernetes/cluster-reader.ts';
import { accessTo } from '../../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';

test('credentials that cannot be had leave the cluster unreadable', async () => {
  const aws = accessTo(await signedIn(aTestOrganization().account(PAYMENTS)), PAYMENTS);
  const refusal = Object.assign(new Error('not authorized'), { name: 'AccessDenied', $fault: 'client' });
  const refused = { ...aws, credentials: () => Promise.reject(refusal) };
  const cluster = {
    name: 'orders',
    endpoint: 'https://127.0.0.1:1',
    certificateAuthority: { data: 'eA==' },
  };
  const access = { aws: refused, region: REGION, cluster, now: () => new Date() };

  expect(await withReader(access, 1_000, async () => 'read')).toMatchObject({
    state: 'unreadable',
    kind: 'denied',
    code: 'AccessDenied',
    operation: 'sts:AssumeRole',
  });
});
