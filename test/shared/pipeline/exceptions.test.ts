import { describe, expect, test } from 'vitest';
import {
  aTestOrganization,
  coverageOf,
  PAYMENTS,
  REGION,
  run,
  SECURITY,
  SHOP,
  signedIn,
} from '../../harness.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const OPEN = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };
const CONTROLS = { include: ['endpoint-access'] };

/** prod holds payments, and its nested unit web holds shop; both have a cluster that is open. */
function nestedUnits() {
  return aTestOrganization()
    .ou('ou-abcd-prod0000', { name: 'Prod' })
    .ou('ou-abcd-web00000', { name: 'Web', parent: 'ou-abcd-prod0000' })
    .account(PAYMENTS, { name: 'payments', ou: 'ou-abcd-prod0000' }, (account) =>
      account.cluster('prod', OPEN),
    )
    .account(SHOP, { name: 'shop', ou: 'ou-abcd-web00000' }, (account) => account.cluster('web', OPEN));
}

function anException(differing: Record<string, unknown>): Record<string, unknown> {
  const common = { controls: ['endpoint-access'], reason: 'Vendor appliance', owner: 'platform@example.com' };
  return { ...common, expires: dayIn(90), ...differing };
}

describe('a result', () => {
  test('names the organization, the caller, the selection and the OUs of accounts', async () => {
    await signedIn(nestedUnits());

    const result = await run({ controls: CONTROLS }, { publish: false });

    expect(result).toMatchObject({
      schemaVersion: '1.3',
      organization: { id: 'o-exampleorg' },
      caller: { accountId: SECURITY, arn: expect.stringMatching(new RegExp(`^arn:aws:.*${SECURITY}`)) },
      options: { controls: ['endpoint-access'], organization: true, regions: [REGION] },
    });
    expect(coverageOf(result, PAYMENTS).organizationalUnits).toEqual([
      { id: 'ou-abcd-prod0000', name: 'Prod' },
    ]);
    expect(coverageOf(result, SHOP).organizationalUnits).toEqual([
      { id: 'ou-abcd-prod0000', name: 'Prod' },
      { id: 'ou-abcd-web00000', name: 'Web' },
    ]);
    expect(coverageOf(result, SECURITY).organizationalUnits).toEqual([]);
    expect(result.changes).not.toHaveProperty('new');
  });

  test('lacks the OUs where they may not be read', async () => {
    const sandbox = await signedIn(nestedUnits());
    sandbox.fail({ operation: 'organizations:ListRoots', with: 'AccessDenied' });

    const result = await run({ controls: CONTROLS }, { publish: false });

    expect(result.coverage.complete).toBe(true);
    expect(coverageOf(result, PAYMENTS)).not.toHaveProperty('organizationalUnits');
  });
});

describe('exceptions of a run', () => {
  test.each<[string, string, string[]]>([
    ['an OU with all below it', 'ou-abcd-prod0000', ['prod', 'web']],
    ['a nested OU', 'ou-abcd-web00000', ['web']],
    ['another OU', 'ou-abcd-other000', []],
  ])('cover %s', async (_, unit, expected) => {
    await signedIn(nestedUnits());

    const exceptions = [anException({ id: 'by-ou', organizationalUnits: [unit] })];
    const result = await run({ controls: CONTROLS, exceptions }, { publish: false });

    const covered = result.verdicts.filter(({ exception }) => exception);
    expect(covered.map(({ resource }) => resource.name).sort()).toEqual(expected);
    expect(result.exceptions).toMatchObject([
      { id: 'by-ou', state: expected.length > 0 ? 'used' : 'unused', verdicts: expected.length },
    ]);
  });

  test('that name OUs do not silently stop to hold when the OUs cannot be read', async () => {
    const sandbox = await signedIn(nestedUnits());
    sandbox.fail({ operation: 'organizations:ListRoots', with: 'AccessDenied' });
    const exceptions = [anException({ organizationalUnits: ['ou-abcd-prod0000'] })];

    await expect(run({ exceptions })).rejects.toThrow(/organizations:ListRoots failed with AccessDenied/);
  });

  test('are the same in the result and in Security Hub, and end in both', async () => {
    const sandbox = await signedIn(nestedUnits());
    const exceptions = [anException({ id: 'legacy', clusters: ['we*'], expires: dayIn(1) })];
    const suppressed = () =>
      [PAYMENTS, SHOP].flatMap((account) =>
        sandbox
          .findings(account, REGION)
          .filter(({ Workflow }) => Workflow?.Status === 'SUPPRESSED')
          .map(({ ProductFields }) => ProductFields?.['eks-auditor/exception']),
      );

    const first = await run({ controls: CONTROLS, exceptions });
    expect(first.verdicts.filter(({ exception }) => exception).map(({ status }) => status)).toEqual([
      'FAILED',
    ]);
    expect(suppressed()).toEqual(['legacy']);

    const now = () => new Date(Date.now() + 2 * DAY_MS);
    sandbox.setClock(now);
    const second = await run({ controls: CONTROLS, exceptions }, { now });
    expect(second.verdicts.filter(({ exception }) => exception)).toEqual([]);
    expect(second.exceptions).toMatchObject([{ id: 'legacy', state: 'expired', verdicts: 0 }]);
    expect(suppressed()).toEqual([]);
  });
});
