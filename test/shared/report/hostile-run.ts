import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { STATUSES } from '../../../shared/model/verdict.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

/** A run in which whatever others write is this. */
export function hostileRun(text: string): RunResult {
  const gap = aGap({ code: text, operation: text, detail: text, resource: text, controlIds: [text] });
  return aRun({
    complete: false,
    publish: true,
    verdicts: STATUSES.map((status) =>
      aVerdict({
        status,
        cluster: text,
        controlId: text,
        accountId: text,
        region: text,
        reason: text,
        reasonCode: text,
        evidence: { [text]: text },
        ...(status === 'WARNING' && { exception: { id: text, reason: text, owner: text, expires: text } }),
        resource: { type: 'Other', id: text, name: text },
      }),
    ),
    accounts: [
      anAccount({
        name: text,
        gaps: [gap],
        regions: [aRegion({ region: text, state: 'partial', gaps: [{ ...gap, what: 'evidence' }] })],
      }),
    ],
    skipped: [
      { accountId: text, name: text, code: 'NOT_IN_ORGANIZATION', reason: text, askedFor: true },
      { accountId: `2${text}`, name: text, code: 'NOT_IN_ORGANIZATION', reason: text, askedFor: false },
    ],
    notices: [
      {
        accountId: text,
        region: text,
        code: 'FINDINGS_SUPPRESSED',
        detail: text,
        count: 1,
        findingIds: [text],
      },
    ],
    changes: {
      ...NO_CHANGES,
      failed: [{ accountId: text, region: text, findingId: text, code: text, message: text }],
    },
  });
}
