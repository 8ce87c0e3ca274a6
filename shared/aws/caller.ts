import { STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { parseArn } from '../model/arn.ts';
import { type AwsAccount, awsAccount, type RequestOptions } from './account.ts';
import { MalformedResponseError } from './errors.ts';
import { getCallerIdentity } from './operations/sts.ts';

/**
 * The account of the environment's credentials, by the SDK's default chain (variables, AWS_PROFILE, SSO,
 * container, instance). Rejects with the SDK's error when there are none or AWS does not accept them.
 */
export async function callerAccount(
  region: string,
  connections: NodeHttpHandler,
  options: RequestOptions,
): Promise<AwsAccount> {
  // Every client would look up the credentials again; they all use those that the first one found.
  const { credentials } = new STSClient({ region, requestHandler: connections }).config;
  const unknown = awsAccount({ partition: '', accountId: '' }, credentials, connections, options);
  const { Account: accountId, Arn: arn } = await unknown.send(getCallerIdentity, region, {});
  const partition = parseArn(arn)?.partition;
  if (!partition) throw new MalformedResponseError('sts:GetCallerIdentity answered without an ARN');
  return awsAccount({ partition, accountId, callerArn: arn }, credentials, connections, options);
}
