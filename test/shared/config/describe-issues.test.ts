import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeIssues } from '../../../shared/config/config-error.ts';

const schema = z.strictObject({
  accounts: z.array(z.string().regex(/^\d{12}$/)).default([]),
  role: z.strictObject({ name: z.string(), externalId: z.string().max(5) }).optional(),
});

function describeProblems(input: unknown): string {
  const { error } = schema.safeParse(input, { reportInput: true });
  return describeIssues(error?.issues ?? []);
}

const kilobytes = (text: string) => new TextEncoder().encode(text).length / 1_000;

describe('the problems of what was refused', () => {
  it('are told with the path and the value', () => {
    expect(describeProblems({ accounts: ['12'] })).toContain('accounts[0]: ');
    expect(describeProblems({ accounts: ['12'] })).toContain('(is "12")');
  });

  it.each([
    ['many problems', { accounts: Array.from({ length: 100_000 }, () => 'x') }],
    ['long keys', { ['é'.repeat(1_000_000)]: 1 }],
    ['long values', { accounts: ['é'.repeat(1_000_000)] }],
  ])('take a kilobyte at most, however there are %s', (_, input) => {
    expect(kilobytes(describeProblems(input))).toBeLessThanOrEqual(1);
    expect(describeProblems(input)).not.toContain('\uFFFD');
  });

  it.each([
    ['the field itself', { role: { name: 'a', externalId: 'canary-123' } }],
    ['an object around it', { role: [{ externalId: 'canary-123' }] }],
    ['the whole document', 'externalId: canary-123'],
    ['a document of another form', [{ externalId: 'canary-123' }]],
  ])('do not quote a secret where %s is wrong', (_, input) => {
    expect(describeProblems(input)).not.toBe('');
    expect(describeProblems(input)).not.toContain('canary');
  });
});
