import { describe, expect, it } from 'vitest';
import { type AwsReader, awsReader } from '../../../shared/aws/read.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { accessTo } from '../../aws-access.ts';
import { aCluster, aPass, aRole, aVerdict, findingOf, SCOPE } from './builders.ts';
import {
  calls,
  counts,
  findings,
  importAsOwner,
  NOTHING,
  onRoles,
  publish,
  sandbox,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

/** Access whose time is over when Security Hub gets its n-th request; what it asked for is done, but not answered in time. */
function untilRequest(count: number): AwsReader {
  const controller = new AbortController();
  let requests = 0;
  sandbox.fail({
    operation: 'securityhub:*',
    with: 'Timeout',
    match() {
      requests += 1;
      if (requests === count) controller.abort();
      return false;
    },
  });
  return awsReader(
    accessTo(sandbox, SCOPE.accountId, { maxAttempts: 1 }).until(controller.signal),
    SCOPE.region,
  );
}

const passes = (count: number): Verdict[] =>
  onRoles(count).map(({ resource }) => aPass({ resource, clusterArn: aCluster().id }));
const onGone = (name: string) => aVerdict({ resource: aRole(name), clusterArn: aCluster('gone').id });

/** 150 that failed pass, 150 are new, one is as it was, and those of a cluster are gone. */
const BEFORE = [...onRoles(150), aVerdict(), onGone('a'), onGone('b')];
const NOW = [...passes(150), ...onRoles(300).slice(150), aVerdict()];

/** How many findings are in each state. */
function states(): Record<string, number> {
  const all = findings().map(({ RecordState, Compliance, Workflow }) =>
    [RecordState, Compliance?.Status, Workflow?.Status].join(' '),
  );
  return Object.fromEntries([...Map.groupBy(all, (one) => one)].map(([key, list]) => [key, list.length]));
}

async function publishBefore() {
  await publish(BEFORE, { clusterNames: present(['prod', 'gone']) });
  sandbox.clearLog();
}

/** Two pages, the archive and what is of others; four imports; eight reads before two updates. */
const REQUESTS = 4 + 4 + 8 + 2;

describe('publishing that runs out of time', () => {
  it('while it reads has no gap and has done nothing', async () => {
    await publishBefore();

    const result = await publish(NOW, { days: 1, securityHub: untilRequest(1) });

    expect(result).toEqual({
      changes: { ...NOTHING, failed: [] },
      workflowsSet: 0,
      outOfTime: true,
      findings: new Map(),
      archived: [],
      notices: [],
    });
  });

  it('is a matter of as many requests as this', async () => {
    await publishBefore();

    expect(counts(await publish(NOW, { days: 1 }))).toEqual({
      ...NOTHING,
      created: 150,
      updated: 150,
      archived: 2,
      unchanged: 1,
    });
    expect(sandbox.calls()).toHaveLength(REQUESTS);
  });

  it.each(Array.from({ length: REQUESTS }, (_, index) => index + 1))(
    'at its request %i: another call sends only what is left, and all is as if there had been time',
    async (request) => {
      await publishBefore();

      const first = await publish(NOW, { days: 1, securityHub: untilRequest(request) });
      const second = await publish(NOW, { days: 1 });

      expect(first).toMatchObject({ outOfTime: true, changes: { unchanged: 0, outdated: 0, failed: [] } });
      expect(first).not.toHaveProperty('gap');
      expect(second).not.toHaveProperty('outOfTime');
      expect(second.changes).toMatchObject({ unchanged: 1, outdated: 0, failed: [] });
      expect(states()).toEqual({
        'ACTIVE PASSED RESOLVED': 150,
        'ACTIVE FAILED NEW': 151,
        'ARCHIVED FAILED NEW': 2,
      });
      expect(second.findings.size).toBe(301);
      // What one request did without an answer is nobody's to count.
      const sent = [first, second].map(({ changes }) => changes.created + changes.updated + changes.archived);
      const lost = 302 - (sent[0] ?? 0) - (sent[1] ?? 0);
      expect([0, 2, 100]).toContain(lost);
      expect([50, 100, 150]).toContain(first.workflowsSet + second.workflowsSet);
      expect(calls('BatchImportFindings')).toBeLessThanOrEqual(4 + 1);
    },
  );

  it('tells notices in the last call only', async () => {
    const future = { ...findingOf(aVerdict()), UpdatedAt: '2099-01-01T00:00:00.000Z' };
    await importAsOwner(future);
    const verdicts = [aPass(), ...onRoles(1)];

    const first = await publish(verdicts, { days: 1, securityHub: untilRequest(3) });
    const second = await publish(verdicts, { days: 1 });

    expect(first).toMatchObject({ outOfTime: true, notices: [] });
    expect(second.notices).toMatchObject([{ code: 'FINDING_FROM_THE_FUTURE', count: 1 }]);
  });

  it('knows of each finding that was sent in time, and of no other', async () => {
    const first = await publish(onRoles(150), { securityHub: untilRequest(5) });

    expect(counts(first)).toEqual({ ...NOTHING, created: 100 });
    expect(first.findings.size).toBe(100);
    expect(new Set([...first.findings.values()].map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    const second = await publish(onRoles(150));
    const outcomes = [...second.findings.values()].map(({ outcome }) => outcome);
    expect(Map.groupBy(outcomes, (outcome) => outcome).get('sent')).toHaveLength(150);
  });
});
