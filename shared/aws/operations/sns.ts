import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { operation } from '../operation.ts';

/* https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */

export const publish = operation({
  action: 'sns:Publish',
  client: SNSClient,
  command: PublishCommand,
  answer: z.object({ MessageId: z.string() }),
});
