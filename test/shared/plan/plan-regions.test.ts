import { describe, expect, test } from 'vitest';
import { ownRegions } from '../../../shared/aws/regions.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, coverageOf, PAYMENTS, REGION, run, SHOP, signedIn } from '../../harness.ts';
import { planOf } from './plan-support.ts';

describe('the Regions of an account', () => {
  const world = () =>
    aTestOrganization()
      .account(PAYMENTS, { regions: { enabled: ['eu-west-1', 'us-east-1', 'af-south-1'] } })
      .account(SHOP, { regions: { enabled: ['eu-west-1', 'us-east-1'] } });

  /** The Regions of each account by their state, as the audit found them there. */
  async function audited(targets: Record<string, unknown>) {
    const config = {
      targets: { organization: true, ...targets },
      controls: { include: ['private-endpoint'] },
    };
    const result = await run(config);
    const of = (accountId: string) =>
      coverageOf(result, accountId).regions.map(({ region, state }) => `${region} ${state}`);
    return { payments: of(PAYMENTS), shop: of(SHOP) };
  }

  test('are those that are enabled there', async () => {
    await signedIn(world());

    expect(await audited({})).toEqual({
      payments: ['af-south-1 covered', 'eu-west-1 covered', 'us-east-1 covered'],
      shop: ['eu-west-1 covered', 'us-east-1 covered'],
    });
  });

  test('that are listed and not enabled are named', async () => {
    await signedIn(world());

    expect(await audited({ regions: ['eu-west-1', 'af-south-1'] })).toEqual({
      payments: ['af-south-1 covered', 'eu-west-1 covered'],
      shop: ['af-south-1 not-covered', 'eu-west-1 covered'],
    });
  });

  test('can be excluded', async () => {
    await signedIn(world());

    expect((await audited({ excludeRegions: ['us-east-1'] })).shop).toEqual(['eu-west-1 covered']);
  });

  test('are asked for in each account, and not by the planner', async () => {
    const sandbox = await signedIn(world());

    const planned = await planOf({ organization: true });

    expect(planned.targets.flatMap(({ regions = [] }) => regions)).toEqual([]);
    expect(sandbox.calls({ operation: 'account:ListRegions' })).toEqual([]);
  });

  test('of another partition than the credentials are an error before the organization is read', async () => {
    const sandbox = await signedIn(world());

    await expect(planOf({ organization: true, regions: ['cn-north-1'] })).rejects.toThrow(
      'targets.regions: cn-north-1 is in the partition aws-cn. Available: Regions of aws, such as us-east-1, because the credentials are of it',
    );
    await expect(planOf({ excludeRegions: ['us-isof-east-1'] })).rejects.toThrow(
      'targets.excludeRegions: us-isof-east-1 is in the partition aws-iso-f',
    );
    expect(new Set(sandbox.log.map(({ operation }) => operation))).toEqual(
      new Set(['sts:GetCallerIdentity']),
    );
  });

  test('that AWS does not have are a clear error', async () => {
    await signedIn(world());

    await expect(planOf({ organization: true, regions: ['eu-west-9'] })).rejects.toThrow(
      /targets\.regions: unknown Region eu-west-9\. Available: .*eu-west-1/,
    );
  });

  test('that AWS does not have are an error before a request is sent about any other account', async () => {
    const sandbox = await signedIn(world());
    const isOfMember = (params: Readonly<Record<string, unknown>>) => params.AccountId !== undefined;
    sandbox.fail({ operation: 'account:ListRegions', with: 'AccessDenied', match: isOfMember });

    await expect(planOf({ accounts: [PAYMENTS], regions: ['eu-west-9'] })).rejects.toThrow(
      'targets.regions: unknown Region eu-west-9',
    );
    await expect(planOf({ accounts: [PAYMENTS], excludeRegions: ['eu-west-9'] })).rejects.toThrow(
      'targets.excludeRegions: unknown Region eu-west-9',
    );
    expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toEqual([]);
  });

  test('are listed once, though they are checked and planned', async () => {
    const sandbox = await signedIn(world());

    await planOf({ regions: ['eu-west-1'] });

    expect(sandbox.calls({ operation: 'account:ListRegions' })).toHaveLength(1);
  });

  test.each([
    ['no Region', []],
    ['a Region without a name', [{ RegionOptStatus: 'ENABLED' }]],
    ['a Region without a state', [{ RegionName: 'eu-west-1' }]],
  ])('are asked for elsewhere when the answer holds %s', async (_, Regions) => {
    const sandbox = await signedIn(world(), PAYMENTS);
    sandbox.fail({ operation: 'account:ListRegions', alter: () => ({ Regions }) });
    const caller = accessTo(sandbox, PAYMENTS);

    const { states } = await ownRegions(caller, REGION);

    expect(states.state === 'present' && states.value.get('af-south-1')).toBe('enabled');
    expect(sandbox.calls({ operation: 'ec2:DescribeRegions' })).toHaveLength(1);
  });
});
