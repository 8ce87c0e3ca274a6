import { NO_CHANGES } from '../../shared/model/run.ts';
import type { RunState } from '../../shared/report/digest-text.ts';
import { NOTHING_CHANGED } from '../../shared/report/run-changes.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { type AnnounceContext, announce } from './announce.ts';

/** Tells of a run that ended before it was planned. What started it, and when, is not known. */
export async function announceWithoutPlan(
  id: string,
  state: RunState,
  context: AnnounceContext & Pick<StepContext, 'now'>,
): Promise<void> {
  await announce(
    {
      run: { id },
      state,
      finishedAt: context.now().toISOString(),
      coverage: { complete: false, accounts: [] },
      statuses: { FAILED: 0, NOT_AVAILABLE: 0, WARNING: 0, EXCEPTED: 0, PASSED: 0 },
      findings: { ...NO_CHANGES, failed: 0 },
      changes: NOTHING_CHANGED,
      always: false,
    },
    context,
  );
}
