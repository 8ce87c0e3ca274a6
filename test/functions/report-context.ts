import { Logger } from '@aws-lambda-powertools/logger';
import { vi } from 'vitest';
import { eventBus } from '../../functions/runtime/event-bus.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';

const BUCKET = 'eks-auditor-results';
export const TOPIC = `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`;

/** What the report step works with, in the security account of a sandbox. Errors that are logged are in `errors`. */
export async function aReportContext() {
  const sandbox = await signedIn(aTestOrganization().account(PAYMENTS).account(SHOP));
  sandbox.account(SECURITY).add.bucket(BUCKET);
  const caller = accessTo(sandbox, SECURITY);
  const store: Store = s3Store(caller, REGION, BUCKET);
  const logger = new Logger();
  const errors = vi.spyOn(logger, 'error').mockImplementation(() => undefined);
  const context = {
    caller,
    store,
    bus: eventBus(caller, REGION, 'eks-auditor'),
    bucket: BUCKET,
    digestTopic: TOPIC,
    region: REGION,
    logger,
    now: () => new Date(),
  };
  /** The details of the events that were put on the bus, whether or not it took them. */
  const events = () =>
    sandbox
      .calls({ operation: 'events:PutEvents' })
      .flatMap(({ params }) => params.Entries as { readonly DetailType: string; readonly Detail: string }[])
      .map(({ DetailType: type, Detail: detail }) => ({ type, detail: JSON.parse(detail) }));
  return { sandbox, store, context, errors, events };
}
