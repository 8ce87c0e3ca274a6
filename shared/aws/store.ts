import type { AwsAccount } from './account.ts';
import { getObject, listObjects, putObject } from './operations/s3.ts';
import { allPages } from './paginate.ts';
import { answerOf, errorCode } from './read.ts';

/** What a write depends on. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
interface PutOptions {
  readonly contentType?: string;
  /** The object is still the one with this ETag. */
  readonly ifMatch?: string;
  /** There is no object. */
  readonly ifNoneMatch?: '*';
}

/** A text and the version of the object that it was read from. */
interface Tagged {
  readonly text: string;
  readonly etag: string;
}

/** Where a run keeps what is too large to pass from function to function, and what is kept from run to run. */
export interface Store {
  /**
   * Writes text, or its bytes in UTF-8, under a key, replacing what was there, and returns its ETag. Rejects with PreconditionFailed when the
   * condition does not hold. The answer to a write may be lost, and its repetition meets what it wrote itself: an object that
   * holds just this text counts as written. Where two writers could write the same text, and only one may succeed, each has to
   * write something of its own into it.
   */
  put(key: string, text: string | Uint8Array, options?: PutOptions): Promise<string>;
  /** The text under a key; `undefined` when there is none. */
  get(key: string): Promise<string | undefined>;
  getWithTag(key: string): Promise<Tagged | undefined>;
  /** All keys that begin with a prefix, in order. */
  list(prefix: string): Promise<string[]>;
}

/** Somebody else wrote the object first. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
}

/** Tries of a conditional write that S3 answers with a conflict: somebody writes the object at this moment. */
const CONFLICT_TRIES = 5;

/** The object is not as it was, or not there any more. */
const CONDITION_FAILED = ['PreconditionFailed', 'NoSuchKey'];

/** A store in an S3 bucket. Throws RequestError, and PreconditionFailed. */
export function s3Store(aws: AwsAccount, region: string, Bucket: string): Store {
  async function getWithTag(Key: string): Promise<Tagged | undefined> {
    return answerOf(`${getObject.action} of ${Key}`, async () => {
      try {
        const { Body, ETag } = await aws.send(getObject, region, { Bucket, Key });
        return { text: await Body.transformToString(), etag: ETag };
      } catch (error) {
        if (getObject.absent.includes(errorCode(error) ?? '')) return undefined;
        throw error;
      }
    });
  }

  /** Sends a write, again for as long as somebody else writes the object. */
  async function send(request: {
    readonly Key: string;
    readonly Body: string | Uint8Array;
  }): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return (await aws.send(putObject, region, { Bucket, ...request })).ETag;
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (CONDITION_FAILED.includes(code)) return alreadyWritten(request);
        if (code !== 'ConditionalRequestConflict' || tries === CONFLICT_TRIES) throw error;
      }
    }
  }

  /** The ETag of what an earlier try has written, although nobody heard of it. */
  async function alreadyWritten({ Key, Body }: Parameters<typeof send>[0]): Promise<string> {
    const stored = await getWithTag(Key);
    if (stored !== undefined && Buffer.from(Body).equals(Buffer.from(stored.text))) return stored.etag;
    throw new PreconditionFailed(`${Key} was written by another`);
  }

  return {
    put(Key, Body, { contentType = 'application/json', ifMatch, ifNoneMatch } = {}) {
      const conditions = {
        ...(ifMatch && { IfMatch: ifMatch }),
        ...(ifNoneMatch && { IfNoneMatch: ifNoneMatch }),
      };
      const request = { Key, Body, ContentType: contentType, ...conditions };
      return answerOf(`${putObject.action} of ${Key}`, () => send(request));
    },
    get: async (key) => (await getWithTag(key))?.text,
    getWithTag,
    async list(Prefix) {
      const objects = await answerOf(`${listObjects.action} of ${Prefix}`, () =>
        allPages(aws, region, listObjects, { Bucket, Prefix }),
      );
      return [...new Set(objects.map(({ Key }) => Key))];
    },
  };
}
