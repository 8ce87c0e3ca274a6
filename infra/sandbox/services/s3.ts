import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { type S3Object, s3Protocol } from '../protocols/s3.ts';
import { type Call, operation, type Service } from '../service.ts';
import type { StoredObject } from '../state.ts';

const invalid = (message: string) => new AwsError('InvalidArgument', message);

/** The caller's bucket. @throws AwsError NoSuchBucket, or AccessDenied for a bucket of another account */
function bucketOf(name: string, { account, state }: Call): Map<string, StoredObject> {
  const owner = state.world.accounts.find(({ buckets }) => buckets.includes(name));
  if (owner === undefined) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }
  if (owner.id !== account.id) {
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  }
  const bucket = state.objects.get(name) ?? new Map<string, StoredObject>();
  state.objects.set(name, bucket);
  return bucket;
}

function objectOf(bucket: ReadonlyMap<string, StoredObject>, key: string): StoredObject {
  const found = bucket.get(key);
  if (found === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }
  return found;
}

function headersOf({ contentType, etag, lastModified }: StoredObject): Record<string, string> {
  return {
    'content-type': contentType,
    etag,
    'last-modified': lastModified.toUTCString(),
  };
}

const target = { Bucket: z.string(), Key: z.string().min(1).max(1024) };

const putObject = operation(
  z.strictObject({
    ...target,
    Body: z.instanceof(Buffer),
    ContentType: z.string().default('application/octet-stream'),
    IfMatch: z.string().optional(),
    IfNoneMatch: z.literal('*').optional(),
  }),
  ({ Bucket, Key, Body, ContentType, ...condition }, call): S3Object => {
    checkCondition(condition, bucketOf(Bucket, call).get(Key));
    const etag = `"${createHash('md5').update(Body).digest('hex')}"`;
    const stored = { body: Body, contentType: ContentType, etag, lastModified: call.now };
    bucketOf(Bucket, call).set(Key, stored);
    return { headers: { etag } };
  },
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function checkCondition(
  { IfMatch, IfNoneMatch }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: '*' | undefined },
  stored: StoredObject | undefined,
): void {
  if (IfMatch !== undefined && stored === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }
  const isOther = IfMatch !== undefined && IfMatch !== stored?.etag;
  if (isOther || (IfNoneMatch !== undefined && stored !== undefined)) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
}

const listObjects = operation(
  z.strictObject({
    Bucket: z.string(),
    prefix: z.string().default(''),
    delimiter: z.string().min(1).optional(),
    'max-keys': z.coerce.number().int().min(0).default(1000),
    'continuation-token': z.string().optional(),
    'start-after': z.string().default(''),
  }),
  (params, call) => {
    const { Bucket: Name, prefix: Prefix, delimiter: Delimiter } = params;
    const bucket = bucketOf(Name, call);
    const entries = new Map<string, StoredObject | undefined>();
    for (const key of [...bucket.keys()].sort()) {
      if (key.startsWith(Prefix) && key > params['start-after']) {
        const cut = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
        entries.set(cut === -1 ? key : key.slice(0, cut + 1), cut === -1 ? bucket.get(key) : undefined);
      }
    }
    const page = paginate([...entries], {
      list: `objects of ${Name} ${Prefix} ${Delimiter ?? ''}`,
      size: Math.min(params['max-keys'], 1000),
      token: params['continuation-token'],
      invalidToken: invalid,
    });
    return { Name, Prefix, ...describePage(page.items), ...continuation(page.nextToken) };
  },
);

function describePage(items: readonly (readonly [string, StoredObject | undefined])[]) {
  const Contents = items.flatMap(([Key, stored]) =>
    stored === undefined
      ? []
      : [
          {
            Key,
            LastModified: stored.lastModified,
            ETag: stored.etag,
            Size: stored.body.length,
            StorageClass: 'STANDARD',
          },
        ],
  );
  const CommonPrefixes = items.filter(([, stored]) => stored === undefined).map(([Prefix]) => ({ Prefix }));
  return { KeyCount: items.length, Contents, CommonPrefixes };
}

function continuation(NextContinuationToken: string | undefined) {
  return { IsTruncated: NextContinuationToken !== undefined, NextContinuationToken };
}

export const s3Service: Service = {
  name: 's3',
  signingName: 's3',
  protocol: s3Protocol,
  invalid,
  operations: {
    PutObject: putObject,
    GetObject: operation(z.strictObject(target), ({ Bucket, Key }, call): S3Object => {
      const stored = objectOf(bucketOf(Bucket, call), Key);
      return { headers: headersOf(stored), body: stored.body };
    }),
    HeadObject: operation(z.strictObject(target), ({ Bucket, Key }, call): S3Object => {
      const stored = objectOf(bucketOf(Bucket, call), Key);
      return { headers: { ...headersOf(stored), 'content-length': String(stored.body.length) } };
    }),
    DeleteObject: operation(z.strictObject(target), ({ Bucket, Key }, call): S3Object => {
      bucketOf(Bucket, call).delete(Key);
      return {};
    }),
    ListObjectsV2: listObjects,
  },
};
