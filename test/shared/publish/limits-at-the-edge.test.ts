import type { AwsSecurityFinding, Resource } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { bytesOf, cut, shrink, violationOf } from '../../../shared/publish/limits.ts';
import { aVerdict, stored } from './builders.ts';

const FINDING = stored(aVerdict());

function withResource(part: Partial<Resource>): AwsSecurityFinding {
  return { ...FINDING, Resources: [{ Type: 'Other', Id: 'resource', ...part }] };
}

/** The finding with details that make it this many bytes long. */
function ofBytes(bytes: number): AwsSecurityFinding {
  const withText = (text: string) => withResource({ Details: { Other: { text } } });
  return withText('x'.repeat(bytes - bytesOf(withText(''))));
}

describe('a text that is cut', () => {
  it.each([
    ['keeps the last word where the cut falls behind it', 'one two three four', 14, 'one two three…'],
    ['leaves out a word that the cut would split', 'one two three four', 13, 'one two…'],
    ['is cut in a word rather than to half of the limit', 'abc defghijkl', 8, 'abc def…'],
    ['has no space before the mark', 'one two  three', 9, 'one two…'],
    ['keeps characters of two units that are not at the cut', 'a😀b cdefgh', 9, 'a😀b…'],
  ])('%s', (_, text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });
});

describe('tags', () => {
  const tagsOf = (tags: Record<string, string>) =>
    Object.keys(shrink(withResource({ Tags: tags })).Resources?.[0]?.Tags ?? {});

  it('have keys of 1 to 128 characters that are not blank', () => {
    const longest = 'k'.repeat(128);

    expect(tagsOf({ [longest]: 'x', [`${longest}k`]: 'x', ' ': 'x', '': 'x' })).toEqual([longest]);
  });

  it('beyond fifty are left out by name, whatever order AWS lists them in', () => {
    const names = Array.from({ length: 51 }, (_, index) => `tag-${index + 10}`);
    const listed = [...names.filter((_, index) => index % 2 === 0), ...names.filter((_, index) => index % 2)];

    expect(tagsOf(Object.fromEntries(listed.map((name) => [name, 'x'])))).toEqual(names.slice(0, 50));
  });
});

describe('a finding', () => {
  it('of exactly 240,000 bytes is sent whole', () => {
    const finding = ofBytes(240_000);

    expect(shrink(finding)).toEqual(finding);
    expect(violationOf(finding)).toBeUndefined();
  });

  it('of one byte more loses the details of its only resource, and nothing else', () => {
    expect(shrink(ofBytes(240_001)).Resources).toEqual([{ Type: 'Other', Id: 'resource' }]);
    expect(violationOf(ofBytes(240_001))).toMatchObject({ field: 'finding', length: 240_001 });
  });

  it('without requirements or remediation is left without', () => {
    const { Compliance: _, Remediation: __, ...bare } = FINDING;

    for (const finding of [bare, { ...bare, Compliance: { Status: 'FAILED' as const }, Remediation: {} }]) {
      expect(shrink(finding)).toEqual(finding);
      expect(violationOf(finding)).toBeUndefined();
    }
  });

  it('may link to a remediation without a text, and have a text without a link', () => {
    for (const Recommendation of [{ Url: 'https://example.com/fix' }, { Text: 'Fix it.' }]) {
      const finding = { ...FINDING, Remediation: { Recommendation } };
      expect(shrink(finding)).toEqual(finding);
      expect(violationOf(finding)).toBeUndefined();
    }
  });

  it.each([
    ['Id', 'Id'],
    ['Title', 'Title'],
    ['Resources', 'Resources'],
    ['FindingProviderFields', 'FindingProviderFields.Types'],
  ] as const)('without %s breaks the limit of %s', (member, field) => {
    expect(violationOf({ ...FINDING, [member]: undefined })).toMatchObject({ field, length: 0, min: 1 });
  });

  it('that lacks everything is shrunk to empty texts and lists', () => {
    const { Title: _, Description: __, Resources: ___, ProductFields: ____, ...bare } = FINDING;

    // The types of the SDK promise what a stored finding may lack.
    expect(shrink(bare as typeof FINDING)).toMatchObject({
      Title: '',
      Description: '',
      Resources: [],
      ProductFields: {},
    });
  });
});
