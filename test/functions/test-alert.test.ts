import { expect, test, vi } from 'vitest';
import { sendTestAlert } from '../../functions/report/test-alert.ts';
import { reportEventSchema } from '../../functions/runtime/events.ts';
import { findingEvent } from '../../functions/runtime/finding-events.ts';
import { REGION, SECURITY } from '../harness.ts';
import { aChange } from '../shared/report/change-builder.ts';
import { aReportContext, TOPIC } from './report-context.ts';

async function aQuietContext() {
  const world = await aReportContext();
  vi.spyOn(world.context.logger, 'info').mockImplementation(() => undefined);
  return world;
}

test('a test alert is a digest that every subscription lets through', async () => {
  const { sandbox, context, events } = await aQuietContext();

  const output = await sendTestAlert({ testAlert: true }, context);

  expect(output).toEqual({ testAlert: { digest: true, event: false } });
  expect(sandbox.calls({ operation: 'sns:Publish' }).map(({ params }) => params)).toMatchObject([
    {
      TopicArn: TOPIC,
      Subject: 'EKS Auditor: test alert',
      Message: expect.stringContaining('Nothing was audited'),
      MessageAttributes: {
        entry: [
          {
            Name: 'severities',
            Value: { StringValue: '["CRITICAL","HIGH","MEDIUM","LOW","INFORMATIONAL","OTHER"]' },
          },
        ],
      },
    },
  ]);
  expect(events()).toEqual([]);
});

test('with a severity it is an event as well, with every field that rules and messages use', async () => {
  const { context, events } = await aQuietContext();

  await sendTestAlert({ testAlert: 'HIGH' }, context);

  const [event] = events();
  const real = findingEvent({ ...aChange(), eventId: 'id', runId: 'run-1' }, REGION);
  expect(event).toMatchObject({
    type: real.detailType,
    detail: { change: 'new', severity: 'HIGH', accountId: SECURITY, title: 'Test alert of EKS Auditor' },
  });
  expect(Object.keys(event?.detail).sort()).toEqual(Object.keys(real.detail).sort());
});

test('one that cannot be sent fails', async () => {
  const { sandbox, context } = await aReportContext();
  sandbox.fail({ operation: 'sns:Publish', with: 'AccessDenied' });

  await expect(sendTestAlert({ testAlert: true }, context)).rejects.toThrow();
});

test.each([[false], ['URGENT'], [1]])('%j is none', (testAlert) => {
  expect(reportEventSchema.safeParse({ testAlert }).success).toBe(false);
});
