import * as z from 'zod';
import type { Store } from '../../shared/aws/store.ts';
import type { Plan } from '../../shared/model/run.ts';
import { organizationSchema } from '../../shared/pipeline/stored-plan.ts';
import type { LatestRun } from '../../shared/plan/changes.ts';
import { targetSchema } from '../runtime/events.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { LATEST_ACCOUNTS_KEY, parseLatestAccounts } from '../runtime/latest-accounts.ts';
import {
  checkDocument,
  parseJson,
  StoredDocumentError,
  serializeDocument,
} from '../runtime/stored-document.ts';

/** The organization as the last full run's plan read it, and the accounts that it selected. */
const ORGANIZATION_KEY = 'latest/organization.json';

const schema = organizationSchema.extend({
  targets: z.array(targetSchema.pick({ accountId: true, name: true, organizationalUnits: true })),
});

/** Leaves what later runs on change need of the plan of a full run. */
export async function storeOrganization(store: Store, { organization, targets }: Plan): Promise<void> {
  const named = targets.map(({ partition, regions, ...target }) => target);
  await store.put(ORGANIZATION_KEY, serializeDocument({ ...organization, targets: named }));
}

/** What a run on change is planned from. */
export interface LastFullRun extends LatestRun {
  readonly organization: Plan['organization'];
}

/** The last full run; none when there was none yet that ended. Throws StoredDocumentError. */
export async function lastFullRun(store: Store): Promise<LastFullRun | undefined> {
  const [text, accounts] = await Promise.all([store.get(ORGANIZATION_KEY), store.get(LATEST_ACCOUNTS_KEY)]);
  if (text === undefined || accounts === undefined) return undefined;
  const { targets, ...organization } = checkDocument(
    schema,
    parseJson(text, ORGANIZATION_KEY),
    ORGANIZATION_KEY,
  );
  const regions = [...parseLatestAccounts(accounts)].map(([id, account]) => [id, account.regions] as const);
  return { organization, targets, regions: new Map(regions) };
}

/** How long the last audit of an account took, in milliseconds. Of what cannot be read nothing is known: a run needs no order. */
export async function lastDurations({
  store,
  logger,
}: Pick<StepContext, 'store' | 'logger'>): Promise<(accountId: string) => number | undefined> {
  const text = await store.get(LATEST_ACCOUNTS_KEY);
  if (text === undefined) return () => undefined;
  try {
    const accounts = parseLatestAccounts(text);
    return (accountId) => accounts.get(accountId)?.durationMs;
  } catch (error) {
    if (!(error instanceof StoredDocumentError)) throw error;
    logger.warn('the last durations cannot be read', error);
    return () => undefined;
  }
}
