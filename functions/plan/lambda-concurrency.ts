import { getAccountSettings } from '../../shared/aws/operations/lambda.ts';
import { awsReader } from '../../shared/aws/read.ts';
import type { Notice } from '../../shared/model/run.ts';
import type { StepContext } from '../runtime/lambda.ts';

/**
 * A notice when Lambda runs fewer functions at the same time than accounts are to be audited: none is lost, but the run
 * takes longer, and so do other functions of the account. New accounts may have a quota of ten.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export async function lambdaConcurrency(
  concurrentAccounts: number | undefined,
  { caller, region, logger }: Pick<StepContext, 'caller' | 'region' | 'logger'>,
): Promise<Notice[]> {
  if (concurrentAccounts === undefined) return [];
  const settings = await awsReader(caller, region).read(getAccountSettings, {});
  if (settings.state === 'unreadable') {
    logger.warn('the quotas of Lambda cannot be read', { code: settings.code, detail: settings.detail });
    return [];
  }
  const { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: available } = settings.value;
  if (available >= concurrentAccounts) return [];
  const reserved = available < quota ? `, of which ${available} are not reserved by other functions` : '';
  const detail = `Lambda runs ${quota} functions at the same time${reserved}, and ${concurrentAccounts} accounts are to be audited at the same time (deployment.concurrentAccounts): runs take longer. Request a higher quota of concurrent executions (L-B99A9384) or lower concurrentAccounts.`;
  return [{ code: 'LAMBDA_CONCURRENCY', accountId: caller.accountId, region, detail }];
}
