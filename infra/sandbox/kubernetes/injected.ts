import type { Fault, FaultKind } from '../faults.ts';
import type { WireAnswer } from '../protocols/protocol.ts';
import { type Answer, failure } from './answers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What a fault makes of an answer; faults of the connection leave it as it is. */
export function withFault(answer: Answer, fault: Fault | undefined, params: Params): WireAnswer {
  if (fault?.alter !== undefined) return written(altered(answer, fault.alter, params));
  const failed = fault?.with && failureOf(fault.with, params, fault.message);
  const wire = written(failed ?? answer);
  switch (fault?.with) {
    case 'EmptyBody':
      return { ...wire, status: 200, body: '' };
    case 'EmptyObject':
      return { ...wire, status: 200, body: '{}' };
    case 'Html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><p>Sign in.</p>',
      };
    case 'Malformed':
      return { ...wire, status: 200, body: '{"kind":"List","items":[{"metadata":' };
    default:
      return wire;
  }
}

type Params = Readonly<Record<string, unknown>>;

function written({ status, body }: Answer): WireAnswer {
  if (body === undefined)
    return { status, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' };
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function altered({ status, body }: Answer, alter: NonNullable<Fault['alter']>, params: Params): Answer {
  // Everything that is answered is an object.
  const copy = structuredClone(body) as Record<string, unknown>;
  return { status, body: alter(copy, params) ?? copy };
}

/** `ExpiredToken` is that of a list that goes on, or else that of the caller. */
function failureOf(kind: FaultKind, params: Params, message?: string): Answer | undefined {
  const say = (status: number, reason: string, usual: string) => failure(status, reason, message ?? usual);
  switch (kind) {
    case 'AccessDenied':
      return say(403, 'Forbidden', 'forbidden');
    case 'ExpiredToken':
      return params.continue === undefined
        ? say(401, 'Unauthorized', 'Unauthorized')
        : say(410, 'Expired', 'The provided continue parameter is too old to display a consistent list.');
    case 'NotFound':
      return say(404, 'NotFound', 'the server could not find the requested resource');
    case 'ServerError':
      return say(500, 'InternalError', 'An error on the server prevented the request from succeeding.');
    case 'ServiceUnavailable':
      return say(503, 'ServiceUnavailable', 'The server is currently unable to handle the request.');
    case 'Throttling':
      return say(429, 'TooManyRequests', 'Too many requests, please try again later.');
    default:
      return undefined;
  }
}
