import { SEVERITIES, type Severity } from '../../shared/model/verdict.ts';
import type { AuditorEvent } from '../runtime/event-bus.ts';
import type { TestAlertEvent } from '../runtime/events.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { publishDigest } from './announce.ts';

/** What a test alert was sent to. */
export interface TestAlertOutput {
  readonly testAlert: { readonly digest: boolean; readonly event: boolean };
}

const TEXT = [
  'This is a test alert of EKS Auditor. Nothing was audited, and nothing is wrong.',
  'Digests of runs arrive at this address.',
  '',
].join('\n');

type TestAlertContext = Pick<StepContext, 'bus' | 'caller' | 'digestTopic' | 'region' | 'logger' | 'now'>;

/**
 * Sends a digest to every address, whichever severities it asked for; and with a severity an event of the same form as that
 * of a new finding, for the rules of that severity. Rejects when either cannot be sent.
 */
export async function sendTestAlert(
  { testAlert }: TestAlertEvent,
  context: TestAlertContext,
): Promise<TestAlertOutput> {
  const { bus, digestTopic, logger } = context;
  if (digestTopic !== undefined) {
    const severities = [...SEVERITIES, 'OTHER'];
    await publishDigest({ subject: 'EKS Auditor: test alert', text: TEXT, severities }, digestTopic, context);
  }
  const isEvent = testAlert !== true && bus !== undefined;
  if (isEvent) {
    const refused = await bus.send([testEvent(testAlert, context)]);
    if (refused.length > 0) throw new Error('the event bus refused the test alert');
  }
  const sent = { digest: digestTopic !== undefined, event: isEvent };
  logger.info('test alert', sent);
  return { testAlert: sent };
}

/** With every field of the event of a finding (functions/runtime/finding-events.ts). */
function testEvent(severity: Severity, { caller, region, now }: TestAlertContext): AuditorEvent {
  const id = `test-alert/${now().toISOString()}`;
  const { accountId } = caller;
  return {
    detailType: 'EKS Auditor Finding',
    detail: {
      change: 'new',
      eventId: id,
      findingId: id,
      control: 'endpoint-access',
      controlId: '',
      title: 'Test alert of EKS Auditor',
      status: 'FAILED',
      severity,
      reasonCode: 'TEST_ALERT',
      reason: 'Nothing was audited, and nothing is wrong.',
      accountId,
      region,
      cluster: '',
      arn: `AWS::::Account:${accountId}`,
      resource: accountId,
      resourceType: 'AwsAccount',
      remediationUrl: '',
      consoleUrl: '',
      runId: 'test-alert',
    },
  };
}
