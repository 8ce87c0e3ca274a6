import type { AwsAccount } from './account.ts';
import { getObject, listObjects, putObject } from './operations/s3.ts';
import { allPages } from './paginate.ts';
import { errorCode } from './read.ts';

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
export function s3Store(aws: AwsAccount, region: string, Bucket: string): Store {
  return {
    async put(Key, Body, ContentType = 'application/json') {
      await aws.send(putObject, region, { Bucket, Key, Body, ContentType });
    },
    async get(Key) {
      try {
        const body = await aws.send(getObject, region, { Bucket, Key });
        return await body.transformToString();
      } catch (error) {
        if (getObject.absent.includes(errorCode(error) ?? '')) return undefined;
        throw error;
      }
    },
    async list(Prefix) {
      const objects = await allPages(aws, region, listObjects, { Bucket, Prefix });
      return objects.map(({ Key }) => Key);
    },
  };
}
