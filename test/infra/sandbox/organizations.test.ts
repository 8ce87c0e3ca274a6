import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  OrganizationsClient,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, management, member, other, running, security } from './support.ts';

const prod = 'ou-root-prodprod';
const team = 'ou-root-teamteam';

function organization() {
  return anOrganization({ delegatedAdministrators: [security] })
    .ou(prod, { name: 'Prod' })
    .ou(team, { name: 'Team', parent: prod })
    .account(member, { name: 'payments', ou: team })
    .account(other, { name: 'old', ou: prod, status: 'SUSPENDED' });
}

describe('Organizations', () => {
  it.each([management, security])('answers account %s, an administrator', async (caller) => {
    const sandbox = await running(organization());
    const { Accounts } = await new OrganizationsClient(as(sandbox, caller)).send(new ListAccountsCommand({}));
    expect(Accounts?.map(({ Id, Status }) => [Id, Status])).toEqual([
      [management, 'ACTIVE'],
      [security, 'ACTIVE'],
      [member, 'ACTIVE'],
      [other, 'SUSPENDED'],
    ]);
  });

  it('denies every other member all but DescribeOrganization', async () => {
    const sandbox = await running(organization());
    const client = new OrganizationsClient(as(sandbox, member));
    await expect(client.send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(client.send(new ListRootsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({
      Id: 'o-exampleorg',
      MasterAccountId: management,
      FeatureSet: 'ALL',
    });
  });

  it('answers an account outside any organization with AWSOrganizationsNotInUseException', async () => {
    const sandbox = await running(organization().account('555555555555', { ou: null }));
    const client = new OrganizationsClient(as(sandbox, '555555555555'));
    for (const answer of [
      client.send(new ListAccountsCommand({})),
      client.send(new DescribeOrganizationCommand({})),
    ]) {
      await expect(answer).rejects.toMatchObject({ name: 'AWSOrganizationsNotInUseException' });
    }
    const answer = new OrganizationsClient(as(sandbox, management)).send(new ListAccountsCommand({}));
    expect((await answer).Accounts?.map(({ Id }) => Id)).not.toContain('555555555555');
  });

  it('lists accounts in pages of 20', async () => {
    const world = anOrganization();
    for (let index = 0; index < 40; index += 1) {
      world.account(String(500_000_000_000 + index));
    }
    const client = new OrganizationsClient(as(await running(world), management));
    const sizes: number[] = [];
    const ids: (string | undefined)[] = [];
    for await (const { Accounts = [] } of paginateListAccounts({ client }, {})) {
      sizes.push(Accounts.length);
      ids.push(...Accounts.map(({ Id }) => Id));
    }
    expect(sizes).toEqual([20, 20, 1]);
    expect(new Set(ids).size).toBe(41);
    await expect(client.send(new ListAccountsCommand({ MaxResults: 21 }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('rejects the page token of another list', async () => {
    const world = organization();
    const client = new OrganizationsClient(as(await running(world), management));
    const { NextToken } = await client.send(new ListAccountsCommand({ MaxResults: 1 }));
    for (const answer of [
      client.send(new ListAccountsCommand({ NextToken: 'made-up' })),
      client.send(new ListAccountsForParentCommand({ ParentId: prod, NextToken })),
    ]) {
      await expect(answer).rejects.toMatchObject({ name: 'InvalidInputException' });
    }
  });

  it('lists the tree of organizational units', async () => {
    const client = new OrganizationsClient(as(await running(organization()), security));
    const { Roots } = await client.send(new ListRootsCommand({}));
    expect(Roots?.map(({ Id }) => Id)).toEqual(['r-root']);
    const units = async (ParentId: string) =>
      (await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId }))).OrganizationalUnits;
    expect(await units('r-root')).toMatchObject([{ Id: prod, Name: 'Prod' }]);
    expect(await units(prod)).toMatchObject([{ Id: team, Name: 'Team' }]);
    const children = await client.send(new ListAccountsForParentCommand({ ParentId: prod }));
    expect(children.Accounts?.map(({ Id }) => Id)).toEqual([other]);
    const parents = await client.send(new ListParentsCommand({ ChildId: member }));
    expect(parents.Parents).toEqual([{ Id: team, Type: 'ORGANIZATIONAL_UNIT' }]);
  });

  it('answers an unknown id with the error for its type', async () => {
    const client = new OrganizationsClient(as(await running(organization()), security));
    await expect(
      client.send(new ListAccountsForParentCommand({ ParentId: 'ou-root-missing1' })),
    ).rejects.toMatchObject({ name: 'ParentNotFoundException' });
    await expect(client.send(new ListParentsCommand({ ChildId: '999999999999' }))).rejects.toMatchObject({
      name: 'ChildNotFoundException',
    });
    await expect(
      client.send(new DescribeAccountCommand({ AccountId: '999999999999' })),
    ).rejects.toMatchObject({
      name: 'AccountNotFoundException',
    });
    await expect(client.send(new DescribeAccountCommand({ AccountId: '12' }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('describes one account', async () => {
    const client = new OrganizationsClient(as(await running(organization()), security));
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: member }));
    expect(Account).toMatchObject({
      Id: member,
      Name: 'payments',
      Arn: `arn:aws:organizations::${management}:account/o-exampleorg/${member}`,
    });
    expect(Account?.JoinedTimestamp).toBeInstanceOf(Date);
  });
});
