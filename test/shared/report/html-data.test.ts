import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { SEVERITIES, STATUSES } from '../../../shared/model/verdict.ts';
import { renderHtml, renderHtmlWith } from '../../../shared/report/html.ts';
import {
  addHtmlVerdicts,
  htmlContentOf,
  htmlVerdictsOf,
  MAX_VERDICTS,
} from '../../../shared/report/html-data.ts';
import { tallyOf } from '../../../shared/report/summary.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict, flattened } from './builders.ts';

const NONE = htmlVerdictsOf([]);
const EXCEPTION = { id: 'x', reason: 'Vendor', owner: 'team', expires: '2027-03-31' };

/** The verdicts of several accounts; few different ones, so that many are of the same control and cluster. */
const accounts = fc
  .array(
    fc.array(
      fc.record({
        status: fc.constantFrom(...STATUSES),
        severity: fc.constantFrom(...SEVERITIES),
        control: fc.constantFrom('endpoint-access' as const, 'private-endpoint' as const),
        cluster: fc.constantFrom('a', 'b', 'c'),
        region: fc.constantFrom('eu-west-1', 'us-east-1'),
      }),
      { maxLength: 30 },
    ),
    { maxLength: 12 },
  )
  .map((all) => all.map((own, index) => own.map((fields) => verdictOf(index, fields))));

function verdictOf(index: number, fields: Parameters<typeof aVerdict>[0]): Verdict {
  const controlId = fields?.control === 'endpoint-access' ? '5.4.1' : '5.4.2';
  return aVerdict({ ...fields, controlId, accountId: String(100_000_000_000 + index) });
}

/** So many clusters, of which the last has one failure more than the others. */
function clusters(count: number, accountId = '111111111111'): Verdict[] {
  const failures = Array.from({ length: count }, (_, index) =>
    aVerdict({ accountId, cluster: `c${String(index).padStart(5, '0')}` }),
  );
  return [...failures, aVerdict({ accountId, cluster: 'worst' }), secondFailure(accountId)];
}

function secondFailure(accountId: string): Verdict {
  return aVerdict({ accountId, cluster: 'worst', control: 'private-endpoint', controlId: '5.4.2' });
}

describe('verdicts that are added up account by account', () => {
  it('give the same tally as all at once', () => {
    fc.assert(
      fc.property(accounts, (all) => {
        const added = all.map(htmlVerdictsOf).reduce(addHtmlVerdicts, NONE);

        expect(added.tally).toEqual(tallyOf(all.flat()));
      }),
    );
  });

  it('give the same page as all at once, in whatever order accounts come', () => {
    fc.assert(
      fc.property(accounts, (all) => {
        const run = aRun({ verdicts: all.flat() });
        const added = all.toReversed().map(htmlVerdictsOf).reduce(addHtmlVerdicts, NONE);

        expect(renderHtmlWith(run, added)).toBe(renderHtml(run));
      }),
      { numRuns: 30 },
    );
  });

  it('are bounded, and the worst are kept', () => {
    const ids = Array.from({ length: 5 }, (_, index) => String(100_000_000_000 + index));
    const passed = (accountId: string) =>
      Array.from({ length: MAX_VERDICTS }, () => aVerdict({ accountId, status: 'PASSED' }));

    const added = ids
      .map((id) => htmlVerdictsOf([...passed(id), ...clusters(120, id)]))
      .reduce(addHtmlVerdicts, NONE);

    expect(added.tally.verdicts.FAILED).toBe(5 * 122);
    expect(added.total).toBe(5 * (MAX_VERDICTS + 122));
    expect(added.listed.flat().length).toBeLessThanOrEqual(1.5 * MAX_VERDICTS);
    expect(added.listed.flat().filter(({ status }) => status === 'FAILED')).toHaveLength(5 * 122);
    expect(added.clustersWithHigh).toBe(5 * 121);
    const text = textOf(renderHtmlWith(aRun(), added));
    expect(text).toContain('This file holds 16,000 of 80,610 verdicts, the worst first; 64,610 are left out');
  });

  it('add up kinds of failures, the most severe and most widespread first', () => {
    const verdicts = [
      ...clusters(3),
      aVerdict({ cluster: 'x', severity: 'CRITICAL', reasonCode: 'WORST' }),
      aVerdict({ cluster: 'x', status: 'FAILED', reasonCode: 'ACCEPTED', exception: EXCEPTION }),
    ];
    const added = addHtmlVerdicts(htmlVerdictsOf(verdicts), htmlVerdictsOf(clusters(2, '222222222222')));

    const { kinds } = htmlContentOf(aRun(), added);

    expect(kinds.map((kind) => [kind.reasonCode, kind.control, kind.findings, kind.accounts])).toEqual([
      ['WORST', 'endpoint-access', 1, 1],
      ['OPEN_TO_INTERNET', 'endpoint-access', 7, 2],
      ['OPEN_TO_INTERNET', 'private-endpoint', 2, 2],
    ]);
  });
});

/** The text of the page, without tags and style. */
function textOf(html: string): string {
  return flattened((html.split('</style>')[1]?.split('<script')[0] ?? '').replaceAll(/<[^>]+>/g, ' '));
}

describe('a large run', () => {
  it('without its script counts all verdicts, shows 200 failed resources, and says how many it leaves out', () => {
    const html = renderHtml(aRun({ verdicts: clusters(1_233) }));

    const [, fallback = ''] = /<noscript>(?<inner>.*)<\/noscript>/s.exec(html) ?? [];
    expect(textOf(html)).toContain('1,235 findings, worst first');
    expect(fallback.match(/<tr>/g)).toHaveLength(201);
    expect(textOf(html)).toContain('… and 1,035 more: the JSON report (result.json) has them all.');
  });

  it('shows the accounts that were covered least', () => {
    const covered = Array.from({ length: 150 }, (_, index) =>
      anAccount({ accountId: String(100_000_000_000 + index) }),
    );
    const missed = anAccount({ accountId: '999999999999', state: 'not-covered', regions: [] });

    const html = renderHtml(aRun({ accounts: [...covered, missed] }));

    expect(textOf(html)).toContain('999999999999 not covered');
    expect(textOf(html)).toContain('… and 51 more');
    expect(html).not.toContain(covered.at(-1)?.accountId);
  });

  it('shows the first gaps of a cause, the first verdicts that are not available and the first rejected findings', () => {
    const failed = Array.from({ length: 103 }, (_, index) => ({
      accountId: '111111111111',
      region: 'eu-west-1',
      findingId: `finding-${index}`,
      code: 'InvalidInput',
      message: 'No.',
    }));
    const verdicts = Array.from({ length: 105 }, (_, index) =>
      aVerdict({ status: 'NOT_AVAILABLE', cluster: `c${index}` }),
    );
    const gaps = Array.from({ length: 104 }, () => aGap());
    const run = aRun({
      verdicts,
      accounts: [anAccount({ regions: [aRegion({ gaps })] })],
      publish: true,
      changes: { created: 0, updated: 0, archived: 0, unchanged: 0, outdated: 0, failed },
    });

    const text = textOf(renderHtml(run));

    expect(text).toContain('105 verdicts not available');
    for (const count of [3, 54, 55]) expect(text).toContain(`… and ${count} more: the JSON report`);
  });
});
