import { expect, test } from 'vitest';
import { aTestOrganization, coverageOf, gapsOf, PAYMENTS, REGION, run, signedIn } from '../harness.ts';

test('an account whose only Region is excluded is covered: nothing of it was left out', async () => {
  const world = aTestOrganization().account(PAYMENTS, { regions: { enabled: [REGION] } }, (account) =>
    account.cluster('prod', { region: REGION }),
  );
  const sandbox = await signedIn(world);

  const targets = { organization: true, accounts: [PAYMENTS], regions: [], excludeRegions: [REGION] };
  const result = await run({ targets, controls: { include: ['private-endpoint'] } });

  expect(coverageOf(result, PAYMENTS)).toMatchObject({ state: 'covered', regions: [], gaps: [] });
  expect(gapsOf(result)).toEqual([]);
  expect(result.verdicts).toEqual([]);
  expect(sandbox.calls({ operation: 'eks:ListClusters' })).toEqual([]);
});
