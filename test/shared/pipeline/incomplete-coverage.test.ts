import { describe, expect, test } from 'vitest';
import {
  aTestOrganization,
  coverageOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SHOP,
  signedIn,
} from '../../harness.ts';
import { CLOSED, ENDPOINTS, OPEN, verdictsOn } from './two-accounts.ts';

test('a Region without Security Hub is a gap, is called once, and is judged nevertheless', async () => {
  const world = aTestOrganization()
    .account(PAYMENTS, { securityHub: { disabledRegions: [REGION] } }, (account) =>
      account.cluster('prod', OPEN),
    )
    .account(SHOP, {}, (account) => account.cluster('web', OPEN));
  const sandbox = await signedIn(world);

  const result = await run(ENDPOINTS);

  expect(verdictsOn(result, 'prod')).toHaveLength(2);
  expect(regionOf(result, PAYMENTS).gaps).toMatchObject([
    { what: 'security-hub', code: 'InvalidAccessException' },
  ]);
  expect(
    sandbox.log.filter((call) => call.service === 'securityhub' && call.accountId === PAYMENTS),
  ).toHaveLength(1);
  expect(sandbox.findings(SHOP, REGION)).toHaveLength(2);
});

test('a registry account that denies listing its clusters has its registry judged and published', async () => {
  const world = aTestOrganization().account(SHOP, {}, (account) =>
    account.repository('base', { region: REGION }),
  );
  const sandbox = await signedIn(world);
  sandbox.fail({ accountId: SHOP, operation: 'eks:*', with: 'AccessDenied' });
  const targets = { organization: true, regions: [REGION], accounts: [SHOP], registryAccounts: [SHOP] };

  const result = await run({ targets, controls: { include: ['ecr-image-scanning'] } });

  expect(linesOf(result.verdicts)).toEqual(['5.1.1 base FAILED NOT_SCANNED']);
  expect(sandbox.findings(SHOP, REGION)).toHaveLength(1);
  expect(regionOf(result, SHOP)).toMatchObject({
    state: 'partial',
    gaps: [{ what: 'region', operation: 'eks:ListClusters' }],
  });
});

describe('a home Region', () => {
  const WRITERS = { controls: { include: ['ecr-access'] } };
  const elsewhere = () =>
    aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { ...CLOSED, region: 'us-east-1' }),
    );

  test('whose clusters cannot be listed still reports what could not be read of the account', async () => {
    const sandbox = await signedIn(elsewhere());
    sandbox.fail({
      accountId: PAYMENTS,
      operation: 'eks:ListClusters',
      region: REGION,
      with: 'AccessDenied',
    });
    sandbox.fail({ accountId: PAYMENTS, operation: 'iam:*', with: 'AccessDenied' });

    const result = await run({ ...WRITERS, targets: { organization: true, regions: [REGION, 'us-east-1'] } });

    expect(regionOf(result, PAYMENTS)).toMatchObject({
      state: 'not-covered',
      gaps: [
        { what: 'region', operation: 'eks:ListClusters' },
        { what: 'evidence', operation: 'iam:GetAccountAuthorizationDetails', controlIds: ['5.1.2'] },
      ],
    });
    expect(sandbox.findings(PAYMENTS, REGION)).toMatchObject([{ Compliance: { Status: 'NOT_AVAILABLE' } }]);
  });

  test('that is not enabled in the account is reported as not published to', async () => {
    const homeRegion = 'af-south-1';
    await signedIn(elsewhere());

    const targets = { organization: true, accounts: [PAYMENTS], regions: ['us-east-1', homeRegion] };
    const result = await run({ ...WRITERS, homeRegion, targets });

    expect(regionOf(result, PAYMENTS, homeRegion)).toMatchObject({
      state: 'not-covered',
      gaps: [{ code: 'RegionNotEnabled' }, { what: 'security-hub' }],
    });
    expect(result.coverage.complete).toBe(false);
  });

  test('without Security Hub is a gap of an account whose other Regions are covered', async () => {
    const homeRegion = 'eu-north-1';
    const world = elsewhere();
    const sandbox = await signedIn(world);
    sandbox.account(PAYMENTS).data.securityHub.disabledRegions.push(homeRegion);

    const targets = { organization: true, accounts: [PAYMENTS], regions: ['us-east-1'] };
    const result = await run({ ...WRITERS, homeRegion, targets });

    expect(coverageOf(result, PAYMENTS)).toMatchObject({
      state: 'partial',
      regions: [{ region: 'us-east-1', state: 'covered' }],
      gaps: [
        {
          what: 'security-hub',
          detail: `Security Hub is not enabled in ${homeRegion} of account ${PAYMENTS}`,
        },
      ],
    });
  });
});
