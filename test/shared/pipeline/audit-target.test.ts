import { expect, test } from 'vitest';
import { audit } from '../../../shared/pipeline/audit-account.ts';
import { PAYMENTS, REGION, run, signedIn } from '../../harness.ts';
import { auditDependencies, ENDPOINTS, twoAccounts } from './two-accounts.ts';

test('clusters for which there is no time are returned for the next slice, and their findings stay', async () => {
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
  expect(new Set(first.verdicts.map((verdict) => verdict.resource.name))).toEqual(new Set(['prod']));
  expect(first.changes).toMatchObject({ archived: 0, unchanged: 2 });

  const rest = await audit(
    dependencies.run,
    first.continue ?? { partition: 'aws', accountId: '' },
    dependencies,
  );

  expect(rest.continue).toBeUndefined();
  expect(new Set(rest.verdicts.map((verdict) => verdict.resource.name))).toEqual(new Set(['test']));
  expect(sandbox.events).toHaveLength(6);
});

test('a Region that does not exist is not covered, and the others are', async () => {
  await signedIn(twoAccounts());
  const dependencies = await auditDependencies({ targets: { regions: [REGION, 'eu-west-9'] } });

  const { coverage } = await audit(dependencies.run, { partition: 'aws', accountId: PAYMENTS }, dependencies);

  expect(coverage.regions).toMatchObject([
    { region: REGION, state: 'covered' },
    { region: 'eu-west-9', state: 'not-covered', gaps: [{ code: 'RegionNotEnabled' }] },
  ]);
});
