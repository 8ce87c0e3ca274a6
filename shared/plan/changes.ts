import type { Config } from '../config/config.ts';
import type { ChangeEvent } from '../model/change-events.ts';
import type { Target } from '../model/run.ts';

/** A change in an account, as the auditor's queue holds it. */
export interface Change {
  readonly accountId: string;
  readonly region: string;
  readonly event: ChangeEvent;
}

/** What has changed in an account since it was last audited. */
export interface ChangedAccount {
  readonly accountId: string;
  /** Where clusters were created: Regions that may have had none before. */
  readonly newClustersIn: readonly string[];
  /** An IAM OIDC provider was created: roles of the account may be those of a cluster anywhere. */
  readonly hasNewOidcProvider: boolean;
  /** How many runs on change were to audit it since, and have not. */
  readonly missed: MissedRuns;
}

/** By why a run missed an account: another run was auditing it, or something failed that may pass. */
export interface MissedRuns {
  readonly busy: number;
  readonly failed: number;
}
export const NOT_MISSED: MissedRuns = { busy: 0, failed: 0 };

/** What the last full run tells of the accounts. */
export interface LatestRun {
  /** The accounts that it was to audit. */
  readonly targets: readonly Pick<Target, 'accountId' | 'name' | 'organizationalUnits'>[];
  /**
   * The Regions with clusters or verdicts, or that could not be asked for clusters, of the accounts of which something is
   * known.
   */
  readonly regions: ReadonlyMap<string, readonly string[]>;
}

/**
 * The events after which an account may have something to judge that had nothing. Node groups and all else that is created
 * belong to a cluster, which was created before.
 */
const NEW_CLUSTER: ChangeEvent = 'eks:CreateCluster';
const NEW_OIDC_PROVIDER: ChangeEvent = 'iam:CreateOpenIDConnectProvider';

/** Of one account: more than AWS has. A queue may hold the names of any, and the item of a map must not grow with them. */
const MAX_REGIONS = 100;

/** The changes of each account as one, in the order of the accounts' first changes. */
export function changedAccounts(changes: readonly Change[]): ChangedAccount[] {
  return mergeChanged(
    changes.map(({ accountId, region, event }) => ({
      accountId,
      newClustersIn: event === NEW_CLUSTER ? [region] : [],
      hasNewOidcProvider: event === NEW_OIDC_PROVIDER,
      missed: NOT_MISSED,
    })),
  );
}

/** Lists of changed accounts as one. A new change of an account that was missed is missed by none so far. */
export function mergeChanged(...lists: readonly (readonly ChangedAccount[])[]): ChangedAccount[] {
  const merged = new Map<string, ChangedAccount>();
  for (const changed of lists.flat()) {
    const known = merged.get(changed.accountId);
    merged.set(changed.accountId, {
      accountId: changed.accountId,
      newClustersIn: [...new Set([...(known?.newClustersIn ?? []), ...changed.newClustersIn])].slice(
        0,
        MAX_REGIONS,
      ),
      hasNewOidcProvider: changed.hasNewOidcProvider || (known?.hasNewOidcProvider ?? false),
      missed: changed.missed,
    });
  }
  return [...merged.values()];
}

/**
 * The runs that may miss an account before it is left to the next scheduled one. An audit fails for long where something is
 * wrong; another run is over at last, after twenty slices of a quarter of an hour.
 */
const MAX_MISSED: MissedRuns = { busy: 60, failed: 3 };

/** An account for the next run on change, after one has missed it; `undefined` when it was missed too often. */
export function missedOnceMore(changed: ChangedAccount, why: keyof MissedRuns): ChangedAccount | undefined {
  const runs = changed.missed[why] + 1;
  return runs > MAX_MISSED[why] ? undefined : { ...changed, missed: { ...changed.missed, [why]: runs } };
}

/** A changed account that is to be audited. */
export interface ChangedTarget {
  readonly changed: ChangedAccount;
  readonly target: Target;
}

/**
 * The targets of a run on change. Accounts that the last full run was not to audit are left out, whatever has changed in
 * them: only the organization tells whose they are and whether they are to be audited, and the next full run asks it. So are
 * those in which it found neither clusters nor verdicts, unless something was created that may bring some. Regions are those
 * in which it found some or could not look, and those of new clusters; all of them where nothing is known of the account, or
 * where an OIDC provider was created in an account without any.
 */
export function changedTargets(
  accounts: readonly ChangedAccount[],
  latest: LatestRun,
  { partition, config }: { readonly partition: string; readonly config: Pick<Config, 'targets'> },
): ChangedTarget[] {
  const targets = new Map(latest.targets.map((target) => [target.accountId, target]));
  return accounts.flatMap((changed) => {
    const known = targets.get(changed.accountId);
    if (known === undefined) return [];
    const before = latest.regions.get(changed.accountId);
    const created = changed.newClustersIn.filter((region) => isSelected(region, config.targets));
    if (before?.length === 0 && created.length === 0 && !changed.hasNewOidcProvider) return [];
    const regions = [...new Set([...(before ?? []), ...created])].filter((region) =>
      isSelected(region, config.targets),
    );
    const { accountId, name, organizationalUnits } = known;
    const target: Target = {
      partition,
      accountId,
      ...(name !== undefined && { name }),
      ...(organizationalUnits && { organizationalUnits }),
      // An account in which no Region is left has verdicts of its own: it is asked for its Regions.
      ...(before && regions.length > 0 && { regions: regions.toSorted().map((region) => ({ region })) }),
    };
    return [{ changed, target }];
  });
}

function isSelected(region: string, { regions, excludeRegions }: Config['targets']): boolean {
  return (regions.length === 0 || regions.includes(region)) && !excludeRegions.includes(region);
}
