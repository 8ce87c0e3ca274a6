import { describe, expect, test } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { absent, present } from '../../../shared/model/evidence.ts';
import { aTestOrganization, MANAGEMENT, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../../harness.ts';

import { accountsOf, planOf } from './plan-support.ts';

/** prod holds payments, and its nested unit web holds shop. */
function nestedUnits() {
  return aTestOrganization()
    .ou('ou-abcd-prod0000', { name: 'Prod' })
    .ou('ou-abcd-web00000', { name: 'Web', parent: 'ou-abcd-prod0000' })
    .account(PAYMENTS, { name: 'payments', ou: 'ou-abcd-prod0000' })
    .account(SHOP, { name: 'shop', ou: 'ou-abcd-web00000' });
}

describe('the accounts of an organization', () => {
  test.each([
    ['the management account', MANAGEMENT],
    ['a delegated administrator', SECURITY],
  ])('are all planned by %s', async (_, caller) => {
    await signedIn(nestedUnits(), caller);

    const planned = await planOf({ organization: true });

    expect(accountsOf(planned)).toEqual([MANAGEMENT, SECURITY, PAYMENTS, SHOP]);
    expect(planned.organization).toEqual({
      id: present('o-exampleorg'),
      accountIds: [MANAGEMENT, SECURITY, PAYMENTS, SHOP],
    });
  });

  test('are denied to a member account, with a clear error', async () => {
    await signedIn(nestedUnits(), SHOP);

    await expect(planOf({ organization: true })).rejects.toThrow(
      new RegExp(
        `the organization cannot be read: organizations:\\w+ failed with AccessDeniedException for account ${SHOP}. ` +
          `Only the management account, ${MANAGEMENT}, and delegated administrators`,
      ),
    );
  });

  test('of more than one page are all planned', async () => {
    const world = aTestOrganization();
    for (let index = 0; index < 45; index += 1) world.account(String(500000000000 + index), {});
    await signedIn(world);

    const planned = await planOf({ organization: true, regions: [REGION] });

    expect(planned.targets).toHaveLength(47);
  });

  test('that are not active are skipped and named', async () => {
    const world = aTestOrganization()
      .account(PAYMENTS, { name: 'old', status: 'SUSPENDED' })
      .account(SHOP, { status: 'PENDING_CLOSURE' });
    await signedIn(world);

    const planned = await planOf({ organization: true, accounts: [SECURITY, SHOP] });
    const all = await planOf({ organization: true });

    expect(accountsOf(planned)).toEqual([SECURITY]);
    expect(planned.skipped).toMatchObject([{ accountId: SHOP, code: 'ACCOUNT_NOT_ACTIVE', askedFor: true }]);
    expect(all.skipped).toMatchObject([
      { accountId: PAYMENTS, name: 'old', code: 'ACCOUNT_NOT_ACTIVE', askedFor: false },
      { accountId: SHOP, code: 'ACCOUNT_NOT_ACTIVE', askedFor: false },
    ]);
  });

  test('do not include a listed account of somebody else', async () => {
    const sandbox = await signedIn(nestedUnits().account('999999999999', { ou: null }));

    const planned = await planOf({ organization: true, accounts: [SHOP, '999999999999'] });

    expect(accountsOf(planned)).toEqual([SHOP]);
    expect(planned.skipped).toMatchObject([
      { accountId: '999999999999', code: 'NOT_IN_ORGANIZATION', askedFor: true },
    ]);
    expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toEqual([]);
  });

  test('do not include a registry account of somebody else, which is named', async () => {
    await signedIn(nestedUnits());

    const planned = await planOf({ organization: true, registryAccounts: [SHOP, '999999999999'] });

    expect(planned.skipped).toMatchObject([{ accountId: '999999999999', code: 'NOT_IN_ORGANIZATION' }]);
  });

  test('can be narrowed to units with all units below them', async () => {
    await signedIn(nestedUnits());

    const prod = await planOf({ organization: true, organizationalUnits: ['ou-abcd-prod0000'] });
    const web = await planOf({ organization: true, organizationalUnits: ['ou-abcd-web00000'] });

    expect(accountsOf(prod)).toEqual([PAYMENTS, SHOP]);
    expect(accountsOf(web)).toEqual([SHOP]);
  });

  test('can be narrowed by excluding accounts and units', async () => {
    await signedIn(nestedUnits());

    const withoutWeb = await planOf({
      organization: true,
      excludeOrganizationalUnits: ['ou-abcd-web00000'],
      excludeAccounts: [MANAGEMENT],
    });

    expect(accountsOf(withoutWeb)).toEqual([SECURITY, PAYMENTS]);
  });

  test('of a unit that does not exist are a clear error', async () => {
    await signedIn(nestedUnits());

    await expect(planOf({ organization: true, organizationalUnits: ['ou-abcd-nowhere0'] })).rejects.toThrow(
      /ou-abcd-nowhere0.*ParentNotFoundException/,
    );
  });

  test.each(['ListOrganizationalUnitsForParent', 'ListAccountsForParent'])(
    'of units that organizations:%s does not tell are an error that names it',
    async (operation) => {
      const sandbox = await signedIn(nestedUnits());
      sandbox.fail({ operation: `organizations:${operation}`, with: 'AccessDenied' });

      await expect(planOf({ organization: true, organizationalUnits: ['ou-abcd-prod0000'] })).rejects.toThrow(
        `organizations:${operation} of ou-abcd-prod0000 failed with AccessDeniedException`,
      );
    },
  );

  test('that are all excluded are a clear error', async () => {
    await signedIn(aTestOrganization());

    const nobody = { organization: true, excludeAccounts: [MANAGEMENT, SECURITY] };

    await expect(planOf(nobody)).rejects.toThrow('no active account of the organization is selected');
  });

  test('may be narrowed to those that changed, even to none', async () => {
    await signedIn(nestedUnits());

    const changed = await planOf({ organization: true }, [SHOP, '999999999999']);
    const none = await planOf({ organization: true, excludeAccounts: [SHOP] }, [SHOP]);

    expect(accountsOf(changed)).toEqual([SHOP]);
    expect(changed.organization.accountIds).toHaveLength(4);
    expect(none.targets).toEqual([]);
  });

  test('are said to be narrowed when only some were asked for: such a run is none over everything', async () => {
    await signedIn(nestedUnits());

    expect(await planOf({ organization: true }, [SHOP])).toMatchObject({ narrowed: true });
    expect(await planOf({ organization: true })).not.toHaveProperty('narrowed');
  });

  test('that are skipped are named only by a run that is about them', async () => {
    const world = aTestOrganization().account(PAYMENTS, { status: 'SUSPENDED' }).account(SHOP, {});
    await signedIn(world);
    const targets = { organization: true, accounts: [PAYMENTS, SHOP] };

    expect((await planOf(targets, [SHOP])).skipped).toEqual([]);
    expect((await planOf(targets, [PAYMENTS])).skipped).toMatchObject([{ accountId: PAYMENTS }]);
  });
});

describe('accounts without an organization', () => {
  test('are the caller’s own by default', async () => {
    await signedIn(aTestOrganization(), SECURITY);

    expect(accountsOf(await planOf({}))).toEqual([SECURITY]);
  });

  test('are those of the configuration, each once', async () => {
    await signedIn(nestedUnits());

    expect(accountsOf(await planOf({ accounts: [SHOP, PAYMENTS, SHOP] }))).toEqual([PAYMENTS, SHOP]);
  });

  test('are not known to be the whole organization', async () => {
    await signedIn(nestedUnits(), SHOP);

    const { organization } = await planOf({});

    expect(organization).toMatchObject({
      id: present('o-exampleorg'),
      accountIds: [SHOP],
      membersUnreadable: { operation: 'organizations:ListAccounts', code: 'AccessDeniedException' },
    });
  });

  test('know their organization’s accounts and not its id, when only that cannot be read', async () => {
    const sandbox = await signedIn(nestedUnits());
    sandbox.fail({ operation: 'organizations:DescribeOrganization', with: 'AccessDenied' });

    const { organization } = await planOf({ accounts: [SHOP] });

    expect(organization).toMatchObject({
      id: { state: 'unreadable', operation: 'organizations:DescribeOrganization', kind: 'denied' },
    });
    expect(organization).not.toHaveProperty('membersUnreadable');
    expect([...organization.accountIds].sort()).toEqual([MANAGEMENT, SECURITY, PAYMENTS, SHOP]);
  });

  test('are all there are where there is no organization', async () => {
    await signedIn(anOrganization().account(SHOP, { ou: null }), SHOP);

    const { organization } = await planOf({});

    expect(organization).toEqual({ id: absent, accountIds: [SHOP] });
  });

  test.each(['DescribeOrganization', 'ListAccounts'])(
    'are all there are where %s fails and the other says that there is no organization',
    async (operation) => {
      const sandbox = await signedIn(anOrganization().account(SHOP, { ou: null }), SHOP);
      sandbox.fail({ operation: `organizations:${operation}`, with: 'AccessDenied' });

      expect((await planOf({})).organization).toEqual({ id: absent, accountIds: [SHOP] });
    },
  );

  test.each([true, false])(
    'that have an id AWS does not say are not without one (organization: %s)',
    async (organization) => {
      const sandbox = await signedIn(nestedUnits());
      sandbox.fail({
        operation: 'organizations:DescribeOrganization',
        alter: () => ({ Organization: {} }),
      });

      const planned = await planOf({ organization });

      expect(planned.organization.id).toMatchObject({
        state: 'unreadable',
        operation: 'organizations:DescribeOrganization',
        code: 'MalformedResponse',
      });
    },
  );
});
