import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { optionalOperation } from '../operation.ts';

/** Absent 90 days after its end. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const describeExecution = optionalOperation({
  action: 'states:DescribeExecution',
  client: SFNClient,
  command: DescribeExecutionCommand,
  absent: ['ExecutionDoesNotExist'],
  answer: z.object({ status: z.string().min(1) }),
});
