import { AwsError } from '../errors.ts';
import { isFields } from '../plain.ts';
import type { Invocation, Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { malformedXml } from './query.ts';
import { toXmlElements, type XmlStyle, xmlDocument } from './xml.ts';

/** The output of an operation on one object; that of `ListObjectsV2` is written as XML. */
export interface S3Object {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** S3's REST-XML, path style: `/bucket/key`. */
export const s3Protocol: Protocol = {
  errors: {
    accessDenied: ['AccessDenied', 403],
    throttled: ['SlowDown', 503],
    internal: ['InternalError', 500],
    unavailable: ['ServiceUnavailable', 503],
    unknownCredentials: ['InvalidAccessKeyId', 403],
    wrongSignature: ['SignatureDoesNotMatch', 403],
    expiredCredentials: ['ExpiredToken', 400],
    unknownOperation: ['NotImplemented', 501],
  },
  accepts: () => true,
  read: (_service, request) => readS3(request),
  write: (_service, operation, output, requestId) => {
    return operation === 'ListObjectsV2' ? writeList(output, requestId) : writeObject(output, requestId);
  },
  writeError: (_service, error, requestId) => {
    const elements = { Code: error.code, Message: error.message, RequestId: requestId };
    return xmlAnswer(error.status, xmlDocument('Error', elements), requestId);
  },
  writeMalformed: malformedXml,
};

/** Lists are flat. */
const s3Style: XmlStyle = { memberElement: (member) => member, itemElement: () => undefined };

const objectOperations: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** Headers that change what an operation does; those of signing and of checksums do not. */
const meaningfulHeader =
  /^(?:if-.+|range|x-amz-(?!checksum-|content-sha256$|date$|decoded-content-length$|sdk-checksum-algorithm$|security-token$|trailer$|user-agent$).+)$/;

/** Of writes; those of reads change what an operation answers. */
const CONDITIONS = ['if-match', 'if-none-match'];

/** Query parameters that say which operation it is. */
const operationParams = ['x-id', 'list-type'];

function readS3({ method, path, query, headers, body }: WireRequest): Invocation {
  const isCondition = (name: string) => method === 'PUT' && CONDITIONS.includes(name);
  const unknown = Object.keys(headers).find((name) => meaningfulHeader.test(name) && !isCondition(name));
  if (unknown !== undefined) {
    throw new AwsError('NotImplemented', `The sandbox does not have the header ${unknown}.`, 501);
  }
  const [, bucket = '', ...rest] = path.split('/');
  const key = rest.map(decodeURIComponent).join('/');
  const params = [...query].filter(([name]) => !operationParams.includes(name));
  const target = { Bucket: decodeURIComponent(bucket), ...Object.fromEntries(params) };
  const operation = key === '' ? listOperation(method, query) : objectOperations[method];
  if (operation === undefined) {
    throw new AwsError('NotImplemented', `The sandbox does not have the operation ${method} ${path}.`, 501);
  }
  if (operation === 'PutObject') {
    const chunked = String(headers['content-encoding'] ?? '').includes('aws-chunked');
    const Body = chunked ? withoutChunks(body) : body;
    const conditions = { IfMatch: headers['if-match'], IfNoneMatch: headers['if-none-match'] };
    return {
      operation,
      params: { ...target, Key: key, Body, ContentType: headers['content-type'], ...conditions },
    };
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

function writeList(output: unknown, requestId: string): WireAnswer {
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const elements = toXmlElements(output, s3Style);
  return xmlAnswer(200, xmlDocument('ListBucketResult', elements, namespace), requestId);
}

function writeObject(output: unknown, requestId: string): WireAnswer {
  const { headers, body } = isFields(output) ? output : { headers: {}, body: output };
  const named = isFields(headers) ? Object.entries(headers) : [];
  return {
    status: 200,
    headers: {
      ...Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
      'x-amz-request-id': requestId,
    },
    body: body instanceof Uint8Array ? Buffer.from(body) : String(body ?? ''),
  };
}

function xmlAnswer(status: number, body: string, requestId: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body,
  };
}
