import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Announcement, announce } from '../../functions/report/announce.ts';
import { announceWithoutPlan } from '../../functions/report/without-plan.ts';
import { addToDigest, NOTHING_CHANGED } from '../../shared/report/run-changes.ts';
import { aGap, anAccount } from '../shared/report/builders.ts';
import { aChange } from '../shared/report/change-builder.ts';
import { aReportContext, TOPIC } from './report-context.ts';

const KEYS = { resultKey: 'runs/run-1/result.json', htmlKey: 'runs/run-1/report.html' };
const CHANGED = addToDigest(NOTHING_CHANGED, { verdictChanges: [aChange(), aChange({ change: 'gone' })] });

function anAnnouncement(differing: Partial<Announcement> = {}): Announcement {
  return {
    run: { id: 'run-1', trigger: 'schedule', startedAt: '2026-11-26T06:00:00.000Z' },
    state: 'finished',
    finishedAt: '2026-11-26T06:20:00.000Z',
    coverage: {
      complete: false,
      accounts: [
        anAccount(),
        anAccount({ accountId: '222222222222', state: 'partial' }),
        anAccount({ accountId: '333333333333', state: 'not-covered', gaps: [aGap()] }),
      ],
    },
    statuses: { FAILED: 3, NOT_AVAILABLE: 2, WARNING: 1, EXCEPTED: 0, PASSED: 40 },
    findings: { created: 1, updated: 2, archived: 3, failed: 4 },
    changes: CHANGED,
    always: false,
    keys: KEYS,
    ...differing,
  };
}

test('a run is one event on the bus, with counts only', async () => {
  const { context, events } = await aReportContext();

  await announce(anAnnouncement(), context);

  expect(events()).toEqual([
    {
      type: 'EKS Auditor Run',
      detail: {
        runId: 'run-1',
        trigger: 'schedule',
        state: 'finished',
        startedAt: '2026-11-26T06:00:00.000Z',
        finishedAt: '2026-11-26T06:20:00.000Z',
        coverage: { complete: false, accounts: 3, covered: 1, partial: 1, notCovered: 1 },
        verdicts: { FAILED: 3, NOT_AVAILABLE: 2, WARNING: 1, EXCEPTED: 0, PASSED: 40 },
        changes: {
          new: 1,
          worse: 0,
          exceptionEnded: 0,
          notAvailable: 0,
          better: 0,
          fixed: 0,
          seenAgain: 0,
          gone: 1,
          excepted: 0,
        },
        firstAudits: { accounts: 0, failures: 0 },
        findings: { created: 1, updated: 2, archived: 3, failed: 4 },
        report: { bucket: 'eks-auditor-results', ...KEYS },
      },
    },
  ]);
});

test('the digest goes to the topic, with the severities that subscriptions filter by', async () => {
  const { sandbox, context } = await aReportContext();

  await announce(anAnnouncement(), context);

  const [call] = sandbox.calls({ operation: 'sns:Publish' });
  expect(call?.status).toBe(200);
  expect(call?.params).toMatchObject({
    TopicArn: TOPIC,
    Subject: 'EKS Auditor: 1 new HIGH, 1 gone, 1 account not seen',
    Message: expect.stringContaining('Report: s3://eks-auditor-results/runs/run-1/report.html\n'),
    MessageAttributes: {
      entry: [{ Name: 'severities', Value: { DataType: 'String.Array', StringValue: '["HIGH","OTHER"]' } }],
    },
  });
});

test('without a change there is an event and no digest', async () => {
  const { sandbox, context, events } = await aReportContext();

  await announce(anAnnouncement({ changes: NOTHING_CHANGED }), context);

  expect(events()).toHaveLength(1);
  expect(sandbox.calls({ operation: 'sns:Publish' })).toEqual([]);
});

test('a run that ended before it was planned is announced with its state', async () => {
  const { sandbox, context, events } = await aReportContext();

  await announceWithoutPlan('run-2', 'aborted', context);

  expect(events()[0]?.detail).toMatchObject({
    runId: 'run-2',
    state: 'aborted',
    coverage: { complete: false, accounts: 0, covered: 0, partial: 0, notCovered: 0 },
  });
  expect(events()[0]?.detail).not.toHaveProperty('report');
  expect(events()[0]?.detail).not.toHaveProperty('trigger');
  expect(sandbox.calls({ operation: 'sns:Publish' })).toEqual([]);
});

test('without a bus and a topic nothing is sent', async () => {
  const { sandbox, context } = await aReportContext();
  const { bus, digestTopic, ...rest } = context;
  sandbox.clearLog();

  await announce(anAnnouncement(), rest);

  expect(sandbox.log).toEqual([]);
});

test('what cannot be sent is logged and counted, and neither keeps the other from being sent', async () => {
  const metrics = emittedMetrics();
  const first = await aReportContext();
  first.sandbox.fail({ operation: 'events:PutEvents', with: 'AccessDenied' });
  await announce(anAnnouncement(), first.context);
  expect(first.errors.mock.calls.map(([message]) => message)).toEqual(['the event of the run is not sent']);
  expect(first.sandbox.calls({ operation: 'sns:Publish' })).toHaveLength(1);
  expect(metrics()).toEqual(['RunsNotAnnounced']);

  const second = await aReportContext();
  second.sandbox.fail({ operation: 'sns:Publish', with: 'AccessDenied' });
  await announce(anAnnouncement(), second.context);
  expect(second.errors.mock.calls.map(([message]) => message)).toEqual(['the digest of the run is not sent']);
  expect(second.events()).toHaveLength(1);
  expect(metrics()).toEqual(['RunsNotAnnounced', 'RunsNotAnnounced']);
});

test('an event that the bus refuses is logged', async () => {
  const { context, errors } = await aReportContext();
  const refusing = { send: async <Event>(events: readonly Event[]) => [...events] };

  await announce(anAnnouncement(), { ...context, bus: refusing });

  expect(errors.mock.calls).toEqual([
    ['the event of the run is not sent', { error: new Error('the event bus refused it') }],
  ]);
});

/** The names of the metrics that are added from now on. */
function emittedMetrics(): () => string[] {
  const added = vi.spyOn(Metrics.prototype, 'addMetric');
  onTestFinished(() => added.mockRestore());
  return () => added.mock.calls.map(([name]) => name);
}
