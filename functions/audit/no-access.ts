import { type AwsAccount, awsAccount } from '../../shared/aws/account.ts';
import { NoCredentialsError } from '../../shared/aws/errors.ts';
import type { Unreadable } from '../../shared/model/evidence.ts';
import type { Target } from '../../shared/model/run.ts';
import type { AuditDependencies } from '../../shared/pipeline/read-account.ts';

/** Access to an account that could not be entered: every request fails for that reason, and none is sent. */
export function noAccess(
  target: Target,
  why: Unreadable,
  { connections, requestOptions }: Pick<AuditDependencies, 'connections' | 'requestOptions'>,
): AwsAccount {
  const credentials = () => Promise.reject(new NoCredentialsError(why));
  return awsAccount(target, credentials, connections, requestOptions);
}
