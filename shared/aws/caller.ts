import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { parseArn } from '../model/arn.ts';
import { type AwsAccount, awsAccount, type ClientOptions } from './account.ts';
import { MalformedResponseError } from './read.ts';

/**
 * The account of the environment's credentials, by the SDK's default chain (variables, AWS_PROFILE, SSO,
 * container, instance). Rejects with the SDK's error when there are none or AWS does not accept them.
 */
export async function callerAccount(
  region: string,
  connections: NodeHttpHandler,
  options: ClientOptions,
): Promise<AwsAccount> {
  const sts = new STSClient({
    region,
    requestHandler: connections,
    maxAttempts: options.maxAttempts,
    customUserAgent: options.userAgent,
  });
  const { Account: accountId, Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const partition = parseArn(arn)?.partition;
  if (!accountId || !partition)
    throw new MalformedResponseError('sts:GetCallerIdentity answered without an account');
  // Every client would look up the credentials again; they use those that the first one found.
  return awsAccount({ partition, accountId }, sts.config.credentials, connections, options);
}
