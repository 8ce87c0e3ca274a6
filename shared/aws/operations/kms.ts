import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { optionalOperation } from '../operation.ts';

const text = z.string().min(1);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const describeKey = optionalOperation({
  action: 'kms:DescribeKey',
  client: KMSClient,
  command: DescribeKeyCommand,
  absent: ['NotFoundException'],
  answer: z
    .object({ KeyMetadata: z.object({ Arn: text, KeyManager: text, KeyState: text }) })
    .transform(({ KeyMetadata }) => KeyMetadata),
});
