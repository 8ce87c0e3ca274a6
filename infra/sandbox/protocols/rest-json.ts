import { AwsError } from '../errors.ts';
import { jsonAnswer, malformedJson, parseJsonBody } from './json.ts';
import type { Invocation, Protocol, WireRequest } from './protocol.ts';

/** REST-JSON: method and path identify the operation; path, query string and body contain the parameters. */
export const restJsonProtocol: Protocol = {
  errors: {
    accessDenied: ['AccessDeniedException', 403],
    throttled: ['ThrottlingException', 429],
    internal: ['InternalFailure', 500],
    unavailable: ['ServiceUnavailableException', 503],
    unknownCredentials: ['UnrecognizedClientException', 403],
    wrongSignature: ['InvalidSignatureException', 403],
    expiredCredentials: ['ExpiredTokenException', 403],
    unknownOperation: ['UnknownOperationException', 404],
  },
  accepts: () => true,
  read: ({ routes }, request) => {
    const [operation, labels] = findRoute(routes, request);
    return { operation, params: { ...parseJsonBody(request), ...queryParams(request), ...labels } };
  },
  write: (_service, _operation, output, requestId) => jsonAnswer(200, output, requestId),
  writeError: (_service, error, requestId) => {
    const answer = jsonAnswer(error.status, { message: error.message, ...error.fields }, requestId);
    return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': error.code } };
  },
  writeMalformed: malformedJson,
};

function findRoute(
  routes: ReadonlyMap<string, string>,
  request: WireRequest,
): [string, Invocation['params']] {
  for (const [operation, route] of routes) {
    const labels = matchRoute(route, request);
    if (labels !== undefined) {
      return [operation, labels];
    }
  }
  throw new AwsError('UnknownOperationException', `No operation at ${request.method} ${request.path}`, 404);
}

function matchRoute(route: string, { method, path }: WireRequest): Record<string, string> | undefined {
  const [wantedMethod, template = ''] = route.split(' ');
  const names = template.split('/');
  const segments = joinGreedy(names, path.split('/'));
  if (method !== wantedMethod || names.length !== segments.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = decodeURIComponent(segments[index] ?? '');
    const label = /^\{(.+?)\+?\}$/.exec(name)?.[1];
    if (label === undefined ? name !== segment : segment === '') {
      return undefined;
    }
    if (label !== undefined) {
      labels[label] = segment;
    }
  }
  return labels;
}

/** A last label such as `{Arn+}` takes all segments that are left. */
function joinGreedy(names: readonly string[], segments: readonly string[]): readonly string[] {
  if (!names.at(-1)?.endsWith('+}')) return segments;
  const before = names.length - 1;
  return [...segments.slice(0, before), segments.slice(before).join('/')];
}

/** A name that occurs once is a text, a name that occurs more than once is a list. */
function queryParams({ query }: WireRequest): Record<string, string | string[]> {
  const params: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const [first = '', ...more] = query.getAll(name);
    params[name] = more.length === 0 ? first : [first, ...more];
  }
  return params;
}
