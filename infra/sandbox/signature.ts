import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from './protocols/protocol.ts';

/** The Authorization header of Signature Version 4, in its parts. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** In hexadecimal. */
  readonly signature: string;
}

const pattern =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/,\s]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request,\s*SignedHeaders=(?<headers>[^,]+),\s*Signature=(?<signature>[0-9a-f]{64})$/;

/** `undefined` for a request that is not signed. */
export function parseAuthorization({ headers }: WireRequest): Authorization | undefined {
  const groups = pattern.exec(headers.authorization ?? '')?.groups;
  if (groups === undefined) {
    return undefined;
  }
  const { key = '', date = '', region = '', service = '', headers: signed = '', signature = '' } = groups;
  return { accessKeyId: key, date, region, service, signedHeaders: signed.split(';'), signature };
}

/**
 * Whether the request is signed with that secret, and its body is the one that was signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedWith(secret: string, request: WireRequest, authorization: Authorization): boolean {
  const { date, region, service, signature } = authorization;
  const bodyHash = sha256(request.body);
  const declared = headerOf(request, 'x-amz-content-sha256');
  if (/^[0-9a-f]{64}$/.test(declared) && declared !== bodyHash) {
    return false;
  }
  const canonical = canonicalRequest(request, authorization, declared || bodyHash);
  const scope = [date, region, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', headerOf(request, 'x-amz-date'), scope.join('/'), sha256(canonical)];
  const key = scope.reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secret}`);
  return timingSafeEqual(hmac(key, text.join('\n')), Buffer.from(signature, 'hex'));
}

/** S3's paths are encoded once, those of all other services twice. */
function canonicalRequest(request: WireRequest, authorization: Authorization, payloadHash: string): string {
  const { signedHeaders, service } = authorization;
  const headers = signedHeaders.map((name) => {
    return `${name}:${headerOf(request, name).trim().replace(/\s+/g, ' ')}\n`;
  });
  const path =
    service === 's3' ? request.path : request.path.split('/').map(encodeURIComponentStrictly).join('/');
  return [
    request.method,
    path,
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map((pair) => pair.map(encodeURIComponentStrictly).join('='))
    .sort()
    .join('&');
}

/** RFC 3986, in which only letters, digits and `-._~` stay as they are. */
function encodeURIComponentStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function headerOf({ headers }: WireRequest, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
