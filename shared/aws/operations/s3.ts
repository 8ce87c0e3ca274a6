import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { listing, operation, optionalOperation } from '../operation.ts';

/* https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */

const client = S3Client;
const text = z.string().min(1);

export const putObject = operation({
  action: 's3:PutObject',
  client,
  command: PutObjectCommand,
  answer: z.object({ ETag: text }),
});

/** A body that comes as it is read. */
interface Body {
  transformToString(): Promise<string>;
}

export const getObject = optionalOperation({
  action: 's3:GetObject',
  client,
  command: GetObjectCommand,
  absent: ['NoSuchKey'],
  answer: z.object({ Body: z.custom<Body>((body) => body !== undefined), ETag: text }),
});

export const deleteObject = operation({
  action: 's3:DeleteObject',
  client,
  command: DeleteObjectCommand,
  answer: z.object({}),
});

/** S3 leaves the list out when nothing has the prefix. */
export const listObjects = listing({
  action: 's3:ListBucket',
  client,
  command: ListObjectsV2Command,
  token: 'ContinuationToken',
  answer: z
    .object({
      Contents: z.array(z.object({ Key: text })).optional(),
      NextContinuationToken: z.string().optional(),
    })
    .transform((page) => ({ items: page.Contents ?? [], next: page.NextContinuationToken })),
});
