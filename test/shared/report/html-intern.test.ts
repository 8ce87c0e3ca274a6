import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { findingsOf } from '../../../shared/report/browser/findings.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { htmlDataOf, inScript } from '../../../shared/report/html-intern.ts';
import { aRun, aVerdict } from './builders.ts';
import { hostileRun } from './hostile-run.ts';
import { hostileText } from './hostile-texts.ts';

const EXCEPTION = { id: 'legacy', reason: 'Vendor', owner: 'team', expires: '2027-03-31' };

function findings(verdicts: readonly Verdict[]) {
  return findingsOf(JSON.parse(inScript(htmlDataOf(aRun({ verdicts }), verdicts.length))));
}

/** Verdicts none of whose texts is like another. */
function differentVerdicts(count: number, size: number): Verdict[] {
  return Array.from({ length: count }, (_, index) =>
    aVerdict({
      cluster: `cluster-${index}`,
      severity: index < 100 ? 'HIGH' : 'MEDIUM',
      reason: `${index}: ${'r'.repeat(size)}`,
      evidence: { seen: `${index}: ${'e'.repeat(size)}` },
    }),
  );
}

describe('verdicts come back from the data', () => {
  it('as they were, whatever names clusters, accounts and others have', () => {
    const name = fc.constantFrom('payments', 'a', 'arn', 'The', 'cluster', '111111111111', 'x.*y', '$&');
    fc.assert(
      fc.property(name, name, fc.constantFrom('FAILED', 'WARNING', 'PASSED'), (cluster, other, status) => {
        const reason = `The cluster ${cluster} of ${other} (111111111111) in arn:aws:eks: x.*y $&.`;
        const verdict = aVerdict({ cluster, status, reason, evidence: { [other]: `${cluster}-${other}` } });

        const [finding] = findings([verdict]);

        expect(finding).toMatchObject({
          status,
          reason,
          cluster,
          resource: verdict.resource,
          accountId: '111111111111',
          region: 'eu-west-1',
          evidence: status === 'PASSED' ? [] : [other, `${cluster}-${other}`],
        });
      }),
    );
  });

  it('with their exception, and without the severity of what did not fail', () => {
    const [finding] = findings([aVerdict({ exception: EXCEPTION })]);

    expect(finding).toMatchObject({
      status: 'EXCEPTED',
      severity: '',
      exception: ['legacy', 'Vendor', 'team', '2027-03-31'],
    });
  });

  it('with a pattern that is the same for reasons that differ by names only', () => {
    const reasonOf = (cluster: string) => `The role ${cluster}-nodes may do anything.`;
    const [a, b] = findings(
      ['orders', 'payments'].map((cluster) => aVerdict({ cluster, reason: reasonOf(cluster) })),
    );

    expect(a?.reason).not.toBe(b?.reason);
    expect([a?.pattern, b?.pattern]).toEqual(Array(2).fill('The role <cluster>-nodes may do anything.'));
  });
});

it('the data end no element and hold no control character, whatever others write', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const json = inScript(htmlDataOf(hostileRun(text), 4));
      expect(json).not.toMatch(/<|\p{Cc}/u);
      expect(JSON.parse(json).rows).toHaveLength(4);
    }),
    { numRuns: 25 },
  );
});

describe('a report of many different texts', () => {
  it('stays below 1.5 MB, leaves out evidence first, and says so', () => {
    const html = renderHtml(aRun({ verdicts: differentVerdicts(3_200, 100) }));

    expect(Buffer.byteLength(html)).toBeLessThan(1_500_000);
    expect(html).toMatch(/The evidence of [\d,]+ verdicts is left out here/);
    expect(html).not.toContain('This file holds');
  });

  it('then leaves out the least severe verdicts, and says how many', () => {
    const verdicts = differentVerdicts(15_000, 100).reverse();
    const html = renderHtml(aRun({ verdicts }));
    const [, json = ''] = /id="data">(?<json>.*?)<\/script>/s.exec(html) ?? [];
    const shown = findingsOf(JSON.parse(json));

    expect(Buffer.byteLength(html)).toBeLessThan(1_500_000);
    expect(html).toContain(`This file holds ${shown.length.toLocaleString('en')} of 15,000 verdicts`);
    expect(shown.filter(({ severity }) => severity === 'HIGH')).toHaveLength(100);
    expect(shown[0]?.evidence).toHaveLength(2);
  });
});
