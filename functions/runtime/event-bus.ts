import type { AwsAccount } from '../../shared/aws/account.ts';
import { putEvents } from '../../shared/aws/operations/eventbridge.ts';
import { chunksOf } from '../../shared/aws/paginate.ts';
import { answerOf } from '../../shared/aws/read.ts';

/** The `source` of all events of the auditor. */
export const EVENT_SOURCE = 'eks-auditor';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;

/** One event: its `detail-type` and its `detail`. */
export interface AuditorEvent {
  readonly detailType: 'EKS Auditor Finding' | 'EKS Auditor Run';
  readonly detail: object;
}

/** The auditor's own event bus. */
export interface EventBus {
  /** Puts events on the bus, in order. Returns those that it did not take; rejects with RequestError. */
  send<Event extends AuditorEvent>(events: readonly Event[]): Promise<Event[]>;
}

export function eventBus(aws: AwsAccount, region: string, EventBusName: string): EventBus {
  return {
    async send(events) {
      const refused: (typeof events)[number][] = [];
      for (const batch of chunksOf(events, MAX_ENTRIES)) {
        const Entries = batch.map(({ detailType, detail }) => ({
          EventBusName,
          Source: EVENT_SOURCE,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        }));
        const { Entries: answers } = await answerOf(putEvents.action, () =>
          aws.send(putEvents, region, { Entries }),
        );
        // An event of which the answer says nothing was not confirmed.
        refused.push(...batch.filter((_, index) => answers[index]?.EventId === undefined));
      }
      return refused;
    },
  };
}
