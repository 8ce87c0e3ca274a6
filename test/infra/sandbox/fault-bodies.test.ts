import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../../infra/sandbox/sandbox.ts';
import { anOrganizationToAsk, as, member, requestEachProtocol, running } from './support.ts';

const object = { Bucket: 'results', Key: 'key' };

async function failing(kind: FaultKind) {
  const sandbox = await running(anOrganizationToAsk());
  const s3 = new S3Client(as(sandbox, member));
  await s3.send(new PutObjectCommand({ ...object, Body: 'stored' }));
  sandbox.clearLog();
  sandbox.fail({ operation: '*', with: kind });
  return { sandbox, s3, statuses: () => sandbox.log.map(({ status }) => status) };
}

describe('a body that is no answer', () => {
  it('Malformed cannot be parsed', async () => {
    const { sandbox, statuses } = await failing('Malformed');
    const settled = await requestEachProtocol(sandbox);
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'rejected'));
    expect(statuses()).toEqual([200, 200, 200, 200, 200]);
  });

  it.each(['EmptyBody', 'EmptyObject'] as const)('%s is an answer without members', async (kind) => {
    const { sandbox, statuses } = await failing(kind);
    const answers = (await requestEachProtocol(sandbox)).map((settled) => {
      return (
        settled.status === 'fulfilled' && Object.keys(settled.value).filter((key) => key !== '$metadata')
      );
    });
    expect(answers).toEqual([[], [], [], [], []]);
    expect(statuses()).toEqual([200, 200, 200, 200, 200]);
  });

  it('Html is no JSON, and XML of another document', async () => {
    const { sandbox, s3, statuses } = await failing('Html');
    const settled = await requestEachProtocol(sandbox);
    expect(settled.slice(0, 2)).toMatchObject([
      { reason: { name: 'SyntaxError' } },
      { reason: { name: 'SyntaxError' } },
    ]);
    const stored = await s3.send(new GetObjectCommand(object));
    expect(stored.ContentType).toBe('text/html');
    expect(await stored.Body?.transformToString()).toContain('<html>');
    expect(statuses()).toEqual([200, 200, 200, 200, 200, 200]);
  });
});

describe('a fault of the connection', () => {
  it('ConnectionReset is noticed by the client, and nothing is done', async () => {
    const { sandbox, s3, statuses } = await failing('ConnectionReset');
    const settled = await requestEachProtocol(sandbox);
    expect(settled).toMatchObject(settled.map(() => ({ reason: { code: 'ECONNRESET' } })));
    expect(statuses()).toEqual([0, 0, 0, 0, 0]);
    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'new' }))).rejects.toThrow();
    expect(await storedText(sandbox, s3)).toBe('stored');
  });

  it('CutBody closes the connection in the middle of the right answer', async () => {
    const { sandbox, s3, statuses } = await failing('CutBody');
    const settled = await requestEachProtocol(sandbox);
    expect(settled).toMatchObject(settled.map(() => ({ reason: { code: 'ECONNRESET' } })));
    expect(statuses()).toEqual([200, 200, 200, 200, 200]);
    const { Body } = await s3.send(new GetObjectCommand(object));
    const chunks: string[] = [];
    await expect(collect(Body as AsyncIterable<Uint8Array>, chunks)).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(chunks.join('')).toBe('sto');
  });

  it('CutBody and its like run the operation', async () => {
    const { sandbox, s3 } = await failing('CutBody');
    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'new' }))).rejects.toThrow();
    expect(await storedText(sandbox, s3)).toBe('new');
  });

  it.each(['StalledBody', 'SlowBody'] as const)('%s never ends', async (kind) => {
    const { sandbox, s3, statuses } = await failing(kind);
    const pending = Promise.all([
      requestEachProtocol(sandbox),
      Promise.allSettled([
        s3.send(new PutObjectCommand({ ...object, Body: 'new' })),
        s3.send(new HeadObjectCommand(object)),
      ]),
    ]);
    await expect.poll(() => statuses(), { interval: 1 }).toEqual([200, 200, 200, 200, 200, 200, 200]);
    await sandbox.close();
    const settled = (await pending).flat();
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'rejected'));
  });

  it('StalledBody sends the first half', async () => {
    const { sandbox, s3 } = await failing('StalledBody');
    const { Body, ContentLength } = await s3.send(new GetObjectCommand(object));
    expect(ContentLength).toBe(6);
    const chunks: string[] = [];
    const reading = collect(Body as AsyncIterable<Uint8Array>, chunks).catch(() => undefined);
    await expect.poll(() => chunks.join(''), { interval: 1 }).toBe('sto');
    await sandbox.close();
    await reading;
    expect(chunks.join('')).toBe('sto');
  });

  it('SlowBody drips the whole and then blanks', async () => {
    const { sandbox, s3 } = await failing('SlowBody');
    const { Body } = await s3.send(new GetObjectCommand(object));
    const chunks: string[] = [];
    const reading = collect(Body as AsyncIterable<Uint8Array>, chunks).catch(() => undefined);
    await expect.poll(() => chunks.join(''), { interval: 1, timeout: 10_000 }).toMatch(/^stored {3}/);
    expect(new Set(chunks.map(({ length }) => length))).toContain(1);
    await sandbox.close();
    await reading;
  });
});

async function collect(body: AsyncIterable<Uint8Array>, chunks: string[]): Promise<void> {
  for await (const chunk of body) chunks.push(Buffer.from(chunk).toString());
}

async function storedText(sandbox: Awaited<ReturnType<typeof running>>, s3: S3Client) {
  sandbox.clearFaults();
  return (await s3.send(new GetObjectCommand(object))).Body?.transformToString();
}
