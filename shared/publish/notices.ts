import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Notice } from '../model/run.ts';
import type { Scope } from '../model/scope.ts';
import type { Reconciliation } from './reconcile.ts';

const DETAILS = {
  FINDING_FROM_THE_FUTURE:
    'Security Hub has findings of EKS Auditor that were updated later than now: somebody imported them, or a clock is wrong.',
  FINDINGS_SUPPRESSED: 'Failures whose findings somebody set to SUPPRESSED.',
} as const satisfies Partial<Record<Notice['code'], string>>;

const MAX_IDS = 10;

/** What people should know of the findings of a Region. Pure. */
export function noticesOf(
  { fromFuture, suppressed }: Pick<Reconciliation, 'fromFuture' | 'suppressed'>,
  { accountId, region }: Scope,
): Notice[] {
  const notice = (code: keyof typeof DETAILS, findings: readonly AwsSecurityFinding[]): Notice[] => {
    if (findings.length === 0) return [];
    const ids = findings.map(({ Id: id = '' }) => id).toSorted();
    return [
      {
        code,
        accountId,
        region,
        detail: DETAILS[code],
        count: findings.length,
        findingIds: ids.slice(0, MAX_IDS),
      },
    ];
  };
  return [...notice('FINDING_FROM_THE_FUTURE', fromFuture), ...notice('FINDINGS_SUPPRESSED', suppressed)];
}
