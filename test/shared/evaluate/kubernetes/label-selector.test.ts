import { describe, expect, it } from 'vitest';
import { selects } from '../../../../shared/evaluate/kubernetes/label-selector.ts';

const LABELS = { app: 'web', tier: 'front' };
const SELECTED = { app: 'web' };

describe('a label selector', () => {
  it.each([
    ['of nothing', {}, true],
    ['a label', { matchLabels: { app: 'web' } }, true],
    ['another value', { matchLabels: { app: 'api' } }, false],
    ['a label that is not there', { matchLabels: { team: 'web' } }, false],
    ['two labels, one of which differs', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['what objects have by themselves', { matchLabels: { toString: 'web' } }, false],
    ['In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
    ['In without it', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }, false],
    ['In without the label', { matchExpressions: [{ key: 'team', operator: 'In', values: ['web'] }] }, false],
    ['In without values', { matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, true],
    ['NotIn with it', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [
      'NotIn without the label',
      { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] },
      true,
    ],
    ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['Exists without the label', { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, false],
    ['DoesNotExist', { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, true],
    ['DoesNotExist with the label', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    ['an unknown operator', { matchExpressions: [{ key: 'app', operator: 'Gt', values: ['1'] }] }, undefined],
    [
      'an unknown operator and one that is not met',
      {
        matchExpressions: [
          { key: 'app', operator: 'Gt' },
          { key: 'app', operator: 'DoesNotExist' },
        ],
      },
      false,
    ],
    [
      'a label, and an expression that is not met',
      { matchLabels: SELECTED, matchExpressions: [{ key: 'tier', operator: 'In', values: ['back'] }] },
      false,
    ],
  ])('of %s', (_, selector, expected) => {
    expect(selects(selector, LABELS)).toBe(expected);
  });
});
