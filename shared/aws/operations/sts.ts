import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { operation } from '../operation.ts';

/* https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */

const client = STSClient;
const text = z.string().min(1);

export const assumeRole = operation({
  action: 'sts:AssumeRole',
  client,
  command: AssumeRoleCommand,
  answer: z
    .object({
      Credentials: z.object({
        AccessKeyId: text,
        SecretAccessKey: text,
        SessionToken: text,
        Expiration: z.date(),
      }),
    })
    .transform(({ Credentials }) => Credentials),
});

export const getCallerIdentity = operation({
  action: 'sts:GetCallerIdentity',
  client,
  command: GetCallerIdentityCommand,
  answer: z.object({ Account: text, Arn: text }),
});
