import type { Run } from '../../shared/model/run.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { plan } from '../../shared/plan/plan.ts';
import { type PlanEvent, planEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';

/** What the state machine needs to audit and report the run. */
export interface PlanOutput {
  readonly run: Run;
  /** Where the items of the Distributed Map are. */
  readonly targetsKey: string;
}

/** Plans a run and stores the plan, and the targets for the Distributed Map, in the bucket. */
async function planStep(event: PlanEvent, context: StepContext): Promise<PlanOutput> {
  const run = newRun(context.config, context.now(), { publish: true, trigger: event.trigger });
  context.logger.setCorrelationId(run.id);
  const planned = await plan(run, { ...context, ...(event.accounts && { only: event.accounts }) });
  const { planKey, organizationKey, targetsKey } = keysOf(run);
  await context.store.put(planKey, serializeDocument(planned));
  await context.store.put(organizationKey, serializeDocument(planned.organization));
  await context.store.put(targetsKey, JSON.stringify(planned.targets));
  context.logger.info('planned', {
    trigger: event.trigger,
    accounts: planned.targets.length,
    skipped: planned.skipped,
  });
  return { run, targetsKey };
}

export const handler = lambdaHandler(planEventSchema, planStep);
