import { expect, test } from 'vitest';
import { accountResultKey } from '../../functions/runtime/storage-keys.ts';
import type { Target, TargetRegion } from '../../shared/model/run.ts';
import { PAYMENTS } from '../harness.ts';

const RUN = { id: '20260102T030405Z-abcdef' };

function left(...regions: TargetRegion[]): Target {
  return { partition: 'aws', accountId: PAYMENTS, regions };
}

function clusters(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `cluster-${index}`);
}

test('the slices of an account are in the order they were audited in, whatever their Regions are called', () => {
  const slices = [
    left({ region: 'af-south-1' }, { region: 'eu-west-1' }),
    left({ region: 'eu-west-1', clusters: clusters(100) }),
    left({ region: 'eu-west-1', clusters: clusters(90) }),
    left({ region: 'af-south-1', clusters: clusters(50) }, { region: 'eu-west-1', clusters: clusters(39) }),
    left({ region: 'af-south-1', clusters: clusters(9) }),
  ];

  const keys = slices.map((one) => accountResultKey(RUN, one));

  expect(keys.toSorted()).toEqual(keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a slice that is audited again replaces what it left', () => {
  const slice = left({ region: 'eu-west-1', clusters: clusters(2) });

  expect(accountResultKey(RUN, slice)).toBe(accountResultKey(RUN, structuredClone(slice)));
});
