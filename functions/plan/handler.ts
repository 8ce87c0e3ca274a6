import { RequestError } from '../../shared/aws/errors.ts';
import { describeExecution } from '../../shared/aws/operations/sfn.ts';
import { awsReader } from '../../shared/aws/read.ts';
import type { Plan, Run } from '../../shared/model/run.ts';
import { largestFirst } from '../../shared/plan/largest-first.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { callerOf, plan } from '../../shared/plan/plan.ts';
import { EventError, type PlanEvent, planEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { serializeRunScope } from '../runtime/run-scope.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';
import { signalBeforeEnd } from '../runtime/time-left.ts';
import { sqsQueue } from './change-queue.ts';
import { lambdaConcurrency } from './lambda-concurrency.ts';
import { lastDurations, storeOrganization } from './last-full-run.ts';
import { planChanges } from './plan-changes.ts';
import { planSettings } from './settings.ts';

/** What the state machine needs to audit and report the run, or that there is nothing to audit. */
export type PlanOutput =
  | {
      readonly run: Run;
      /** Where the items of the Distributed Map are. */
      readonly targetsKey: string;
    }
  | { readonly nothing: true };

/** Plans a run and stores the plan, and the targets for the Distributed Map, the largest first, in the bucket. */
async function planStep(event: PlanEvent, context: StepContext): Promise<PlanOutput> {
  const { config, logger, store, now } = context;
  // A run over some accounts says nothing about all of them, whoever asks for it.
  const trigger = event.accounts ? 'manual' : event.trigger;
  const id = event.execution?.name;
  const run = newRun(config, now(), { publish: true, trigger, ...(id !== undefined && { id }) });
  logger.setCorrelationId(run.id);
  const planned =
    trigger === 'change' ? await changesOf(run, event, context) : await accountsOf(run, event, context);
  if (planned === undefined) return { nothing: true };
  const { planKey, organizationKey, targetsKey } = keysOf(run);
  await store.put(planKey, serializeDocument(planned));
  await store.put(organizationKey, serializeRunScope(planned));
  const durationOf = await lastDurations(context);
  const largest = largestFirst(planned.targets, ({ accountId }) => durationOf(accountId));
  await store.put(targetsKey, JSON.stringify(largest));
  logger.info('planned', { trigger, accounts: planned.targets.length, skipped: planned.skipped });
  return { run, targetsKey };
}

/** A run over all accounts that are configured, or over those that are asked for. */
async function accountsOf(run: Run, { accounts }: PlanEvent, context: StepContext): Promise<Plan> {
  const { concurrentAccounts } = planSettings(process.env);
  const planned = await plan(run, { ...context, ...(accounts && { only: accounts }) });
  if (accounts === undefined) await storeOrganization(context.store, planned);
  const notices = [...(planned.notices ?? []), ...(await lambdaConcurrency(concurrentAccounts, context))];
  return { ...planned, ...(notices.length > 0 && { notices }) };
}

/** The accounts of one run on change: as many as an organization has. */
const MAX_CHANGED_ACCOUNTS = 5_000;
const MAX_MESSAGES = 100_000;
/** Milliseconds that are left when draining ends: to delete what was received, and to store the plan. */
const RESERVE_MS = 10 * 60_000;

/** A run over the accounts that have changed. */
function changesOf(run: Run, { execution }: PlanEvent, context: StepContext): Promise<Plan | undefined> {
  const { config, caller, region, logger, store, remainingMs } = context;
  const { changeQueue } = planSettings(process.env);
  if (execution === undefined || changeQueue === undefined) {
    throw new EventError(
      'Invalid event: trigger: audits on change are started by the state machine, where they are enabled',
    );
  }
  return planChanges(run, {
    config,
    store,
    partition: caller.partition,
    ...callerOf(caller),
    executionArn: execution.id,
    queue: sqsQueue(caller, region, changeQueue),
    limits: {
      maxAccounts: MAX_CHANGED_ACCOUNTS,
      maxMessages: MAX_MESSAGES,
      signal: signalBeforeEnd(remainingMs(), RESERVE_MS),
    },
    statusOf: (executionArn) => statusOf(executionArn, context),
    log: (message, details) => logger.info(message, { ...details }),
  });
}

async function statusOf(
  executionArn: string,
  { caller, region }: Pick<StepContext, 'caller' | 'region'>,
): Promise<string | undefined> {
  const execution = await awsReader(caller, region).read(describeExecution, { executionArn });
  if (execution.state === 'absent') return undefined;
  if (execution.state === 'present') return execution.value.status;
  throw new RequestError(execution);
}

export const handler = lambdaHandler(planEventSchema, planStep);
