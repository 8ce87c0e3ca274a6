import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { operation } from '../operation.ts';

/* https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */

/** One entry in the answer for each event, in their order: with an error code where it was not taken. */
export const putEvents = operation({
  action: 'events:PutEvents',
  client: EventBridgeClient,
  command: PutEventsCommand,
  answer: z.object({
    FailedEntryCount: z.number(),
    Entries: z.array(z.object({ EventId: z.string().optional(), ErrorCode: z.string().optional() })),
  }),
});
