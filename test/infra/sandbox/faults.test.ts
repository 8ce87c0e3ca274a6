import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../../infra/sandbox/sandbox.ts';
import {
  as,
  member,
  anOrganizationToAsk as organization,
  other,
  region,
  requestEachProtocol,
  running,
  signedRequest,
} from './support.ts';

describe('a fault', () => {
  const answers: [FaultKind, [name: string, status: number][]][] = [
    [
      'AccessDenied',
      [
        ['AccessDeniedException', 403],
        ['AccessDeniedException', 400],
        ['AccessDenied', 403],
        ['UnauthorizedOperation', 403],
        ['AccessDenied', 403],
      ],
    ],
    [
      'Throttling',
      [
        ['ThrottlingException', 429],
        ['ThrottlingException', 400],
        ['Throttling', 400],
        ['RequestLimitExceeded', 503],
        ['SlowDown', 503],
      ],
    ],
    [
      'ServiceUnavailable',
      [
        ['ServiceUnavailableException', 503],
        ['ServiceUnavailableException', 503],
        ['ServiceUnavailable', 503],
        ['Unavailable', 503],
        ['ServiceUnavailable', 503],
      ],
    ],
    [
      'ExpiredToken',
      [
        ['ExpiredTokenException', 403],
        ['ExpiredTokenException', 400],
        ['ExpiredToken', 403],
        ['RequestExpired', 400],
        ['ExpiredToken', 400],
      ],
    ],
    [
      'NotFound',
      [
        ['ResourceNotFoundException', 404],
        ['NotFoundException', 400],
        ['ResourceNotFoundException', 404],
        ['InvalidParameterValue', 400],
        ['NoSuchBucket', 404],
      ],
    ],
    [
      'ServerError',
      [
        ['InternalFailure', 500],
        ['InternalFailure', 500],
        ['InternalFailure', 500],
        ['InternalError', 500],
        ['InternalError', 500],
      ],
    ],
  ];

  it.each(answers)('%s is answered with the error of each protocol', async (kind, expected) => {
    const sandbox = await running(organization());
    sandbox.fail({ operation: '*', with: kind });
    const errors = (await requestEachProtocol(sandbox)).map((answer) => {
      return answer.status === 'rejected' && [answer.reason.name, answer.reason.$metadata.httpStatusCode];
    });
    expect(errors).toEqual(expected);
  });

  it('applies to as many requests as it says', async () => {
    const sandbox = await running(organization());
    sandbox.fail({ operation: 'eks:ListClusters', times: 2, with: 'Throttling' });
    const client = new EKSClient(as(sandbox, member));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await client.send(new ListClustersCommand({})).catch(() => undefined);
    }
    expect(sandbox.log.map(({ status, errorCode }) => [status, errorCode])).toEqual([
      [429, 'ThrottlingException'],
      [429, 'ThrottlingException'],
      [200, undefined],
    ]);
  });

  it('applies only to its operation, account, Region and parameters', async () => {
    const sandbox = await running(organization());
    sandbox.fail({
      operation: 'eks:DescribeCluster',
      accountId: member,
      region,
      with: 'AccessDenied',
      match: ({ name }) => name === 'prod',
    });
    const describeIn = (accountId: string, inRegion: string, name: string) =>
      new EKSClient(as(sandbox, accountId, inRegion)).send(new DescribeClusterCommand({ name })).then(
        () => 'found',
        (error: Error) => error.name,
      );
    expect(await describeIn(member, region, 'prod')).toBe('AccessDeniedException');
    expect(await describeIn(member, region, 'test')).toBe('found');
    expect(await describeIn(other, region, 'prod')).toBe('ResourceNotFoundException');
    expect(await describeIn(member, 'us-east-1', 'prod')).toBe('ResourceNotFoundException');
    const { clusters } = await new EKSClient(as(sandbox, member)).send(new ListClustersCommand({}));
    expect(clusters).toEqual(['prod', 'test']);
  });

  it('of a service applies to no other, until faults are cleared', async () => {
    const sandbox = await running(organization());
    sandbox.fail({ operation: 'eks:*', with: 'ServerError' });
    const outcomes = async () =>
      (await requestEachProtocol(sandbox)).map(({ status }) => status === 'fulfilled');
    expect(await outcomes()).toEqual([false, true, true, true, true]);
    sandbox.clearFaults();
    expect(await outcomes()).toEqual([true, true, true, true, true]);
  });
});

