import { AwsError } from '../errors.ts';
import type { Invocation, Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { malformedXml } from './query.ts';
import { element, toXml, type XmlStyle } from './xml.ts';

/** What an S3 operation answers with: XML from `document`, or a `body` as it is. */
export interface S3Output {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly document?: Readonly<Record<string, unknown>>;
}

/** S3's REST-XML, path style: `/bucket/key`. */
export const s3Protocol: Protocol = {
  errors: {
    accessDenied: ['AccessDenied', 403],
    throttled: ['SlowDown', 503],
    internal: ['InternalError', 500],
    unknownCredentials: ['InvalidAccessKeyId', 403],
    expiredCredentials: ['ExpiredToken', 400],
    unknownOperation: ['NotImplemented', 501],
  },
  accepts: () => true,
  read: (_service, request) => readS3(request),
  write: (_service, operation, output, requestId) => writeS3(operation, asOutput(output), requestId),
  writeError: (_service, error, requestId) => {
    const content = toXml({ Code: error.code, Message: error.message, RequestId: requestId }, s3Style);
    return xml(error.status, element('Error', content), requestId);
  },
  writeMalformed: malformedXml,
};

/** Lists are flat: one element an item, under the name of the member. */
const s3Style: XmlStyle = { itemOf: () => 'Item', nameOf: (member) => member };

const withKey: Readonly<Record<string, string>> = { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject' };

function readS3({ method, path, query, headers, body }: WireRequest): Invocation {
  const [, bucket = '', ...rest] = path.split('/');
  const key = rest.map(decodeURIComponent).join('/');
  const target = { Bucket: decodeURIComponent(bucket), ...Object.fromEntries(query) };
  const operation = key === '' ? listOperation(method, query) : withKey[method];
  if (operation === undefined) {
    throw new AwsError('NotImplemented', `The sandbox does not know ${method} ${path}`, 501);
  }
  if (operation === 'PutObject') {
    const chunked = String(headers['content-encoding'] ?? '').includes('aws-chunked');
    const Body = chunked ? withoutChunks(body) : body;
    return { operation, params: { ...target, Key: key, Body, ContentType: headers['content-type'] } };
  }
  return { operation, params: key === '' ? target : { ...target, Key: key } };
}

function listOperation(method: string, query: URLSearchParams): string | undefined {
  return method === 'GET' && query.get('list-type') === '2' ? 'ListObjectsV2' : undefined;
}

/** The payload of `aws-chunked`: size in hexadecimal, CRLF, data, CRLF, up to a chunk of size 0 and trailers. */
function withoutChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let position = 0; ; ) {
    const end = body.indexOf('\r\n', position);
    const size = Number.parseInt(body.toString('latin1', position, end), 16);
    if (end === -1 || !(size > 0)) {
      return Buffer.concat(chunks);
    }
    chunks.push(body.subarray(end + 2, end + 2 + size));
    position = end + 2 + size + 2;
  }
}

function asOutput(output: unknown): S3Output {
  return typeof output === 'object' && output !== null ? output : {};
}

function writeS3(
  operation: string,
  { headers = {}, body, document }: S3Output,
  requestId: string,
): WireAnswer {
  if (document === undefined) {
    return { status: 200, headers: { ...headers, 'x-amz-request-id': requestId }, body: body ?? '' };
  }
  const content = Object.entries(document)
    .map(([name, value]) => flat(name, value))
    .join('');
  const root = operation === 'ListObjectsV2' ? 'ListBucketResult' : `${operation}Result`;
  return xml(200, element(root, content, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'), requestId);
}

function flat(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => flat(name, item)).join('');
  }
  return value === undefined ? '' : element(name, toXml(value, s3Style));
}

function xml(status: number, body: string, requestId: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
