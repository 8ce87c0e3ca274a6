import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { allPages } from './paginate.ts';

/** Where a run keeps what is too large to pass from function to function. */
export interface Store {
  /** Writes text under a key, replacing what was there. */
  put(key: string, text: string, contentType?: string): Promise<void>;
  /** The text under a key; `undefined` when there is none. */
  get(key: string): Promise<string | undefined>;
  /** All keys that begin with a prefix, in order. */
  list(prefix: string): Promise<string[]>;
}

/** A store in an S3 bucket. Throws S3's errors. */
export function s3Store(s3: S3Client, bucket: string): Store {
  return {
    async put(Key, Body, ContentType = 'application/json') {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }));
    },
    async get(Key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    list: (Prefix) =>
      allPages(async (ContinuationToken) => {
        const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken });
        const answer = await s3.send(command);
        // S3 leaves the list out when nothing has the prefix.
        const items = (answer.Contents ?? []).flatMap((object) => (object.Key ? [object.Key] : []));
        return { items, next: answer.NextContinuationToken };
      }),
  };
}
