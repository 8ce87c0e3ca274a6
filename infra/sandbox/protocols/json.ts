import { AwsError } from '../errors.ts';
import { isFields } from '../plain.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocol.ts';

/** AWS JSON 1.0 and 1.1: one path, the operation in a header. */
export const jsonProtocol: Protocol = {
  errors: {
    accessDenied: ['AccessDeniedException', 400],
    throttled: ['ThrottlingException', 400],
    internal: ['InternalFailure', 500],
    unavailable: ['ServiceUnavailableException', 503],
    unknownCredentials: ['UnrecognizedClientException', 400],
    wrongSignature: ['InvalidSignatureException', 400],
    expiredCredentials: ['ExpiredTokenException', 400],
    unknownOperation: ['UnknownOperationException', 400],
  },
  accepts: () => true,
  read: ({ target }, request) => {
    const [prefix, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (prefix !== target || operation === undefined) {
      throw new AwsError('UnknownOperationException', '');
    }
    return { operation, params: parseJsonBody(request) };
  },
  write: (_service, _operation, output, requestId) => jsonAnswer(200, output, requestId, '1.1'),
  writeError: (_service, error, requestId) => {
    const body = { __type: error.code, message: error.message, ...error.fields };
    return jsonAnswer(error.status, body, requestId, '1.1');
  },
  writeMalformed: malformedJson,
};

/** An answer that ends in the middle of a string. */
export function malformedJson(requestId: string): WireAnswer {
  return { ...jsonAnswer(200, {}, requestId, '1.1'), body: '{"truncated": "in the mid' };
}

/** @throws AwsError SerializationException for a body that is not a JSON object */
export function parseJsonBody({ body }: WireRequest): Readonly<Record<string, unknown>> {
  if (body.length === 0) {
    return {};
  }
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isFields(value)) {
      return value;
    }
  } catch (error) {
    throw new AwsError('SerializationException', error instanceof Error ? error.message : String(error));
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object.');
}

export function jsonAnswer(status: number, body: unknown, requestId: string, version?: string): WireAnswer {
  const type = version === undefined ? 'application/json' : `application/x-amz-json-${version}`;
  return {
    status,
    headers: { 'content-type': type, 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  };
}
