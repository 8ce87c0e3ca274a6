import { describe, expect, test } from 'vitest';
import { ownRegions, type RegionStates } from '../../../shared/aws/regions.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { selectRegions } from '../../../shared/plan/select-regions.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SHOP, signedIn } from '../../harness.ts';

import { planOf } from './plan-support.ts';

describe('the Regions of an account', () => {
  const world = () =>
    aTestOrganization()
      .account(PAYMENTS, { regions: { enabled: ['eu-west-1', 'us-east-1', 'af-south-1'] } })
      .account(SHOP, { regions: { enabled: ['eu-west-1', 'us-east-1'] } });

  test('are left to its audit, which asks in the account itself: one caller may ask five times a second', async () => {
    const sandbox = await signedIn(world());

    const planned = await planOf({ organization: true });

    expect(planned.targets.map(({ regions }) => regions)).toEqual(planned.targets.map(() => undefined));
    expect(sandbox.calls({ operation: 'account:ListRegions' })).toEqual([]);
  });

  const STATES: RegionStates = new Map([
    ['us-east-1', 'enabled'],
    ['eu-west-1', 'enabled'],
    ['af-south-1', 'disabled'],
  ]);
  const [IRELAND, VIRGINIA] = [{ region: 'eu-west-1' }, { region: 'us-east-1' }];

  test.each([
    ['are those that are enabled there', {}, [IRELAND, VIRGINIA]],
    [
      'that are listed and not enabled are named',
      { regions: ['eu-west-1', 'af-south-1'] },
      [{ region: 'af-south-1', disabled: true }, IRELAND],
    ],
    ['can be excluded', { excludeRegions: ['us-east-1'] }, [IRELAND]],
  ])('%s', (_, targets, expected) => {
    expect(selectRegions(STATES, parseConfig({ targets }).targets)).toEqual(expected);
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

    const states = await ownRegions(caller, REGION);

    expect(states.state === 'present' && states.value.get('af-south-1')).toBe('enabled');
    expect(sandbox.calls({ operation: 'ec2:DescribeRegions' })).toHaveLength(1);
  });
});
