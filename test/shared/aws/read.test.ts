import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { MalformedResponseError } from '../../../shared/aws/errors.ts';
import { getCallerIdentity } from '../../../shared/aws/operations/sts.ts';
import { answerOf, awsReader, toReading } from '../../../shared/aws/read.ts';
import { accessTo } from '../../aws-access.ts';
import { PAYMENTS, REGION } from '../../harness.ts';

function awsError(name: string, status = 400): Error {
  return Object.assign(new Error('not today'), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });
}

function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

function failing(error: unknown) {
  return toReading('eks:DescribeCluster', () => Promise.reject(error));
}

describe('reading', () => {
  test('turns an answer into evidence', async () => {
    expect(await toReading('eks:ListClusters', async () => ['prod'])).toEqual({
      state: 'present',
      value: ['prod'],
    });
  });

  test.each([
    ['AccessDeniedException', 'denied'],
    ['AccessDenied', 'denied'],
    ['UnauthorizedOperation', 'denied'],
    ['ExpiredToken', 'denied'],
    ['UnrecognizedClientException', 'denied'],
    ['ThrottlingException', 'throttled'],
    ['RequestLimitExceeded', 'throttled'],
    ['Throttling', 'throttled'],
    ['SlowDown', 'throttled'],
    ['KMS.ThrottlingException', 'throttled'],
    ['ResourceNotFoundException', 'gone'],
    ['NoSuchEntity', 'gone'],
    ['InvalidInstanceID.NotFound', 'gone'],
    ['ServerException', 'failed'],
    ['InvalidParameterException', 'failed'],
  ])('classifies %s as %s, and names operation and code', async (code, kind) => {
    expect(await failing(awsError(code))).toEqual({
      state: 'unreadable',
      kind,
      code,
      operation: 'eks:DescribeCluster',
      detail: 'not today',
    });
  });

  test('classifies an unknown code by its HTTP status', async () => {
    expect(await failing(awsError('SlowPlease', 429))).toMatchObject({ kind: 'throttled' });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET'])(
    'classifies %s of the network as failed',
    async (code) => {
      expect(await failing(networkError(code))).toMatchObject({ state: 'unreadable', kind: 'failed', code });
    },
  );

  test('names the network’s error, whatever the SDK adds to it', async () => {
    const credentials = () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' });
    // Nobody listens there.
    const nowhere = accessTo({ url: 'http://127.0.0.1:1', credentials }, PAYMENTS, { maxAttempts: 2 });

    const answer = await awsReader(nowhere, REGION).read(getCallerIdentity, {});

    expect(answer).toMatchObject({ kind: 'failed', code: 'ECONNREFUSED' });
  });

  test('reports an answer of the wrong form as malformed, with the field', async () => {
    const wrong = async () => z.object({ cluster: z.object({ name: z.string() }) }).parse({ cluster: {} });

    expect(await toReading('eks:DescribeCluster', wrong)).toMatchObject({
      kind: 'failed',
      code: 'MalformedResponse',
      detail: expect.stringContaining('cluster.name'),
    });
    expect(await failing(new MalformedResponseError('no list'))).toMatchObject({ code: 'MalformedResponse' });
  });

  test('rethrows bugs', async () => {
    const bug = new TypeError('cannot read properties of undefined');

    await expect(failing(bug)).rejects.toBe(bug);
  });

  test('keeps details short and on one line', async () => {
    const long = Object.assign(awsError('AccessDenied'), { message: `no\nno ${'x'.repeat(1_000)}` });

    const answer = await failing(long);

    expect(answer).toMatchObject({ detail: expect.stringMatching(/^no no x+…$/) });
    expect(answer.state === 'unreadable' && answer.detail.length).toBe(300);
  });
});

describe('what there is no going on without', () => {
  test.each([
    ['ThrottledError', 'SlowDown', 503],
    ['ThrottledError', 'KMS.ThrottlingException', 400],
    ['ThrottledError', 'SlowPlease', 429],
    ['RequestError', 'InternalError', 500],
    ['RequestError', 'ServiceUnavailable', 503],
    ['RequestError', 'AccessDenied', 403],
  ])('is missed with %s when it fails with %s', async (name, code, status) => {
    const missed = answerOf('s3:GetObject', () => Promise.reject(awsError(code, status)));

    await expect(missed).rejects.toMatchObject({
      name,
      message: `s3:GetObject failed with ${code}: not today`,
    });
  });

  test('is missed with RequestError when the network fails', async () => {
    const missed = answerOf('s3:GetObject', () => Promise.reject(networkError('ECONNRESET')));

    await expect(missed).rejects.toMatchObject({ name: 'RequestError' });
  });
});
