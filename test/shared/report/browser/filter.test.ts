import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FACETS,
  type Filter,
  filtered,
  fromHash,
  isEmpty,
  NO_FILTER,
  toggled,
  toHash,
} from '../../../../shared/report/browser/filter.ts';
import { findingsOf } from '../../../../shared/report/browser/findings.ts';
import { toCsv } from '../../../../shared/report/browser/to-csv.ts';
import { renderCsv } from '../../../../shared/report/csv.ts';
import { htmlDataOf } from '../../../../shared/report/html-intern.ts';
import { aRun, aVerdict } from '../builders.ts';

const exception = { id: 'legacy', reason: 'Vendor, "old"', owner: 'team', expires: '2027-03-31' };
const run = aRun({
  verdicts: [
    aVerdict({ cluster: 'payments' }),
    aVerdict({ cluster: 'orders', region: 'us-east-1', severity: 'MEDIUM' }),
    aVerdict({ cluster: 'orders', region: 'us-east-1', status: 'WARNING', severity: 'LOW', exception }),
    aVerdict({ cluster: '=cmd', accountId: '222222222222', status: 'PASSED' }),
  ],
});
const findings = findingsOf(htmlDataOf(run, 4));

const chosen = (filter: Partial<Filter>) =>
  filtered(findings, { ...NO_FILTER, ...filter }).map((finding) => findings.indexOf(finding));

describe('a filter', () => {
  it('chooses by each facet, and by all of them together', () => {
    expect(chosen({})).toEqual([0, 1, 2, 3]);
    expect(chosen({ status: ['FAILED'] })).toEqual([0, 1]);
    expect(chosen({ status: ['FAILED', 'PASSED'], region: ['eu-west-1'] })).toEqual([0, 3]);
    expect(chosen({ account: ['222222222222'] })).toEqual([3]);
  });

  it('chooses by severity only what failed', () => {
    expect(chosen({ severity: ['LOW'] })).toEqual([]);
    expect(chosen({ severity: ['HIGH', 'MEDIUM'] })).toEqual([0, 1]);
  });

  it('searches each word, in small letters and capitals', () => {
    expect(chosen({ search: 'ORDERS us-east' })).toEqual([1, 2]);
    expect(chosen({ search: 'orders eu-west' })).toEqual([]);
  });

  it('is in the address, and comes back from it', () => {
    const values = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 });
    const lists = fc.record(Object.fromEntries(FACETS.map((facet) => [facet, values])));
    fc.assert(
      fc.property(lists, fc.string(), (facets, search) => {
        const filter = { ...facets, search } as unknown as Filter;
        expect(fromHash(toHash(filter)) ?? NO_FILTER).toEqual(filter);
      }),
    );
  });

  it('is not read from the address of a section', () => {
    expect(fromHash('#coverage')).toBeUndefined();
  });

  it('is as before when a value is put in and taken out', () => {
    const once = toggled(NO_FILTER, 'status', 'FAILED');

    expect(once.status).toEqual(['FAILED']);
    expect(isEmpty(toggled(once, 'status', 'FAILED'))).toBe(true);
  });
});

it('CSV is that of the format CSV, in the order of the page', () => {
  const [head, ...rows] = toCsv(findings).split('\r\n');
  const [expectedHead, ...expected] = renderCsv(run).replace('\uFEFF', '').split('\r\n');

  expect(head).toBe(expectedHead);
  expect(rows.toSorted()).toEqual(expected.toSorted());
  expect(rows.join()).toContain(",'=cmd,");
});
