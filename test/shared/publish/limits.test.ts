import type { AwsSecurityFinding, Resource } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { bytesOf, cut, describeViolation, shrink, violationOf } from '../../../shared/publish/limits.ts';
import { aVerdict, stored } from './builders.ts';

function aFinding(overrides: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding {
  return { ...stored(aVerdict()), ...overrides };
}

function resources(count: number, part: Partial<Resource> = {}): Resource[] {
  return Array.from({ length: count }, (_, index) => ({ Type: 'Other', Id: `resource-${index}`, ...part }));
}

function fields(count: number, value = 'v'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, value]));
}

describe('cutting a text', () => {
  it('leaves a text of exactly the limit alone', () => {
    expect(cut('x'.repeat(10), 10)).toBe('x'.repeat(10));
  });

  it('cuts at a word and marks it', () => {
    expect(cut('one two three four', 12)).toBe('one two…');
  });

  it('keeps a word that ends at the cut', () => {
    expect(cut('one two three', 8)).toBe('one two…');
  });

  it('cuts a text without spaces anywhere', () => {
    expect(cut('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  it('never cuts a character in two', () => {
    expect(cut('abcd😀efgh', 6)).toBe('abcd…');
  });
});

describe('shrinking', () => {
  it.each([
    ['Title', 256, (finding: AwsSecurityFinding) => finding.Title],
    ['Description', 1024, (finding: AwsSecurityFinding) => finding.Description],
    ['remediation', 512, (finding: AwsSecurityFinding) => finding.Remediation?.Recommendation?.Text],
  ])('cuts the %s', (_, limit, of) => {
    const long = 'word '.repeat(1000);
    const finding = aFinding({
      Title: long,
      Description: long,
      Remediation: { Recommendation: { Text: long } },
    });
    const text = of(shrink(finding)) ?? '';
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.length).toBeGreaterThan(limit - 10);
    expect(text).toMatch(/word…$/);
  });

  it('cuts evidence to 2,048 characters', () => {
    const { ProductFields: shrunk } = shrink(aFinding({ ProductFields: fields(1, 'x'.repeat(3000)) }));
    expect(shrunk?.['key-0']).toBe(`${'x'.repeat(2047)}…`);
  });

  it('keeps the first 50 fields', () => {
    const { ProductFields: shrunk = {} } = shrink(aFinding({ ProductFields: fields(51) }));
    expect(Object.keys(shrunk)).toEqual(Object.keys(fields(50)));
  });

  it('keeps the first 32 resources', () => {
    const shrunk = shrink(aFinding({ Resources: resources(33) }));
    expect(shrunk.Resources).toEqual(resources(32));
  });

  it('keeps the first 32 requirements', () => {
    const requirements = Array.from({ length: 33 }, (_, index) => `requirement ${index}`);
    const shrunk = shrink(aFinding({ Compliance: { Status: 'FAILED', RelatedRequirements: requirements } }));
    expect(shrunk.Compliance).toEqual({ Status: 'FAILED', RelatedRequirements: requirements.slice(0, 32) });
  });

  it('leaves out tags that Security Hub rejects', () => {
    const tags = {
      team: 'a b+c-d=e.f_g:h/i@j',
      empty: '',
      blank: ' ',
      odd: 'a*b',
      long: 'x'.repeat(257),
      ['k'.repeat(129)]: 'x',
    };
    const shrunk = shrink(aFinding({ Resources: resources(1, { Tags: tags }) }));
    expect(shrunk.Resources?.[0]?.Tags).toEqual({ team: 'a b+c-d=e.f_g:h/i@j' });
  });

  it('leaves out tags altogether when none is left', () => {
    const shrunk = shrink(aFinding({ Resources: resources(1, { Tags: { empty: '' } }) }));
    expect(shrunk.Resources).toEqual(resources(1));
  });

  it("gives up AWS's own tags before a person's", () => {
    const tags = { 'aws:stack': 'x', ...fields(50) };
    const shrunk = shrink(aFinding({ Resources: resources(1, { Tags: tags }) }));
    expect(shrunk.Resources?.[0]?.Tags).toEqual(fields(50));
  });

  it('removes details from the last resource to the first while the finding is too large', () => {
    const details = { Other: { text: 'x'.repeat(100_000) } };
    const shrunk = shrink(aFinding({ Resources: resources(4, { Details: details }) }));
    expect(shrunk.Resources?.map((resource) => resource.Details !== undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(bytesOf(shrunk)).toBeLessThanOrEqual(240_000);
  });

  it('removes tags when removing details is not enough', () => {
    const tags = fields(50, 'x'.repeat(250));
    const shrunk = shrink(aFinding({ Resources: resources(32, { Tags: tags }) }));
    expect(shrunk.Resources?.[0]?.Tags).toBeDefined();
    expect(shrunk.Resources?.[31]?.Tags).toBeUndefined();
    expect(bytesOf(shrunk)).toBeLessThanOrEqual(240_000);
  });

  it('shrinks the same finding always in the same way', () => {
    const finding = aFinding({ ProductFields: fields(60, 'x y '.repeat(900)), Resources: resources(40) });
    expect(shrink(shrink(finding))).toEqual(shrink(finding));
  });
});

describe('the limits', () => {
  it('are met by an ordinary finding', () => {
    expect(violationOf(aFinding())).toBeUndefined();
  });

  it.each<[string, Partial<AwsSecurityFinding>]>([
    ['Id', { Id: 'x'.repeat(513) }],
    ['GeneratorId', { GeneratorId: 'x'.repeat(513) }],
    ['ProductName', { ProductName: 'x'.repeat(129) }],
    ['CompanyName', { CompanyName: 'x'.repeat(129) }],
    ['Title', { Title: 'x'.repeat(257) }],
    ['Title', { Title: ' ' }],
    ['Description', { Description: 'x'.repeat(1025) }],
    ['Remediation.Recommendation.Text', { Remediation: { Recommendation: { Text: 'x'.repeat(513) } } }],
    ['Remediation.Recommendation.Url', { Remediation: { Recommendation: { Url: '' } } }],
    ['FindingProviderFields.Types', { FindingProviderFields: { Types: [] } }],
    ['Compliance.RelatedRequirements', { Compliance: { RelatedRequirements: new Array(33).fill('r') } }],
    ['Resources', { Resources: [] }],
    ['Resources', { Resources: resources(33) }],
    ['Resources[0].Id', { Resources: resources(1, { Id: '' }) }],
    ['ProductFields', { ProductFields: fields(51) }],
    ['ProductFields.key', { ProductFields: { key: 'x'.repeat(2049) } }],
    [`the key of ProductFields.${'k'.repeat(129)}`, { ProductFields: { ['k'.repeat(129)]: 'v' } }],
    ['finding', { ProductFields: fields(50, '€'.repeat(2048)) }],
  ])('name %s when it exceeds its limit', (field, overrides) => {
    expect(violationOf(aFinding(overrides))?.field).toBe(field);
  });

  it('are counted in bytes for the whole finding', () => {
    const finding = aFinding({ ProductFields: fields(50, '€'.repeat(2048)) });
    expect(JSON.stringify(finding).length).toBeLessThan(240_000);
    expect(violationOf(finding)).toMatchObject({ unit: 'bytes', length: bytesOf(finding), max: 240_000 });
  });

  it('are described with the field, its length and what is allowed', () => {
    const violation = violationOf(aFinding({ Id: 'x'.repeat(513) }));
    expect(violation && describeViolation(violation)).toBe(
      'Id has 513 characters; Security Hub takes 1 to 512',
    );
  });
});
