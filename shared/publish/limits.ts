import type { AwsSecurityFinding, Resource } from '@aws-sdk/client-securityhub';
import { MAX_ID } from './ids.ts';

/*
 * What Security Hub accepts. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources-attributes.html
 */

/** The most findings of one BatchImportFindings or BatchUpdateFindings. */
export const MAX_BATCH = 100;
/** The most bytes of one BatchImportFindings: 6 MB, whichever megabyte is meant. */
export const MAX_REQUEST_BYTES = 6_000_000;
/** The most bytes of one finding: 240 KB, whichever kilobyte is meant. */
const MAX_FINDING_BYTES = 240_000;

const MAX_TITLE = 256;
const MAX_DESCRIPTION = 1024;
const MAX_REMEDIATION = 512;
const MAX_REQUIREMENTS = 32;
const MAX_RESOURCES = 32;
const MAX_FIELDS = 50;
const MAX_FIELD_KEY = 128;
const MAX_FIELD_VALUE = 2048;
const MAX_TAGS = 50;
const MAX_TAG_KEY = 128;
const TAG_VALUE = /^(?=.*\S)[A-Za-z0-9\s+\-=._:/@]{1,256}$/;

/** A limit of Security Hub that a finding breaks and that cannot be met by cutting. */
export interface Violation {
  /** For example `Resources[0].Id`; `finding` for the whole. */
  readonly field: string;
  readonly length: number;
  readonly min: number;
  /** Infinite when Security Hub states none. */
  readonly max: number;
  readonly unit: 'characters' | 'items' | 'bytes';
}

export function describeViolation({ field, length, min, max, unit }: Violation): string {
  const allowed = Number.isFinite(max) ? `${min} to ${max}` : `at least ${min}`;
  return `${field} has ${length} ${unit}; Security Hub takes ${allowed}`;
}

/** The size of a finding as it is sent, in bytes. */
export function bytesOf(finding: AwsSecurityFinding): number {
  return Buffer.byteLength(JSON.stringify(finding));
}

/** Cuts a text to at most `limit` UTF-16 units, on a word where there is one, and marks the cut with `…`. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '');
  const word = text.charAt(start.length) === ' ' ? start : start.slice(0, start.lastIndexOf(' ') + 1);
  // A text without spaces, such as a list of addresses, is cut anywhere rather than lost.
  return `${(word.length > limit / 2 ? word : start).trimEnd()}…`;
}

/**
 * Cuts what may be cut of a finding: texts, evidence, tags, the number of related resources, and, while the whole is too
 * large, details and tags from the last resource to the first. The same finding is always cut in the same way.
 */
export function shrink(finding: AwsSecurityFinding): AwsSecurityFinding {
  const shrunk = {
    ...finding,
    Title: cut(finding.Title ?? '', MAX_TITLE),
    Description: cut(finding.Description ?? '', MAX_DESCRIPTION),
    ProductFields: shrinkFields(finding.ProductFields ?? {}),
    Resources: (finding.Resources ?? []).slice(0, MAX_RESOURCES).map(shrinkTags),
  };
  const { Compliance: compliance, Remediation: remediation } = finding;
  if (compliance?.RelatedRequirements !== undefined) {
    const requirements = compliance.RelatedRequirements.slice(0, MAX_REQUIREMENTS);
    shrunk.Compliance = { ...compliance, RelatedRequirements: requirements };
  }
  const recommendation = remediation?.Recommendation;
  if (recommendation?.Text !== undefined) {
    const text = cut(recommendation.Text, MAX_REMEDIATION);
    shrunk.Remediation = { ...remediation, Recommendation: { ...recommendation, Text: text } };
  }
  return shrinkResources(shrunk);
}

/** Fields beyond the most allowed are left out in their order, so the important ones come first. */
function shrinkFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(fields).slice(0, MAX_FIELDS);
  return Object.fromEntries(kept.map(([key, value]) => [key, cut(value, MAX_FIELD_VALUE)]));
}

/** Leaves out the tags that Security Hub refuses, among them those without a value. */
function shrinkTags({ Tags: tags, ...resource }: Resource): Resource {
  const allowed = Object.entries(tags ?? {})
    .filter(([key, value]) => key.trim() !== '' && key.length <= MAX_TAG_KEY && TAG_VALUE.test(value))
    .sort(([a], [b]) => rankOfTag(a) - rankOfTag(b) || (a < b ? -1 : 1))
    .slice(0, MAX_TAGS);
  return allowed.length > 0 ? { ...resource, Tags: Object.fromEntries(allowed) } : resource;
}

/** AWS's own tags do not count among a resource's fifty and are the first to go. */
function rankOfTag(key: string): number {
  return key.startsWith('aws:') ? 1 : 0;
}

function shrinkResources(finding: AwsSecurityFinding): AwsSecurityFinding {
  let resources = finding.Resources ?? [];
  const tooLarge = () => bytesOf({ ...finding, Resources: resources }) > MAX_FINDING_BYTES;
  for (const field of ['Details', 'Tags'] as const) {
    for (let index = resources.length - 1; index >= 0 && tooLarge(); index -= 1) {
      resources = resources.map((resource, at) =>
        at === index ? { ...resource, [field]: undefined } : resource,
      );
    }
  }
  return { ...finding, Resources: resources };
}

/** The first limit that a finding breaks. */
export function violationOf(finding: AwsSecurityFinding): Violation | undefined {
  return measuresOf(finding).find(({ length, min, max }) => length < min || length > max);
}

function measuresOf(finding: AwsSecurityFinding): Violation[] {
  const recommendation = finding.Remediation?.Recommendation;
  const resources = finding.Resources ?? [];
  const fields = Object.entries(finding.ProductFields ?? {});
  return [
    characters('Id', finding.Id, MAX_ID),
    characters('GeneratorId', finding.GeneratorId, 512),
    characters('ProductName', finding.ProductName, 128),
    characters('CompanyName', finding.CompanyName, 128),
    characters('Title', finding.Title, MAX_TITLE),
    characters('Description', finding.Description, MAX_DESCRIPTION),
    characters('Remediation.Recommendation.Text', recommendation?.Text ?? '-', MAX_REMEDIATION),
    characters('Remediation.Recommendation.Url', recommendation?.Url ?? '-'),
    items('FindingProviderFields.Types', finding.FindingProviderFields?.Types ?? [], 1, 50),
    items(
      'Compliance.RelatedRequirements',
      finding.Compliance?.RelatedRequirements ?? [],
      0,
      MAX_REQUIREMENTS,
    ),
    items('Resources', resources, 1, MAX_RESOURCES),
    ...resources.map((resource, index) => characters(`Resources[${index}].Id`, resource.Id)),
    items('ProductFields', fields, 0, MAX_FIELDS),
    ...fields.flatMap(([key, value]) => [
      characters(`the key of ProductFields.${key}`, key, MAX_FIELD_KEY),
      characters(`ProductFields.${key}`, value, MAX_FIELD_VALUE),
    ]),
    { field: 'finding', length: bytesOf(finding), min: 1, max: MAX_FINDING_BYTES, unit: 'bytes' },
  ];
}

/** No text may be blank. */
function characters(field: string, text: string | undefined, max = Number.POSITIVE_INFINITY): Violation {
  const length = text === undefined || text.trim() === '' ? 0 : text.length;
  return { field, length, min: 1, max, unit: 'characters' };
}

function items(field: string, list: readonly unknown[], min: number, max: number): Violation {
  return { field, length: list.length, min, max, unit: 'items' };
}
