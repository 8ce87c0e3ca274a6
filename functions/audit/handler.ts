import * as z from 'zod';
import type { Plan, Run, Target } from '../../shared/model/run.ts';
import { audit } from '../../shared/pipeline/audit-account.ts';
import { type AuditEvent, auditEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { accountResultKey, keysOf } from '../runtime/storage-keys.ts';

/** What the state machine goes on with: small, whatever the account holds. */
export interface AuditOutput {
  readonly run: Run;
  readonly planKey: string;
  readonly accountId: string;
  readonly state: string;
  readonly verdicts: number;
  readonly failed: number;
  /** What there was no time for: audit this next. */
  readonly continue?: Target;
}

const organizationSchema = z.object({
  id: z.string().exactOptional(),
  accountIds: z.array(z.string()),
  isComplete: z.boolean(),
}) satisfies z.ZodType<Plan['organization']>;

/** Audits one account, or what was left of it, and leaves the result in the bucket. */
async function auditStep({ run, planKey, target }: AuditEvent, context: StepContext): Promise<AuditOutput> {
  const { logger, store } = context;
  logger.setCorrelationId(run.id);
  logger.appendKeys({ accountId: target.accountId });
  const organization = await readOrganization(run, context);
  const result = await audit(run, target, { ...context, organization });
  await store.put(accountResultKey(run, target), JSON.stringify(result));
  const { coverage, verdicts, changes } = result;
  const gaps = [...coverage.gaps, ...coverage.regions.flatMap((one) => one.gaps)];
  logger.info('audited', {
    state: coverage.state,
    gaps: gaps.length,
    verdicts: verdicts.length,
    ...changes,
    // Each is in the result; a log entry takes only so much.
    failed: changes.failed.length,
  });
  return {
    run,
    planKey,
    accountId: target.accountId,
    state: coverage.state,
    verdicts: verdicts.length,
    failed: changes.failed.length,
    ...(result.continue && { continue: result.continue }),
  };
}

async function readOrganization(run: Run, { store }: StepContext): Promise<Plan['organization']> {
  const { organizationKey } = keysOf(run);
  const text = await store.get(organizationKey);
  if (text === undefined) throw new Error(`the run has no ${organizationKey}`);
  return organizationSchema.parse(JSON.parse(text));
}

export const handler = lambdaHandler(auditEventSchema, auditStep);
