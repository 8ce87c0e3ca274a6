import {
  CloseAccountCommand,
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Account, aMember, freshMoto, management, required, run } from './account.ts';

beforeEach(freshMoto);

describe('an organization in moto', () => {
  test('has the accounts of every page audited', async () => {
    const members = await Promise.all(Array.from({ length: 20 }, (_, index) => aMember(`member-${index}`)));

    const { coverage } = await run(['private-endpoint']);

    expect(accountIds(coverage)).toEqual([management, ...members].map(({ id }) => id).sort());
    expect(coverage).toMatchObject({ complete: true, skipped: [] });
  });

  test('has its closed accounts named and not audited', async () => {
    const [shop, closed] = [await aMember('shop'), await aMember('closed')];
    await organizations().send(new CloseAccountCommand({ AccountId: closed.id }));

    const { coverage } = await run(['private-endpoint']);

    expect(accountIds(coverage)).toEqual([management.id, shop.id].sort());
    expect(coverage.skipped).toMatchObject([
      { accountId: closed.id, name: 'closed', code: 'ACCOUNT_NOT_ACTIVE' },
    ]);
    expect(coverage.skipped[0]?.reason).toContain('SUSPENDED');
  });

  test('has only the accounts of an OU audited, nested ones included', async () => {
    const { workloads, production } = await someUnits();
    const [outside, direct, nested] = [
      await aMember('outside'),
      await aMember('direct'),
      await aMember('nested'),
    ];
    await move(direct, workloads);
    await move(nested, production);

    const { coverage } = await run(['private-endpoint'], targeting({ organizationalUnits: [workloads] }));

    expect(accountIds(coverage)).toEqual([direct.id, nested.id].sort());
    expect(accountIds(coverage)).not.toContain(outside.id);
  });

  test('has an excluded OU left out, whatever it is nested in', async () => {
    const { workloads, production } = await someUnits();
    const [direct, nested] = [await aMember('direct'), await aMember('nested')];
    await move(direct, workloads);
    await move(nested, production);

    const { coverage } = await run(
      ['private-endpoint'],
      targeting({ excludeOrganizationalUnits: [production] }),
    );

    expect(accountIds(coverage)).toEqual([management.id, direct.id].sort());
  });

  test('rejects a run that names an OU it does not have', async () => {
    const { root } = await someUnits();
    const stranger = `ou-${root.slice(2)}-00000000`;

    const refused = run(['private-endpoint'], targeting({ organizationalUnits: [stranger] }));

    await expect(refused).rejects.toThrow(`${stranger} failed with ParentNotFoundException`);
  });
});

function organizations(): OrganizationsClient {
  return management.client(OrganizationsClient);
}

function accountIds({
  accounts,
}: {
  readonly accounts: readonly { readonly accountId: string }[];
}): string[] {
  return accounts.map(({ accountId }) => accountId).sort();
}

function targeting(targets: Record<string, unknown>) {
  return { targets: { organization: true, regions: ['eu-west-1'], ...targets } };
}

/** Makes an OU `workloads` and, in it, `production`. */
async function someUnits() {
  const root = await rootId();
  const workloads = await aUnit('workloads', root);
  return { root, workloads, production: await aUnit('production', workloads) };
}

async function rootId(): Promise<string> {
  return required((await organizations().send(new ListRootsCommand({}))).Roots?.[0]?.Id);
}

async function aUnit(Name: string, ParentId: string): Promise<string> {
  const answer = await organizations().send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
  return required(answer.OrganizationalUnit?.Id);
}

async function move({ id }: Account, DestinationParentId: string): Promise<void> {
  const SourceParentId = await rootId();
  await organizations().send(new MoveAccountCommand({ AccountId: id, SourceParentId, DestinationParentId }));
}
