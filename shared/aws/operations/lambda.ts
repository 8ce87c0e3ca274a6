import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { operation } from '../operation.ts';

/** Of the account and Region of the caller. https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const getAccountSettings = operation({
  action: 'lambda:GetAccountSettings',
  client: LambdaClient,
  command: GetAccountSettingsCommand,
  answer: z
    .object({
      AccountLimit: z.object({
        /** The quota of the account. */
        ConcurrentExecutions: z.number(),
        /** What no function has reserved of it. */
        UnreservedConcurrentExecutions: z.number(),
      }),
    })
    .transform(({ AccountLimit }) => AccountLimit),
});
