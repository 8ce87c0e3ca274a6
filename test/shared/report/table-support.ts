import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { renderTable } from '../../../shared/report/table.ts';
import { aGap, anAccount, aRun, aVerdict } from './builders.ts';

/** The table of a run, without colours in 80 columns by default. */
export function table(run: RunResult, options: { width?: number; colour?: boolean } = {}): string {
  return renderTable(run, { width: 80, colour: false, ...options });
}

/** A run with something in every part of the report. */
export function aFullRun(): RunResult {
  const skipped = { accountId: '777777777777', code: 'ACCOUNT_NOT_ACTIVE', reason: 'suspended' } as const;
  return aRun({
    complete: false,
    publish: true,
    verdicts: [
      aVerdict(),
      aVerdict({
        control: 'secrets-encryption',
        controlId: '5.3.1',
        severity: 'CRITICAL',
        reasonCode: 'KEY_UNUSABLE',
        cluster: 'a'.repeat(100),
      }),
      aVerdict({
        control: 'network-policies',
        controlId: '5.4.4',
        status: 'WARNING',
        reasonCode: 'UNKNOWN_CNI',
      }),
      aVerdict({
        control: 'private-endpoint',
        controlId: '5.4.2',
        status: 'NOT_AVAILABLE',
        reasonCode: 'EVIDENCE_UNREADABLE',
      }),
      aVerdict({
        control: 'control-plane-logs',
        controlId: '2.1.1',
        status: 'PASSED',
        reasonCode: 'AUDIT_LOG_ENABLED',
      }),
    ],
    accounts: [
      anAccount({ name: 'payments-prod' }),
      anAccount({ accountId: '222222222222', state: 'not-covered', regions: [], gaps: [aGap()] }),
    ],
    skipped: [
      { ...skipped, askedFor: false },
      { ...skipped, accountId: '888888888888', askedFor: true },
    ],
    changes: {
      ...NO_CHANGES,
      failed: [
        {
          accountId: '111111111111',
          region: 'eu-west-1',
          findingId: 'the-id',
          code: 'InvalidInput',
          message: 'no',
        },
      ],
    },
  });
}
