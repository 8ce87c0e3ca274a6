import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { clusterToken } from '../../../../shared/collect/kubernetes/token.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session/token+=',
};
const NOW = new Date('2026-11-26T10:00:00.000Z');

const tokenOf = (
  region: string,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = CREDENTIALS,
) => clusterToken({ name: 'orders', region }, credentials, NOW);

const urlOf = (token: string) =>
  new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));

/** The signature as AWS's documentation computes it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(url: URL, secret: string, region: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const emptyHash = createHash('sha256').update('').digest('hex');
  const request = [
    'GET',
    '/',
    query,
    `host:${url.host}`,
    'x-k8s-aws-id:orders',
    '',
    'host;x-k8s-aws-id',
    emptyHash,
  ].join('\n');
  const time = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${time.slice(0, 8)}/${region}/sts/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(request).digest('hex')].join(
    '\n',
  );
  const key = scope
    .split('/')
    .reduce<Buffer | string>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${secret}`,
    );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe('the token of a cluster', () => {
  test('is a request to STS that names the cluster, signed as AWS documents', async () => {
    const token = await tokenOf('eu-west-1');

    const url = urlOf(token);
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    expect(url.origin + url.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': CREDENTIALS.sessionToken,
    });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, 'secret', 'eu-west-1'));
    expect(token).not.toContain('secret');
  });

  test.each([
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu'],
  ])('is for the STS of its partition: %s', async (region, host) => {
    expect(urlOf(await tokenOf(region)).host).toBe(host);
  });

  test('needs no session token', async () => {
    const url = urlOf(await tokenOf('eu-west-1', { accessKeyId: 'AKID', secretAccessKey: 'other' }));

    expect(url.searchParams.has('X-Amz-Security-Token')).toBe(false);
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, 'other', 'eu-west-1'));
  });
});
