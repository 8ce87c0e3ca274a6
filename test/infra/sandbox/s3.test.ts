import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Call, invoke } from '../../../infra/sandbox/service.ts';
import { s3Service } from '../../../infra/sandbox/services/s3.ts';
import { State } from '../../../infra/sandbox/state.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, region, running } from './support.ts';

const Bucket = 'eks-auditor-results';

function organization() {
  return anOrganization()
    .account(member, { buckets: [Bucket] })
    .account(other);
}

/** A call of an operation without a request: a thousand requests take seconds. */
function callOf(accountId: string): Call {
  const state = new State(organization().build());
  const account = state.account(accountId);
  if (account === undefined) {
    throw new RangeError(`No account ${accountId} in this world.`);
  }
  const arn = `arn:aws:iam::${accountId}:user/test`;
  const caller = { accountId, arn, userId: 'AIDATEST', isRole: false };
  return { caller, account, region, state, now: state.clock(), endpointOf: async () => undefined };
}

async function bucket() {
  const sandbox = await running(organization());
  const client = new S3Client(as(sandbox, member));
  const put = (Key: string, Body = 'x') => client.send(new PutObjectCommand({ Bucket, Key, Body }));
  return { sandbox, client, put };
}

describe('S3', () => {
  it.each(['plan.json', 'runs/2026-11-22T12:00/target ä+1.json'])('stores the object %s', async (Key) => {
    const { client, put } = await bucket();
    await put(Key, '{"accounts":["é"]}');
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('{"accounts":["é"]}');
    expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(ContentLength);
  });

  it('stores a stream, which is sent in chunks with a trailing checksum', async () => {
    const { client } = await bucket();
    const parts = [Buffer.alloc(70_000, 'a'), Buffer.from('\r\n0\r\n'), Buffer.alloc(10, 'b')];
    const Body = Readable.from(parts);
    const ContentLength = Buffer.concat(parts).length;
    await client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength }));
    const stored = await client.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
    expect(await stored.Body?.transformToString()).toBe(Buffer.concat(parts).toString());
  });

  it('lists keys by prefix, in order and in pages', async () => {
    const { client, put } = await bucket();
    await Promise.all([...names(5, 'runs/a').toReversed(), 'other'].map((key) => put(key)));
    const pages: (string | undefined)[][] = [];
    const config = { client, pageSize: 4 };
    for await (const { Contents = [] } of paginateListObjectsV2(config, { Bucket, Prefix: 'runs/' })) {
      pages.push(Contents.map(({ Key }) => Key));
    }
    expect(pages.map((page) => page.length)).toEqual([4, 1]);
    expect(pages.flat()).toEqual(names(5, 'runs/a'));
  });

  it.each([{}, { 'max-keys': '2000' }])('lists at most 1,000 keys with the parameters %o', async (params) => {
    const call = callOf(member);
    for (const Key of names(1001)) {
      await invoke(s3Service, 'PutObject', { Bucket, Key, Body: Buffer.from('x') }, call);
    }
    expect(await invoke(s3Service, 'ListObjectsV2', { Bucket, ...params }, call)).toMatchObject({
      KeyCount: 1000,
      IsTruncated: true,
    });
  });

  it('groups keys by a delimiter', async () => {
    const { client, put } = await bucket();
    await Promise.all(['runs/1/a', 'runs/1/b', 'runs/2/a', 'runs/index'].map((key) => put(key)));
    const command = new ListObjectsV2Command({ Bucket, Prefix: 'runs/', Delimiter: '/' });
    const { CommonPrefixes, Contents } = await client.send(command);
    expect(CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['runs/1/', 'runs/2/']);
    expect(Contents?.map(({ Key }) => Key)).toEqual(['runs/index']);
  });

  it('answers a missing object or bucket with the error for it', async () => {
    const { client } = await bucket();
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'no' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'no' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(client.send(new GetObjectCommand({ Bucket: 'none', Key: 'no' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  it('logs the size of a body, not the body', async () => {
    const { sandbox, put } = await bucket();
    await put('plan.json', 'secret');
    expect(sandbox.log).toMatchObject([
      { operation: 's3:PutObject', params: { Key: 'plan.json', Body: '6 bytes' } },
    ]);
  });

  it('denies other accounts the bucket', async () => {
    const { sandbox, put } = await bucket();
    await put('plan.json');
    const client = new S3Client(as(sandbox, other));
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'plan.json' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
