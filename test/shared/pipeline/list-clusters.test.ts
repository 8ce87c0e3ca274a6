import { expect, test } from 'vitest';
import { parseConfig } from '../../../shared/config/config.ts';
import { listAllClusters } from '../../../shared/pipeline/list-clusters.ts';
import { aTestOrganization, PAYMENTS, REGION, SHOP, signedIn } from '../../harness.ts';

test('an account that takes longer than accounts may is a gap, and the clusters of the others are listed', async () => {
  const sandbox = await signedIn(
    aTestOrganization()
      .account(PAYMENTS, {}, (account) => account.cluster('prod', { region: REGION }))
      .account(SHOP, {}, (account) => account.cluster('web', { region: REGION })),
  );
  sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListClusters', with: 'Timeout' });
  const config = parseConfig({
    targets: { organization: true, accounts: [PAYMENTS, SHOP], regions: [REGION] },
    limits: { accountTimeoutMs: 1_000, requestTimeoutMs: 60_000, callTimeoutMs: 60_000 },
  });

  const { clusters, gaps } = await listAllClusters({ config, signal: new AbortController().signal });

  expect(clusters.map(({ accountId, name }) => [accountId, name])).toEqual([[SHOP, 'web']]);
  expect(gaps).toEqual([`${PAYMENTS} ${REGION}: eks:ListClusters OUT_OF_TIME`]);
});
