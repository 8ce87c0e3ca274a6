import { expect, test } from 'vitest';
import { addPublished, type PublishedSoFar, progressOf } from '../../functions/audit/published-so-far.ts';
import { NO_CHANGES } from '../../shared/model/run.ts';
import type { Published } from '../../shared/publish/publish.ts';
import type { PublishedFinding } from '../../shared/publish/published-findings.ts';
import { REGION } from '../harness.ts';

const NOTHING: Published = {
  changes: NO_CHANGES,
  workflowsSet: 0,
  findings: new Map(),
  archived: [],
  notices: [],
};

/** What publishing one Region came to in several invocations. */
const after = (...published: readonly Published[]): PublishedSoFar =>
  published.reduce<PublishedSoFar>((sum, one) => addPublished(sum, new Map([[REGION, one]])), {});

test.each<[string, Partial<Published>]>([
  ['created', { changes: { ...NO_CHANGES, created: 1 }, outOfTime: true }],
  ['updated', { changes: { ...NO_CHANGES, updated: 1 }, outOfTime: true }],
  ['archived', { changes: { ...NO_CHANGES, archived: 1 }, outOfTime: true }],
  ['whose workflow was set', { workflowsSet: 1, outOfTime: true }],
])('a finding %s is progress, and the same without another is none', (_, one) => {
  const published = { ...NOTHING, ...one };
  const once = progressOf(after(published));

  expect(once).toBeGreaterThan(0);
  expect(progressOf(after(published, { ...NOTHING, outOfTime: true }))).toBe(once);
  expect(progressOf(after(published, published))).toBeGreaterThan(once);
});

test('a Region that is done is progress', () => {
  const unfinished = after({ ...NOTHING, outOfTime: true });

  expect(progressOf(unfinished)).toBe(0);
  expect(progressOf(addPublished(unfinished, new Map([[REGION, NOTHING]])))).toBe(1);
});

test('what an invocation learned of findings holds until another one learns more', () => {
  const first = {
    ...NOTHING,
    findings: new Map<string, PublishedFinding>([['c', { outcome: 'outdated' }]]),
    suppressed: ['a', 'b'],
  };
  const second = {
    ...NOTHING,
    findings: new Map<string, PublishedFinding>([['c', { outcome: 'unchanged' }]]),
    suppressed: ['b', 'c'],
  };

  expect(after(first, { ...NOTHING, outOfTime: true })[REGION]).toMatchObject({
    suppressed: ['a', 'b'],
    outdated: ['c'],
  });
  expect(after(first, second)[REGION]).toMatchObject({ suppressed: ['b', 'c'], outdated: [] });
});
