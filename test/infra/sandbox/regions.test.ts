import { AccountClient, ListRegionsCommand, paginateListRegions } from '@aws-sdk/client-account';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, management, member, other, running, security } from './support.ts';

function organization() {
  return anOrganization({ delegatedAdministrators: [security] })
    .account(member, { regions: { enabled: ['eu-west-1', 'us-east-1'], optIn: ['af-south-1'] } })
    .account(other);
}

describe('Regions of an account', () => {
  it('are listed by Account with their opt-in status', async () => {
    const client = new AccountClient(as(await running(organization()), member));
    const RegionOptStatusContains = ['ENABLED' as const, 'ENABLED_BY_DEFAULT' as const];
    const { Regions } = await client.send(new ListRegionsCommand({ RegionOptStatusContains }));
    expect(Regions).toEqual([
      { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'af-south-1', RegionOptStatus: 'ENABLED' },
    ]);
  });

  it('are listed for another account for the management account and delegated administrators only', async () => {
    const sandbox = await running(organization());
    const listAs = (caller: string) =>
      new AccountClient(as(sandbox, caller)).send(
        new ListRegionsCommand({ AccountId: member, RegionOptStatusContains: ['ENABLED'] }),
      );
    for (const caller of [management, security]) {
      expect((await listAs(caller)).Regions).toEqual([
        { RegionName: 'af-south-1', RegionOptStatus: 'ENABLED' },
      ]);
    }
    await expect(listAs(other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('are listed in pages of at most 50', async () => {
    const client = new AccountClient(as(await running(organization()), other));
    const found: (string | undefined)[] = [];
    for await (const { Regions = [] } of paginateListRegions({ client, pageSize: 5 }, {})) {
      expect(Regions.length).toBeLessThanOrEqual(5);
      found.push(...Regions.map(({ RegionName }) => RegionName));
    }
    expect(new Set(found).size).toBe(34);
    expect(found).toHaveLength(34);
    await expect(client.send(new ListRegionsCommand({ MaxResults: 51 }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('are described by EC2, disabled ones only with AllRegions', async () => {
    const client = new EC2Client(as(await running(organization()), member));
    const { Regions } = await client.send(new DescribeRegionsCommand({}));
    expect(Regions?.map(({ RegionName, OptInStatus }) => [RegionName, OptInStatus])).toEqual([
      ['eu-west-1', 'opt-in-not-required'],
      ['us-east-1', 'opt-in-not-required'],
      ['af-south-1', 'opted-in'],
    ]);
    const all = await client.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(all.Regions).toContainEqual({
      RegionName: 'ap-east-1',
      OptInStatus: 'not-opted-in',
      Endpoint: 'ec2.ap-east-1.amazonaws.com',
    });
  });

  it('are filtered by EC2, which rejects unknown Regions', async () => {
    const client = new EC2Client(as(await running(organization()), member));
    const Filters = [{ Name: 'opt-in-status', Values: ['opted-in', 'not-opted-in'] }];
    const filtered = await client.send(new DescribeRegionsCommand({ Filters }));
    expect(filtered.Regions?.map(({ RegionName }) => RegionName)).toEqual(['af-south-1']);
    await expect(
      client.send(new DescribeRegionsCommand({ RegionNames: ['eu-nowhere-1'] })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});
