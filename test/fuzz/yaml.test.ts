import fc from 'fast-check';
import { expect, it } from 'vitest';
import { networkPolicies } from '../../shared/evaluate/controls/network-policies.ts';
import { present } from '../../shared/model/evidence.ts';
import { STATUSES } from '../../shared/model/verdict.ts';
import { anAddon, judge } from '../builders.ts';
import { hostileJson, hostileText } from './hostile.ts';

const TOKENS = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '  ',
  '&a ',
  '*a',
  '!!map ',
  '? ',
  '|\n',
  '>',
  '---\n',
  '#',
  '"',
  '%',
];

const yaml = fc.oneof(
  fc
    .array(fc.constantFrom(...TOKENS, 'enableNetworkPolicy', 'true', 'x'), { maxLength: 60 })
    .map((all) => all.join('')),
  fc
    .tuple(fc.constantFrom(...TOKENS), fc.integer({ min: 1, max: 4_000 }))
    .map(([token, count]) => token.repeat(count)),
  hostileJson.map((value) => JSON.stringify(value)),
  hostileText,
);

it('any configuration of an add-on leads to a verdict', () => {
  fc.assert(
    fc.property(yaml, (configurationValues) => {
      const vpcCni = present(anAddon({ status: 'ACTIVE', configurationValues }));
      const { status, reason } = judge(networkPolicies, { addons: present([]), vpcCni });

      expect(STATUSES).toContain(status);
      expect(reason.length).toBeLessThan(2_000);
    }),
  );
});
