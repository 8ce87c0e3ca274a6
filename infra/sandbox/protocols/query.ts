import { AwsError } from '../errors.ts';
import type { Protocol, ServiceDescription, WireAnswer, WireRequest } from './protocol.ts';
import { element, queryStyle, toXml } from './xml.ts';

type Node = { [key: string]: Node | string };

/** AWS query: a form in the body, XML in the answer. */
export const queryProtocol: Protocol = {
  errors: {
    accessDenied: ['AccessDenied', 403],
    throttled: ['Throttling', 400],
    internal: ['InternalFailure', 500],
    unknownCredentials: ['InvalidClientTokenId', 403],
    expiredCredentials: ['ExpiredToken', 403],
    unknownOperation: ['InvalidAction', 400],
  },
  accepts: ({ version }, request) => parseForm(request).get('Version') === version,
  read: (_service, request) => readForm(request),
  write: ({ xmlNamespace }, operation, output, requestId) => {
    const result = element(`${operation}Result`, toXml(output ?? {}, queryStyle));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return xmlAnswer(
      200,
      element(`${operation}Response`, result + metadata, ` xmlns="${xmlNamespace}"`),
      requestId,
    );
  },
  writeError: writeQueryError,
  writeMalformed: malformedXml,
};

function writeQueryError(
  { xmlNamespace }: ServiceDescription,
  error: AwsError,
  requestId: string,
): WireAnswer {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const fields = { Type: type, Code: error.code, Message: error.message, ...error.fields };
  const content = element('Error', toXml(fields, queryStyle)) + element('RequestId', requestId);
  return xmlAnswer(error.status, element('ErrorResponse', content, ` xmlns="${xmlNamespace}"`), requestId);
}

/** The operation and parameters of a form; `A.member.1.B` and `A.1.B` are lists of structures. */
export function readForm(request: WireRequest): { operation: string; params: Record<string, unknown> } {
  const form = parseForm(request);
  const operation = form.get('Action');
  if (operation === null) {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
  }
  const root: Node = {};
  for (const [path, value] of form) {
    if (path !== 'Action' && path !== 'Version') {
      place(root, path.split('.'), value);
    }
  }
  const params = Object.entries(root).map(([name, node]) => [name, fold(node)] as const);
  return { operation, params: Object.fromEntries(params) };
}

/** A form is the body of a POST or the query string of a GET. */
function parseForm({ method, query, body }: WireRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString('utf8'));
}

function place(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    const child: Node = typeof next === 'object' ? next : {};
    node[key] = child;
    node = child;
  }
  node[path.at(-1) ?? ''] = value;
}

/** Turns nodes whose keys are numbers into lists. */
function fold(node: Node | string): unknown {
  if (typeof node === 'string') {
    return node;
  }
  const { member } = node;
  if (typeof member === 'object' && Object.keys(node).length === 1) {
    return fold(member);
  }
  const keys = Object.keys(node);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return keys.toSorted((a, b) => Number(a) - Number(b)).map((key) => fold(node[key] ?? ''));
  }
  return Object.fromEntries(keys.map((key) => [key, fold(node[key] ?? '')]));
}

export function xmlAnswer(status: number, body: string, requestId: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

/** An answer that ends in the middle of an element. */
export function malformedXml(requestId: string): WireAnswer {
  return xmlAnswer(200, '<Response><Result><Trunc', requestId);
}
