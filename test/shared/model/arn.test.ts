import { describe, expect, it, test } from 'vitest';
import { formatArn, parseArn, resourceNameOf } from '../../../shared/model/arn.ts';

const LISTENER =
  'arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2';

describe('an ARN', () => {
  it.each([
    ['arn:aws:eks:eu-west-1:111111111111:cluster/orders', 'aws', 'eks', 'eu-west-1', '111111111111'],
    ['arn:aws-us-gov:iam::111111111111:role/base/reader', 'aws-us-gov', 'iam', '', '111111111111'],
    ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy', 'aws', 'iam', '', 'aws'],
    ['arn:aws:s3:::images', 'aws', 's3', '', ''],
    [LISTENER, 'aws', 'elasticloadbalancing', 'eu-west-1', '111111111111'],
  ])('%s has its partition, service, Region and account', (text, partition, service, region, accountId) => {
    expect(parseArn(text)).toMatchObject({ partition, service, region, accountId });
  });

  it('keeps the colons and slashes of its resource', () => {
    const resource = 'assumed-role/a:b/session';

    expect(parseArn(`arn:aws:sts::111111111111:${resource}`)?.resource).toBe(resource);
  });

  it.each([LISTENER, 'arn:aws:s3:::images', 'arn:aws:iam::111111111111:root'])(
    'is the same once it is taken apart and put together: %s',
    (text) => {
      const arn = parseArn(text);

      expect(arn && formatArn(arn)).toBe(text);
    },
  );

  it.each([
    '',
    'alias/secrets',
    'AWS::::Account:111111111111',
    'arn:aws:iam::111111111111',
    'arn:aws:iam::111111111111:',
    'arn:*:iam::111111111111:root',
  ])('is not %j', (text) => {
    expect(parseArn(text)).toBeUndefined();
  });
});

test.each([
  ['arn:aws:ecr:eu-west-1:111111111111:repository/team/api', 'team/api'],
  ['arn:aws:rds:eu-west-1:111111111111:db:orders', 'orders'],
  ['arn:aws:iam::111111111111:root', undefined],
])('the resource of %s is named %s', (text, name) => {
  const arn = parseArn(text);

  expect(arn && resourceNameOf(arn)).toBe(name);
});
