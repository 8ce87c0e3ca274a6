import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../../../shared/config/config.ts';
import { PROFILES, titleOf } from '../../../shared/evaluate/benchmarks.ts';
import { networkPolicy } from '../../../shared/evaluate/controls/network-policies.ts';

describe('the benchmark’s versions', () => {
  it.each(BENCHMARKS)('%s has section 5 and the audit logs', (benchmark) => {
    const { controlIds } = PROFILES[benchmark];

    expect(controlIds).toContain('2.1.1');
    expect(controlIds.filter((id) => /^5\.[1-5]\./.test(id))).toHaveLength(12);
    expect(new Set(controlIds).size).toBe(controlIds.length);
  });

  it.each(BENCHMARKS)('%s has 5.6.1 only if it is 1.3.0', (benchmark) => {
    expect(PROFILES[benchmark].controlIds.includes('5.6.1')).toBe(benchmark === '1.3.0');
  });

  it.each(BENCHMARKS)('%s says nothing of controls it does not have', (benchmark) => {
    const { controlIds, assessments, titles } = PROFILES[benchmark];

    expect(controlIds).toEqual(expect.arrayContaining([...Object.keys(assessments), ...Object.keys(titles)]));
  });

  it('1.5.0 labels six of section 5 as automated and the rest as manual', () => {
    const labels = Object.entries(PROFILES['1.5.0'].assessments);

    expect(labels.filter(([, label]) => label === 'Automated').map(([id]) => id)).toEqual([
      '5.1.1',
      '5.2.1',
      '5.4.1',
      '5.4.2',
      '5.4.3',
      '5.4.4',
    ]);
    expect(labels).toHaveLength(12);
  });

  it('1.8.0 calls 5.4.4 by the VPC CNI add-on', () => {
    expect(titleOf(networkPolicy, '1.7.0')).toBe(networkPolicy.title);
    expect(titleOf(networkPolicy, '1.8.0')).toContain('VPC CNI');
  });
});
