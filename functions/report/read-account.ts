import type { Store } from '../../shared/aws/store.ts';
import type { AccountResult, Gap, Plan, Target } from '../../shared/model/run.ts';
import { resultNotCovered } from '../../shared/pipeline/coverage.ts';
import { auditGap } from '../../shared/report/run-result.ts';
import { accountKeysOf, keysOf } from '../runtime/storage-keys.ts';
import { StoredDocumentError } from '../runtime/stored-document.ts';
import { isOfAccount, parseAccountResult, parseCrash } from './stored-run.ts';

/** Reads what audits left of accounts. */
export interface AccountReader {
  /** The result of an account; `undefined` when it left nothing. */
  read(target: Target): Promise<AccountResult | undefined>;
  /** Keys of results that are of no account of the plan: they are not read. */
  readonly foreign: readonly string[];
}

/** Looks up which accounts of a run left something. Rejects with S3's errors. */
export async function accountReader(store: Store, { run, targets }: Plan): Promise<AccountReader> {
  const { accountsPrefix, crashedPrefix } = keysOf(run);
  const results = new Set(await store.list(accountsPrefix));
  const crashes = new Set(await store.list(crashedPrefix));
  const textOf = async (keys: ReadonlySet<string>, key: string) =>
    keys.has(key) ? store.get(key) : undefined;
  const planned = new Set(targets.map(({ accountId }) => accountKeysOf(run, accountId).resultKey));
  return {
    async read({ accountId, name }) {
      const { resultKey, crashedKey } = accountKeysOf(run, accountId);
      const [text, crash] = await Promise.all([textOf(results, resultKey), textOf(crashes, crashedKey)]);
      const result =
        text === undefined ? undefined : resultOf(text, resultKey, { accountId, ...(name && { name }) });
      return crash === undefined
        ? result
        : withGap(result, { accountId, ...(name && { name }) }, parseCrash(crash, crashedKey));
    },
    foreign: [...results].filter((key) => !planned.has(key)),
  };
}

type Named = Pick<Target, 'accountId' | 'name'>;

/** What cannot be used is a gap of its account: it must not keep the others from being reported. */
function resultOf(text: string, key: string, target: Named): AccountResult {
  try {
    const result = parseAccountResult(text, key);
    if (isOfAccount(result, target.accountId)) return result;
    const detail = 'Its result speaks of another account, and is not used.';
    return resultNotCovered(target, auditGap('ForeignResult', detail));
  } catch (error) {
    if (!(error instanceof StoredDocumentError)) throw error;
    return resultNotCovered(target, auditGap('UnusableResult', error.message.slice(0, 300)));
  }
}

/** An audit that ended with an error after it had stored its result: what it judged counts. */
function withGap(result: AccountResult | undefined, target: Named, gap: Gap): AccountResult {
  if (result === undefined) return resultNotCovered(target, gap);
  const { coverage } = result;
  const state = coverage.state === 'covered' ? 'partial' : coverage.state;
  return { ...result, coverage: { ...coverage, state, gaps: [...coverage.gaps, gap] } };
}
