import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { ZodError } from 'zod';
import {
  type Absent,
  absent,
  type Evidence,
  MALFORMED_RESPONSE,
  present,
  type Reading,
  type Unreadable,
  type UnreadableKind,
} from '../model/evidence.ts';

/** An answer that is not what the operation promises. The message says what is wrong with it. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/** Error codes that mean the caller may not do this, by AWS's services and protocols. */
const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
];

/** Codes such as `NoSuchEntity`, `RepositoryNotFoundException`, `InvalidInstanceID.NotFound`. */
const GONE = /NotFound(Exception)?$|^NoSuch/;

/**
 * Sends a request and turns its outcome into evidence: the one place where AWS's errors are classified.
 * `operation` is spelled as IAM spells it (`eks:DescribeCluster`). `absent` lists the error codes that are an answer
 * ("there is none") for this operation. Errors that are not AWS's or the network's are bugs and are rethrown.
 */
export function read<T>(operation: string, send: () => Promise<T>): Promise<Reading<T>>;
export function read<T>(
  operation: string,
  send: () => Promise<T>,
  options: { readonly absent: readonly string[] },
): Promise<Evidence<T>>;
export async function read<T>(
  operation: string,
  send: () => Promise<T>,
  options: { readonly absent: readonly string[] } = { absent: [] },
): Promise<Evidence<T>> {
  try {
    return present(await send());
  } catch (error) {
    return toAbsent(error, options.absent) ?? toUnreadable(operation, error);
  }
}

function toAbsent(error: unknown, codes: readonly string[]): Absent | undefined {
  return codes.includes(errorCode(error) ?? '') ? absent : undefined;
}

/** Classifies an error of AWS, of the network or of a response's form. Rethrows any other. */
function toUnreadable(operation: string, error: unknown): Unreadable {
  const code = errorCode(error);
  // Every error with a code is an Error.
  if (code === undefined || !(error instanceof Error)) throw error;
  return { state: 'unreadable', kind: kindOf(code, error), code, operation, detail: detailOf(error) };
}

function kindOf(code: string, error: Error): UnreadableKind {
  if (DENIED.includes(code)) return 'denied';
  // What the SDK itself slows down for: by code, status 429 or the service's model. Its type narrows `cause`, which is
  // not examined here.
  if (isThrottlingError(error as SdkError)) return 'throttled';
  return GONE.test(code) ? 'gone' : 'failed';
}

/** Errors of the SDK itself. */
const NAMED_BY_SDK = ['TimeoutError', 'AbortError', 'CredentialsProviderError', 'TokenProviderError'];

/** The error's code as AWS or the network spells it; `undefined` for errors of neither. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ZodError || error instanceof MalformedResponseError) return MALFORMED_RESPONSE;
  // The SDK marks what went wrong while reading a response, whatever the error's class.
  if (isMalformed(error)) return MALFORMED_RESPONSE;
  if ('$fault' in error || NAMED_BY_SDK.includes(error.name)) return error.name;
  // The network's errors have a code and no name of their own. The SDK adds what it knows of the request to any error.
  if ('code' in error && typeof error.code === 'string') return error.code;
  return '$metadata' in error ? error.name : undefined;
}

function isMalformed(error: Error): boolean {
  const unparsed = '$response' in error || '$responseBodyText' in error;
  return unparsed && (error instanceof SyntaxError || error instanceof TypeError || !('$fault' in error));
}

const MAX_DETAIL = 300;

function detailOf(error: unknown): string {
  if (error instanceof ZodError) {
    const [first] = error.issues;
    return `${first?.path.map(String).join('.') || 'the answer'}: ${first?.message ?? 'not as expected'}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  // The SDK appends advice for developers.
  const text = message
    .replace(/\s+Deserialization error:.*$/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL - 1)}…` : text;
}
