import type { Plan, Run, Target } from '../../shared/model/run.ts';
import { audit } from '../../shared/pipeline/audit-account.ts';
import { type AuditEvent, auditEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { accountKeysOf, keysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';
import { parseOrganization } from '../runtime/stored-organization.ts';

/** What the state machine needs to know: small, however large the account is. */
export interface AuditOutput {
  /** What there was no time for; the state machine audits it next. */
  readonly continue?: Target;
}

/** Audits one account, or what is left of it, and stores the result in the bucket. */
async function auditStep({ run, target }: AuditEvent, context: StepContext): Promise<AuditOutput> {
  const { logger, store } = context;
  logger.setCorrelationId(run.id);
  logger.appendKeys({ accountId: target.accountId });
  const organization = await readOrganization(run, context);
  const result = await audit(run, target, { ...context, organization });
  await store.put(accountKeysOf(run, target.accountId).resultKey, serializeDocument(result));
  const { coverage, verdicts, changes } = result;
  const gaps = [...coverage.gaps, ...coverage.regions.flatMap((region) => region.gaps)];
  logger.info('audited', {
    state: coverage.state,
    gaps: gaps.length,
    verdicts: verdicts.length,
    ...changes,
    // The findings are in the result; a log entry has a maximum size.
    failed: changes.failed.length,
  });
  return {};
}

async function readOrganization(run: Run, { store }: StepContext): Promise<Plan['organization']> {
  const { organizationKey } = keysOf(run);
  return parseOrganization(await store.get(organizationKey), organizationKey);
}

export const handler = lambdaHandler(auditEventSchema, auditStep);
