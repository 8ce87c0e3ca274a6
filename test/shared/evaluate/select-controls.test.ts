import { describe, expect, it } from 'vitest';
import { selectControls } from '../../../shared/evaluate/select-controls.ts';
import type { Benchmark, ControlKey } from '../../../shared/model/benchmarks.ts';
import { returning, row } from './evaluate-support.ts';

describe('selectControls', () => {
  const all = (['load-balancer-tls', 'fargate', 'control-plane-logs', 'network-policies'] as const).map(
    (key) => ({
      ...returning(row('FINE')),
      key,
    }),
  );

  function keysOf(benchmark: Benchmark, selection: { include?: ControlKey[]; exclude?: ControlKey[] } = {}) {
    const selected = selectControls(all, benchmark, { include: [], exclude: [], ...selection });
    return selected.map(({ key }) => key);
  }

  it('takes all that the benchmark has, in the order of its numbers', () => {
    expect(keysOf('1.5.0')).toEqual(['control-plane-logs', 'network-policies', 'load-balancer-tls']);
    expect(keysOf('1.3.0')).toEqual([
      'control-plane-logs',
      'network-policies',
      'load-balancer-tls',
      'fargate',
    ]);
  });

  it('narrows them to what is included, less what is excluded', () => {
    const include: ControlKey[] = ['control-plane-logs', 'network-policies'];

    expect(keysOf('1.5.0', { include })).toEqual(include);
    expect(keysOf('1.5.0', { include, exclude: ['network-policies'] })).toEqual(['control-plane-logs']);
    expect(keysOf('1.5.0', { include: ['fargate'] })).toEqual([]);
  });
});
