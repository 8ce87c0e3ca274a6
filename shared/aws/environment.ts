import { STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsAccount, RequestOptions } from './account.ts';
import { callerAccount } from './caller.ts';
import { errorCode } from './read.ts';

/** The environment holds no credentials, or AWS does not accept them. The message says what to do. */
export class CallerError extends Error {
  override readonly name = 'CallerError';
}

/** The Region of the environment or profile, or `fallback`. Throws CallerError when it is not a valid name of a Region. */
export async function callerRegion(fallback = 'us-east-1'): Promise<string> {
  const sts = new STSClient({});
  try {
    return await sts.config.region();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.startsWith('Region not accepted')) {
      const message = `${error.message} Set AWS_REGION, or the profile's Region, to one such as eu-west-1.`;
      throw new CallerError(message, { cause: error });
    }
    if (!error.message.includes('Region is missing')) throw error;
    return fallback;
  } finally {
    sts.destroy();
  }
}

/** The caller's account. Throws CallerError, which says what to do, when AWS does not identify the caller. */
export async function identifyCaller(
  region: string,
  connections: NodeHttpHandler,
  options: RequestOptions,
): Promise<AwsAccount> {
  try {
    return await callerAccount(region, connections, options);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new CallerError(explain(code, error), { cause: error });
  }
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError'];
const NOT_ACCEPTED = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'AccessDenied',
];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException'];

function explain(code: string, error: unknown): string {
  const detail = error instanceof Error && error.message ? error.message : String(error);
  if (NO_CREDENTIALS.includes(code)) {
    const profile = process.env.AWS_PROFILE;
    const where = profile ? ` in profile ${profile} (AWS_PROFILE)` : '';
    return `There are no AWS credentials${where}: ${detail.replace(/\.?$/, '.')} Set AWS_PROFILE, sign in with \`aws sso login\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (EXPIRED.includes(code)) return `The AWS credentials have expired (${code}). Sign in again.`;
  if (NOT_ACCEPTED.includes(code)) return `AWS does not accept the credentials (${code}): ${detail}`;
  return `AWS cannot be reached (${code}): ${detail}`;
}
