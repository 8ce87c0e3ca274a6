import type { Finding } from './findings.ts';

/** By what findings are chosen, as the address of the page spells it. */
export const FACETS = ['severity', 'status', 'control', 'account', 'region', 'ou', 'code'] as const;
export type Facet = (typeof FACETS)[number];

/** Of each facet that has values, one must match; and each word of the search. */
export type Filter = Readonly<Record<Facet, readonly string[]>> & { readonly search: string };

export const NO_FILTER: Filter = {
  search: '',
  severity: [],
  status: [],
  control: [],
  account: [],
  region: [],
  ou: [],
  code: [],
};

/** `#status=FAILED&severity=HIGH&q=payments`; empty for no filter. Pure. */
export function toHash(filter: Filter): string {
  const params = new URLSearchParams();
  for (const facet of FACETS) for (const value of filter[facet]) params.append(facet, value);
  if (filter.search !== '') params.append('q', filter.search);
  const text = params.toString();
  return text === '' ? '' : `#${text}`;
}

/** `undefined` for an address without a filter, such as that of a section. Pure. */
export function fromHash(hash: string): Filter | undefined {
  if (!hash.includes('=')) return undefined;
  const params = new URLSearchParams(hash.slice(1));
  const lists = FACETS.map((facet) => [facet, [...new Set(params.getAll(facet))]] as const);
  return { ...NO_FILTER, ...Object.fromEntries(lists), search: params.get('q') ?? '' };
}

export function isEmpty(filter: Filter): boolean {
  return toHash(filter) === '';
}

/** With a value that is taken out if it is there, and put in if it is not. Pure. */
export function toggled(filter: Filter, facet: Facet, value: string): Filter {
  const values = filter[facet];
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return { ...filter, [facet]: next };
}

/** The values of a finding for a facet. */
export function valuesOf(finding: Finding, facet: Facet): readonly string[] {
  switch (facet) {
    case 'severity':
      return [finding.severity];
    case 'status':
      return [finding.status];
    case 'control':
      // Two controls may share a key: what each judges tells them apart.
      return [`${finding.control.key}-${finding.control.level}`, finding.control.key];
    case 'account':
      return [finding.accountId];
    case 'region':
      return [finding.region];
    case 'ou':
      return finding.units;
    case 'code':
      return finding.codes.slice(0, 1);
  }
}

const haystacks = new WeakMap<Finding, string>();

/** All that can be searched, in small letters. */
function haystackOf(finding: Finding): string {
  const known = haystacks.get(finding);
  if (known !== undefined) return known;
  const { control, accountId, accountName, region, cluster, codes, reason, resource } = finding;
  const text = [
    control.number,
    control.title,
    accountId,
    accountName,
    region,
    cluster,
    codes.join(' '),
    reason,
    resource.name,
    resource.id,
  ]
    .join('\n')
    .toLowerCase();
  haystacks.set(finding, text);
  return text;
}

/** The findings that a filter chooses, in their order. */
export function filtered(findings: readonly Finding[], filter: Filter): readonly Finding[] {
  const facets = FACETS.filter((facet) => filter[facet].length > 0);
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (facets.length + words.length === 0) return findings;
  return findings.filter(
    (finding) =>
      facets.every((facet) => valuesOf(finding, facet).some((value) => filter[facet].includes(value))) &&
      words.every((word) => haystackOf(finding).includes(word)),
  );
}

/** Makes the first search as fast as those after it. */
export function prepareSearch(findings: readonly Finding[]): void {
  for (const finding of findings) haystackOf(finding);
}
