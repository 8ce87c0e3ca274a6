import { expect, test } from 'vitest';
import { audit } from '../../../shared/pipeline/audit-account.ts';
import { PAYMENTS, REGION, signedIn } from '../../harness.ts';
import { auditDependencies, twoAccounts } from './two-accounts.ts';

test('a Region that does not exist is not covered, and the others are', async () => {
  await signedIn(twoAccounts());
  const dependencies = await auditDependencies({ targets: { regions: [REGION, 'eu-west-9'] } });

  const { coverage } = await audit(dependencies.run, { partition: 'aws', accountId: PAYMENTS }, dependencies);

  expect(coverage.regions).toMatchObject([
    { region: REGION, state: 'covered' },
    { region: 'eu-west-9', state: 'not-covered', gaps: [{ code: 'RegionNotEnabled' }] },
  ]);
});
