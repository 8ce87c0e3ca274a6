import { describe, expect, it } from 'vitest';
import { includesEveryone, parseAwsPrincipal } from '../../../../shared/evaluate/iam/principals.ts';

const ACCOUNT = '111122223333';

describe('a principal of AWS', () => {
  it.each([ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`, `arn:aws-cn:iam::${ACCOUNT}:root`])(
    'is an account as %s',
    (text) => {
      expect(parseAwsPrincipal(text)).toEqual({ kind: 'account', accountId: ACCOUNT });
    },
  );

  it.each([
    `arn:aws:iam::${ACCOUNT}:role/ci`,
    `arn:aws:iam::${ACCOUNT}:user/root`,
    `arn:aws:iam::${ACCOUNT}:*`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/ci/session`,
  ])('is an identity as %s', (arn) => {
    expect(parseAwsPrincipal(arn)).toEqual({ kind: 'identity', accountId: ACCOUNT, arn });
  });

  it.each(['AROAEXAMPLE123456789', 'AIDAEXAMPLE123456789'])('is a deleted identity as %s', (text) => {
    expect(parseAwsPrincipal(text)).toEqual({ kind: 'deleted-identity' });
  });

  it('is everyone as *', () => {
    expect(parseAwsPrincipal('*')).toEqual({ kind: 'everyone' });
  });

  it.each(['arn:aws:iam::*:root', 'arn:aws:iam::11112222????:role/ci'])('is a wildcard as %s', (text) => {
    expect(parseAwsPrincipal(text)).toEqual({ kind: 'wildcard' });
  });

  it('is CloudFront as an origin access identity', () => {
    const identity = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE';

    expect(parseAwsPrincipal(identity)).toEqual({ kind: 'service', service: 'cloudfront.amazonaws.com' });
  });

  it.each([
    'ci',
    '11112222333',
    `arn:aws:ec2::${ACCOUNT}:instance/i-1`,
    `arn:aws:iam:eu-west-1:${ACCOUNT}:root`,
    'arn:aws:iam::cloudfront:role/ci',
    'arn:aws:sts::cloudfront:user/ci',
    'arn:aws:iam::elsewhere:user/ci',
    'arn:aws:iam:eu-west-1:cloudfront:user/ci',
    `x${ACCOUNT}`,
    'AROAEXAMPLE12345678-',
  ])('is not %s', (text) => {
    expect(parseAwsPrincipal(text)).toBeUndefined();
  });
});

describe('principals', () => {
  const account = { kind: 'account', accountId: ACCOUNT } as const;
  const everyone = { kind: 'everyone' } as const;

  it('include everyone when one of them is everyone, and not when they are excepted', () => {
    expect(includesEveryone({ negated: false, members: [account, everyone] })).toBe(true);
    expect(includesEveryone({ negated: false, members: [account] })).toBe(false);
    expect(includesEveryone({ negated: true, members: [everyone] })).toBe(false);
  });
});
