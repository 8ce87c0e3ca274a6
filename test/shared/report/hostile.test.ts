import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingEvent, pendingEvents } from '../../../functions/runtime/finding-events.ts';
import { STATUSES } from '../../../shared/model/verdict.ts';
import { renderCsv } from '../../../shared/report/csv.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { renderTable } from '../../../shared/report/table.ts';
import { aChange } from './change-builder.ts';
import { hostileRun } from './hostile-run.ts';
import { everyPiece, hostileText, UNSAFE } from './hostile-texts.ts';

const RUNS: { numRuns: number; examples: [string][] } = { numRuns: 25, examples: [[everyPiece]] };

test('a table shows no control character of others, and every line is one of its own', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const lines = renderTable(hostileRun(text), { width: 80, colour: false }).split('\n');
      for (const line of lines) expect(line).not.toMatch(UNSAFE);
      expect(lines.filter((line) => line.startsWith('FAILED:'))).toHaveLength(1);
    }),
    RUNS,
  );
});

test('HTML has no other elements whatever others write', () => {
  const elementsOf = (text: string) =>
    (renderHtml(hostileRun(text)).match(/<[a-z/!][^>]*>/g) ?? []).map((element) =>
      element.replace(/href="#[^"]*"/, ''),
    );
  const expected = new Set([...elementsOf('x'), ...elementsOf('')]);

  fc.assert(
    fc.property(hostileText, (text) => {
      expect(elementsOf(text).filter((element) => !expected.has(element))).toEqual([]);
      expect(renderHtml(hostileRun(text)).replaceAll('\n', '')).not.toMatch(UNSAFE);
    }),
    RUNS,
  );
});

test('CSV has a line for each verdict, and as many cells in each', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const lines = renderCsv(hostileRun(text)).split('\r\n');
      expect(lines).toHaveLength(STATUSES.length + 2);
      for (const line of lines.slice(0, -1)) {
        expect(line.replace(/^\uFEFF/, '')).not.toMatch(UNSAFE);
        const bare = line.replaceAll(/"(?:[^"]|"")*"/g, 'quoted');
        expect(bare).not.toContain('"');
        expect(bare.split(',')).toHaveLength(14);
      }
    }),
    RUNS,
  );
});

test('a text in an event ends no string of a template, and the event is small', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const change = aChange({
        findingId: text,
        controlId: text,
        reasonCode: text,
        reason: text,
        accountId: text,
        region: text,
        clusterArn: `arn:aws:eks:eu-west-1:111111111111:cluster/${text}`,
        resource: { type: 'Other', id: text, name: text },
      });
      const [pending] = pendingEvents([change], { runId: text, leaseId: 'lease' });
      if (pending === undefined) throw new Error('a new failure raises an event');
      const { detail } = findingEvent(pending, 'eu-west-1');

      for (const value of Object.values(detail)) {
        expect(value).not.toMatch(UNSAFE);
        expect(value).not.toMatch(/["\\<>]/);
        expect(JSON.parse(`"${value}"`)).toBe(value);
      }
      // Ten of them are one PutEvents, of at most 1 MB.
      expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(60_000);
    }),
    RUNS,
  );
});
