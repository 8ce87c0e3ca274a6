import { STSClient } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { describeFailure, type Unreadable } from '../model/evidence.ts';
import { isOfUnknownPartition } from '../model/partition.ts';
import type { AwsAccount, RequestOptions } from './account.ts';
import { callerAccount } from './caller.ts';
import { getCallerIdentity } from './operations/sts.ts';
import { toReading } from './read.ts';

/** The environment holds no credentials, or AWS does not accept them. The message says what to do. */
export class CallerError extends Error {
  override readonly name = 'CallerError';
}

/**
 * The Region of the environment or profile, or `fallback`. Throws CallerError when it is not a valid name of a Region, or of
 * one that is not known where it is.
 */
export async function callerRegion(fallback = 'us-east-1'): Promise<string> {
  const sts = new STSClient({});
  try {
    const region = await sts.config.region();
    if (!isOfUnknownPartition(region)) return region;
    throw new CallerError(
      `The Region of the environment, ${region}, is in an isolated partition that is not known.`,
    );
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CallerError) throw error;
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
  const caller = await toReading(getCallerIdentity.action, () => callerAccount(region, connections, options));
  if (caller.state === 'present') return caller.value;
  throw new CallerError(await explain(caller));
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError'];
const NOT_ACCEPTED = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'AccessDenied',
];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException'];

async function explain(unreadable: Unreadable): Promise<string> {
  const { operation, code, detail } = unreadable;
  if (NO_CREDENTIALS.includes(code)) {
    return `There are no AWS credentials${await describeProfile(detail)} Set AWS_PROFILE, sign in with \`aws sso login\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (EXPIRED.includes(code))
    return `The AWS credentials have expired (${operation}: ${code}). Sign in again.`;
  if (NOT_ACCEPTED.includes(code)) {
    return `AWS does not accept the credentials (${operation}: ${code}): ${detail}`;
  }
  return `AWS does not say whose credentials these are: ${describeFailure(unreadable)}: ${detail}`;
}

/** Where they were looked for: the SDK does not say that a profile does not exist. */
async function describeProfile(detail: string): Promise<string> {
  const profile = process.env.AWS_PROFILE;
  const sentence = detail.replace(/\.?$/, '.');
  if (!profile) return `: ${sentence}`;
  const names = await profileNames();
  if (names.includes(profile)) return ` in profile ${profile} (AWS_PROFILE): ${sentence}`;
  const available = names.length > 0 ? `available: ${names.join(', ')}` : 'there are none';
  return `: profile ${profile} (AWS_PROFILE) does not exist; ${available}.`;
}

/** The profiles of the AWS configuration of this user. */
export async function profileNames(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  return [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
}