describe('the log', () => {
  it('has the account, Region, operation, parameters and result of each request', async () => {
    const sandbox = await running(organization());
    const client = new EKSClient(as(sandbox, member));
    await client.send(new ListClustersCommand({ maxResults: 10 }));
    await client.send(new DescribeClusterCommand({ name: 'gone' })).catch(() => undefined);
    expect(sandbox.log).toMatchObject([
      {
        operation: 'eks:ListClusters',
        service: 'eks',
        accountId: member,
        region,
        params: { maxResults: '10' },
        status: 200,
      },
      {
        operation: 'eks:DescribeCluster',
        params: { name: 'gone' },
        status: 404,
        errorCode: 'ResourceNotFoundException',
      },
    ]);
  });

  it('is filtered by operation, account and Region', async () => {
    const sandbox = await running(organization());
    for (const config of [as(sandbox, member), as(sandbox, member, 'us-east-1'), as(sandbox, other)]) {
      await new EKSClient(config).send(new ListClustersCommand({}));
    }
    expect(sandbox.calls()).toHaveLength(3);
    expect(sandbox.calls({ operation: 'eks:ListClusters', accountId: member })).toHaveLength(2);
    expect(sandbox.calls({ region: 'us-east-1' })).toHaveLength(1);
    expect(sandbox.calls({ operation: 'eks:DescribeCluster' })).toEqual([]);
    sandbox.clearLog();
    expect(sandbox.log).toEqual([]);
  });
});

describe('requests at the same time', () => {
  it('are answered concurrently and counted', async () => {
    const { promise: allArrived, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const sleep = () => {
      waiting += 1;
      if (waiting === 20) resolve();
      return allArrived;
    };
    const sandbox = await running(organization(), { sleep });
    const client = new EKSClient(as(sandbox, member));
    await Promise.all(Array.from({ length: 20 }, () => client.send(new ListClustersCommand({}))));
    expect(sandbox.maxInFlight).toBe(20);
    sandbox.clearLog();
    await client.send(new ListClustersCommand({}));
    expect(sandbox.maxInFlight).toBe(1);
  });

  it('are delayed by the latency that was set', async () => {
    const delays: number[] = [];
    const sandbox = await running(organization(), { sleep: async (delay) => void delays.push(delay) });
    const client = new EKSClient(as(sandbox, member));
    await client.send(new ListClustersCommand({}));
    sandbox.latency(60_000);
    await client.send(new ListClustersCommand({}));
    expect(delays).toEqual([0, 60_000]);
  });
});

describe('an invalid request', () => {
  it.each([
    ['eks', 'GET', '/unknown', {}, undefined, 404, 'UnknownOperationException'],
    ['kms', 'POST', '/', { 'x-amz-target': 'TrentService.Unknown' }, '{}', 400, 'UnknownOperationException'],
    ['kms', 'POST', '/', { 'x-amz-target': 'Other.DescribeKey' }, '{}', 400, 'UnknownOperationException'],
    ['kms', 'POST', '/', { 'x-amz-target': 'TrentService.DescribeKey' }, '{', 400, 'SerializationException'],
    ['kms', 'POST', '/', { 'x-amz-target': 'TrentService.DescribeKey' }, '[]', 400, 'SerializationException'],
    ['kms', 'POST', '/', { 'x-amz-target': 'TrentService.DescribeKey' }, '{}', 400, 'ValidationException'],
    ['sts', 'POST', '/', {}, 'Action=Unknown&Version=2011-06-15', 400, 'InvalidAction'],
    ['sts', 'POST', '/', {}, 'Version=2011-06-15', 400, 'MissingAction'],
    ['sts', 'POST', '/', {}, 'Action=GetCallerIdentity&Version=2000-01-01', 404, 'UnknownOperationException'],
    ['ec2', 'POST', '/', {}, 'Action=Unknown&Version=2016-11-15', 400, 'InvalidAction'],
    ['s3', 'DELETE', '/results/key', {}, undefined, 501, 'NotImplemented'],
    ['unheard-of', 'GET', '/', {}, undefined, 404, 'UnknownOperationException'],
  ])('of %s: %s %s %o', async (service, method, path, headers, body, status, code) => {
    const sandbox = await running(organization());
    const signed = await signedRequest(sandbox, service, { method, path, headers, body });
    const response = await fetch(sandbox.url + path, { method, headers: signed.headers, body: body ?? null });
    expect(response.status).toBe(status);
    expect(`${response.headers.get('x-amzn-errortype')} ${await response.text()}`).toContain(code);
  });
});
