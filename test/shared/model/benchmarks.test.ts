import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assessmentOf,
  BENCHMARKS,
  CONTROL_KEYS,
  compareNumbers,
  controlKeysOf,
  describeUnknownControl,
  findControlKey,
  numberOf,
  numbersOf,
} from '../../../shared/model/benchmarks.ts';

describe('numbers', () => {
  it('are ordered part by part, and one before those below it', () => {
    const numbers = ['5.10.1', '5.2.1', '2.1.1', '5.1', '5.1.1', '10.1', '5'];

    expect(numbers.sort(compareNumbers)).toEqual(['2.1.1', '5', '5.1', '5.1.1', '5.2.1', '5.10.1', '10.1']);
  });

  it('have an order', () => {
    const number = fc
      .array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('.'));
    const numeric = new Intl.Collator('en', { numeric: true });

    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(compareNumbers(a, b))).toBe(numeric.compare(a, b));
      }),
    );
  });
});

describe('the versions of the benchmark', () => {
  it.each(BENCHMARKS)('%s gives no number to two controls', (benchmark) => {
    const numbers = CONTROL_KEYS.flatMap((key) => numbersOf(key, benchmark));

    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each(BENCHMARKS)('%s has Fargate only if it is 1.3.0', (benchmark) => {
    expect(controlKeysOf(benchmark).includes('fargate')).toBe(benchmark === '1.3.0');
    expect(controlKeysOf(benchmark).filter((key) => key !== 'fargate')).toHaveLength(13);
  });

  it('2.0.0 moves network policies to section 4, and TLS to their number', () => {
    expect(numbersOf('network-policies', '2.0.0')).toEqual(['4.3.1', '4.3.2']);
    expect(numberOf('load-balancer-tls', '2.0.0')).toBe(numberOf('network-policies', '1.8.0'));
    expect(numbersOf('iam-access', '2.0.0')).toEqual(['5.5.1', '4.1.7']);
  });

  it('are listed in the order of their numbers', () => {
    expect(controlKeysOf('1.5.0').slice(-3)).toEqual(['network-policies', 'load-balancer-tls', 'iam-access']);
    expect(controlKeysOf('2.0.0').slice(0, 2)).toEqual(['control-plane-logs', 'network-policies']);
  });

  it('1.5.0 assesses six of section 5 automatically; 1.8.0 none; of 1.3.0 it is not known', () => {
    const automated = CONTROL_KEYS.filter((key) => assessmentOf(key, '1.5.0') === 'Automated');

    expect(automated.map((key) => numberOf(key, '1.5.0'))).toEqual([
      '2.1.1',
      '5.1.1',
      '5.2.1',
      '5.4.1',
      '5.4.2',
      '5.4.3',
      '5.4.4',
    ]);
    expect(CONTROL_KEYS.map((key) => assessmentOf(key, '1.8.0'))).toEqual(CONTROL_KEYS.map(() => 'Manual'));
    expect(assessmentOf('fargate', '1.3.0')).toBeUndefined();
  });

  it('refuses the number of a control that a version does not have', () => {
    expect(() => numberOf('fargate', '1.5.0')).toThrow('benchmark 1.5.0 has no control fargate');
  });
});

describe('a name of a control', () => {
  it('is its key in every version, or a number of the selected one', () => {
    expect(findControlKey('load-balancer-tls', '2.0.0')).toBe('load-balancer-tls');
    expect(findControlKey('5.4.4', '1.5.0')).toBe('network-policies');
    expect(findControlKey('5.4.4', '2.0.0')).toBe('load-balancer-tls');
    expect(findControlKey('4.3.2', '2.0.0')).toBe('network-policies');
  });

  it('of another version is none, and says which control it is there', () => {
    expect(findControlKey('4.3.1', '1.5.0')).toBeUndefined();
    expect(describeUnknownControl('4.3.1', '1.5.0')).toContain(
      'Unknown control 4.3.1 in benchmark 1.5.0. It is network-policies in 2.0.0. Available: control-plane-logs (2.1.1), ',
    );
    expect(describeUnknownControl('fargate', '2.0.0')).toContain('It is fargate in 1.3.0.');
    expect(describeUnknownControl('9.9.9', '1.5.0')).toMatch(
      /^Unknown control 9\.9\.9 in benchmark 1\.5\.0\. Available/,
    );
  });
});
