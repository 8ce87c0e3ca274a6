import { describe, expect, it } from 'vitest';
import { readVpcCniConfiguration } from '../../../shared/evaluate/vpc-cni-configuration.ts';

describe('the configuration of the VPC CNI add-on', () => {
  it.each([
    ['{"enableNetworkPolicy":"true"}', true],
    ['{"enableNetworkPolicy":true}', true],
    ['enableNetworkPolicy: " TRUE "', true],
    ['enableNetworkPolicy: untrue', false],
    ['enableNetworkPolicy: true-ish', false],
    ['enableNetworkPolicy: 1', false],
    ['{"enableNetworkPolicy":"false"}', false],
    ['{"env":{"enableNetworkPolicy":"true"}}', false],
    ['{}', false],
    ['', false],
    ['null', false],
  ])('says whether policies are enforced: %s', (text, enforces) => {
    expect(readVpcCniConfiguration(text)).toEqual({ enforces });
  });

  it.each(['[]', 'text', '7'])('is a problem where it is no mapping: %s', (text) => {
    expect(readVpcCniConfiguration(text)).toEqual({ enforces: false, problem: 'it is no mapping' });
  });

  it('is a problem where it is no YAML, and too complex where it is too long', () => {
    expect(readVpcCniConfiguration('{"a":')).toEqual({ enforces: false, problem: expect.any(String) });

    const long = readVpcCniConfiguration(`enableNetworkPolicy: true\n# ${'x'.repeat(16_384)}`);
    expect(long).toMatchObject({ enforces: false, unreadable: { operation: 'eks:DescribeAddon' } });
    expect(long.problem).toBeUndefined();
  });
});
