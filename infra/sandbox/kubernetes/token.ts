import { authenticate } from '../authentication.ts';
import type { Caller } from '../caller.ts';
import { AwsError } from '../errors.ts';
import { regionsOf } from '../regions.ts';
import { stsService } from '../services/sts.ts';
import type { State } from '../state.ts';

const PREFIX = 'k8s-aws-v1.';
/** Minutes that EKS takes a token for, whatever `X-Amz-Expires` says. */
const VALID_MS = 15 * 60_000;
/** The header by which a token is for one cluster. */
const CLUSTER_HEADER = 'x-k8s-aws-id';
const UNPADDED_BASE64URL = /^[\w-]+$/;
const CREDENTIAL = /^(?<key>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/sts\/aws4_request$/;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const PARAMETERS = new Set([
  'Action',
  'Version',
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'x-amz-user-agent',
]);

/**
 * Whose token it is, for the cluster of that name: it is a request to STS, signed for 15 minutes, that is sent with the
 * cluster's name. Undefined for any that EKS refuses.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
 */
export function callerOfToken(state: State, token: string, clusterName: string): Caller | undefined {
  const url = urlOf(token);
  const query = url?.searchParams;
  const scope = CREDENTIAL.exec(query?.get('X-Amz-Credential') ?? '')?.groups;
  const signedHeaders = (query?.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (url === undefined || query === undefined || scope === undefined) return undefined;
  const { key = '', date = '', region = '' } = scope;
  const { dnsSuffix } = regionsOf(state.world.partition);
  const hosts = [`sts.${region}.${dnsSuffix}`, `sts.${dnsSuffix}`];
  const isSound =
    hosts.includes(url.host) && isAsked(query) && isFresh(query.get('X-Amz-Date'), state.clock());
  if (!isSound || !signedHeaders.includes(CLUSTER_HEADER)) return undefined;
  const signature = query.get('X-Amz-Signature') ?? '';
  query.delete('X-Amz-Signature');
  const headers = {
    host: url.host,
    [CLUSTER_HEADER]: clusterName,
    'x-amz-date': query.get('X-Amz-Date') ?? '',
    ...withToken(query.get('X-Amz-Security-Token')),
  };
  const request = { method: 'GET', path: url.pathname, query, headers, body: Buffer.alloc(0) };
  const authorization = { accessKeyId: key, date, region, service: 'sts', signedHeaders, signature };
  return tried(() => authenticate(state, stsService, authorization, request));
}

function urlOf(token: string): URL | undefined {
  const encoded = token.startsWith(PREFIX) ? token.slice(PREFIX.length) : '';
  if (!UNPADDED_BASE64URL.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64url').toString('utf8');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.pathname === '/' ? url : undefined;
}

/** Only who the caller is, by parameters that are known and given once. */
function isAsked(query: URLSearchParams): boolean {
  const names = [...query.keys()];
  return (
    query.get('Action') === 'GetCallerIdentity' &&
    /^[0-9a-f]{64}$/.test(query.get('X-Amz-Signature') ?? '') &&
    names.length === new Set(names).size &&
    names.every((name) => PARAMETERS.has(name))
  );
}

function isFresh(date: string | null, now: Date): boolean {
  const signedAt = Date.parse((date ?? '').replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  return Math.abs(now.getTime() - signedAt) <= VALID_MS;
}

function withToken(token: string | null) {
  return token === null ? {} : { 'x-amz-security-token': token };
}

function tried(work: () => Caller): Caller | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
