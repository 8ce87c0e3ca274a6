import type { Config } from '../../shared/config/config.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { compareResults } from '../../shared/report/compare-results.ts';
import type { AuditOptions } from './audit-options.ts';
import { prepareAws } from './aws-environment.ts';
import { configOf } from './config.ts';
import { unlessInterrupted } from './interruption.ts';
import type { InventoryFolder } from './inventory-folder.ts';
import { messagesFor } from './messages.ts';
import { startProgress } from './progress.ts';
import { readResult } from './read-result.ts';
import { openReports } from './reports.ts';
import { showRun } from './show-run.ts';
import { UserError } from './user-error.ts';

/** Audits and reports; sets the exit code. Throws UserError, Interrupted. */
export async function runAuditCommand(options: AuditOptions): Promise<void> {
  const messages = messagesFor(options);
  const config = configOf(options, process.env, messages.say);
  const earlier = options.since === undefined ? undefined : await readResult(options.since);
  const requests = await prepareAws(options, process.env);
  const reports = await openReports(options);
  const inventory = await openInventory(options, messages.say);
  const audited = await audit(config, { ...options, requests, ...(inventory && { inventory }) });
  const result = earlier === undefined ? audited : withChanges(audited, earlier);
  const isSaved = (await inventory?.finish(result)) ?? true;
  await showRun(result, { options, config, reports, isSaved });
}

function withChanges(result: RunResult, earlier: RunResult): RunResult {
  return { ...result, changes: { ...result.changes, ...compareResults(earlier, result) } };
}

async function openInventory(
  { saveInventory }: AuditOptions,
  say: (message: string) => void,
): Promise<InventoryFolder | undefined> {
  if (saveInventory === undefined) return undefined;
  const { openInventoryFolder } = await import('./inventory-folder.ts');
  return openInventoryFolder(saveInventory, say);
}

interface AuditContext extends AuditOptions {
  readonly requests: Awaited<ReturnType<typeof prepareAws>>;
  readonly inventory?: InventoryFolder;
}

async function audit(config: Config, context: AuditContext): Promise<RunResult> {
  // Loaded here, because the AWS SDK takes a while to load and usage errors are found without it.
  const { runAudit } = await import('../../shared/pipeline/run-audit.ts');
  const { inventory, publish = false, requests } = context;
  const progress = startProgress(process.stderr, context);
  try {
    return await unlessInterrupted((signal) =>
      runAudit({
        config,
        publish,
        signal,
        requests,
        progress: progress.show,
        ...(inventory && { inventory }),
      }),
    );
  } catch (error) {
    throw await asUserError(error);
  } finally {
    progress.clear();
  }
}

/** What the user can change, as such. */
export async function asUserError(error: unknown): Promise<unknown> {
  const [{ CallerError }, { PlanError }] = await Promise.all([
    import('../../shared/aws/environment.ts'),
    import('../../shared/plan/plan-error.ts'),
  ]);
  const isUsers = error instanceof CallerError || error instanceof PlanError;
  return isUsers ? new UserError(error.message, { cause: error }) : error;
}
