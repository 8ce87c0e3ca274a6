import { expect, test } from 'vitest';
import { accountResultKey } from '../../functions/runtime/storage-keys.ts';
import type { Target, TargetRegion } from '../../shared/model/run.ts';
import { PAYMENTS } from '../harness.ts';

const RUN = { id: '20260102T030405Z-abcdef' };

function targetOf(...regions: TargetRegion[]): Target {
  return { partition: 'aws', accountId: PAYMENTS, regions };
}

function clusters(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `cluster-${index}`);
}

test('the keys of an account’s slices sort in the order of their audits, whatever their Regions are called', () => {
  const slices = [
    targetOf({ region: 'af-south-1' }, { region: 'eu-west-1' }),
    targetOf({ region: 'eu-west-1', clusters: clusters(100) }),
    targetOf({ region: 'eu-west-1', clusters: clusters(90) }),
    targetOf(
      { region: 'af-south-1', clusters: clusters(50) },
      { region: 'eu-west-1', clusters: clusters(39) },
    ),
    targetOf({ region: 'af-south-1', clusters: clusters(9) }),
  ];

  const keys = slices.map((slice) => accountResultKey(RUN, slice));

  expect(keys.toSorted()).toEqual(keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a slice that is audited again replaces its result', () => {
  const slice = targetOf({ region: 'eu-west-1', clusters: clusters(2) });

  expect(accountResultKey(RUN, slice)).toBe(accountResultKey(RUN, structuredClone(slice)));
});
