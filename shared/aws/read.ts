import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { ZodError } from 'zod';
import {
  absent,
  type Evidence,
  MALFORMED_RESPONSE,
  OUT_OF_TIME,
  present,
  type Reading,
  type Unreadable,
  type UnreadableKind,
} from '../model/evidence.ts';
import type { AwsAccount } from './account.ts';
import { MalformedResponseError, OutOfTimeError, RequestError } from './errors.ts';
import type { Listing, Operation, OptionalOperation } from './operation.ts';
import { allPages } from './paginate.ts';

/** An account in one Region, of which everything that is read becomes evidence. */
export interface AwsReader {
  read<Input extends object, Answer>(
    operation: OptionalOperation<Input, Answer>,
    input: Input,
  ): Promise<Evidence<Answer>>;
  read<Input extends object, Answer>(
    operation: Operation<Input, Answer>,
    input: Input,
  ): Promise<Reading<Answer>>;
  /** Reads a list to its end, or until it has more than `most` items. */
  list<Input extends object, Item>(
    listing: Listing<Input, Item>,
    input: Input,
    most?: number,
  ): Promise<Reading<readonly Item[]>>;
}

export function awsReader(aws: AwsAccount, region: string): AwsReader {
  return {
    // An operation that cannot answer that there is none is never absent.
    read: ((operation: Operation<object>, input: object) =>
      readOne(aws, region, operation, input)) as AwsReader['read'],
    list: (listing, input, most) =>
      toReading(listing.action, () => allPages(aws, region, listing, input, most)),
  };
}

async function readOne<Input extends object, Answer>(
  aws: AwsAccount,
  region: string,
  operation: Operation<Input, Answer> | OptionalOperation<Input, Answer>,
  input: Input,
): Promise<Evidence<Answer>> {
  const { action } = operation;
  const answersAbsent = 'absent' in operation ? operation.absent : [];
  try {
    return present(await aws.send(operation, region, input));
  } catch (error) {
    return answersAbsent.includes(errorCode(error) ?? '') ? absent : toUnreadable(action, error);
  }
}

/**
 * What a request, or several of one action, came to: the one place where AWS's errors are classified. Errors that are
 * not AWS's or the network's are bugs and are rethrown.
 */
export async function toReading<T>(action: string, send: () => Promise<T>): Promise<Reading<T>> {
  try {
    return present(await send());
  } catch (error) {
    return toUnreadable(action, error);
  }
}

/** What a request without whose answer there is no going on came to. Throws RequestError. */
export async function answerOf<T>(action: string, send: () => Promise<T>): Promise<T> {
  const answer = await toReading(action, send);
  if (answer.state === 'present') return answer.value;
  throw new RequestError(answer);
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

/** What S3 answers when KMS throttles it. */
const KMS_THROTTLED = 'KMS.ThrottlingException';

/** Codes such as `NoSuchEntity`, `RepositoryNotFoundException`, `InvalidInstanceID.NotFound`. */
const GONE = /NotFound(Exception)?$|^NoSuch/;

/** Classifies an error of AWS, of the network or of a response's form. Rethrows any other. */
function toUnreadable(operation: string, error: unknown): Unreadable {
  const code = errorCode(error);
  // Every error with a code is an Error.
  if (code === undefined || !(error instanceof Error)) throw error;
  const kind = kindOf(code, error);
  // By the whole message: its end, which names the policy, may be beyond what is kept of it.
  const byOrganization = kind === 'denied' && ORGANIZATION_POLICY.test(error.message);
  return {
    state: 'unreadable',
    kind,
    code,
    operation,
    detail: detailOf(error),
    ...(byOrganization && { byOrganization }),
  };
}

/**
 * How AWS names a policy of the organization that denies, or does not allow, a request. A colon and the policy's ARN may
 * follow. Names in ARNs have no blanks, so none of them can look like it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const ORGANIZATION_POLICY =
  / with an explicit deny in a (?:service|resource) control policy\b| because no (?:service|resource) control policy allows the \S+ action\b/;

function kindOf(code: string, error: Error): UnreadableKind {
  if (DENIED.includes(code)) return 'denied';
  // What the SDK itself slows down for: by code, status 429 or the service's model. Its type narrows `cause`, which is
  // not examined here.
  if (isThrottlingError(error as SdkError) || code === KMS_THROTTLED) return 'throttled';
  return GONE.test(code) ? 'gone' : 'failed';
}

/** Errors of the SDK itself. */
const NAMED_BY_SDK = ['TimeoutError', 'AbortError', 'CredentialsProviderError', 'TokenProviderError'];

/** The error's code as AWS or the network spells it; `undefined` for errors of neither. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ZodError || error instanceof MalformedResponseError) return MALFORMED_RESPONSE;
  if (error instanceof OutOfTimeError) return OUT_OF_TIME;
  if (NAMED_BY_SDK.includes(error.name)) return error.name;
  // The SDK marks what went wrong while reading a response, whatever the error's class.
  if (isMalformed(error)) return MALFORMED_RESPONSE;
  if ('$fault' in error) return error.name;
  // The network's errors have a code and no name of their own. The SDK adds what it knows of the request to any error.
  if ('code' in error && typeof error.code === 'string') return error.code;
  return '$metadata' in error ? error.name : undefined;
}

function isMalformed(error: Error): boolean {
  // A connection that breaks while the body is read has a code of the network.
  const unparsed = !('code' in error) && ('$response' in error || '$responseBodyText' in error);
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
