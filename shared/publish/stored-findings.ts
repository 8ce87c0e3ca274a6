import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { AwsReader } from '../aws/read.ts';
import { mapReading, present, type Reading, TOO_MANY_FINDINGS, type Unreadable } from '../model/evidence.ts';
import type { Scope } from '../model/scope.ts';
import { MAX_BATCH } from './limits.ts';
import { listFindings, listForeignFindings, MAX_FILTER_VALUES, readFindings } from './security-hub.ts';

/** What Security Hub holds of an account and Region. */
export interface StoredFindings {
  /** The active ones, and those of what was judged whatever their state. */
  readonly findings: readonly AwsSecurityFinding[];
  /** Why these are only those of what was judged. */
  readonly tooMany?: Unreadable;
}

/** Whoever administers an account can import as many findings under our product as he likes: so many are read. */
export const MAX_FINDINGS = 100_000;

/**
 * Reads what Security Hub holds: the active findings, and of `ids`, the findings of what was judged, those that are not
 * active as well. With more than `maxFindings` active ones, only those of `ids`.
 */
export async function readStored(
  hub: AwsReader,
  scope: Scope,
  ids: readonly string[],
  maxFindings: number,
): Promise<Reading<StoredFindings>> {
  const active = await listFindings(hub, scope, 'ACTIVE', maxFindings);
  if (active.state === 'unreadable') return active;
  if (active.value.length > maxFindings) {
    const judged = await readFindings(hub, scope, ids);
    return mapReading(judged, (findings) => ({ findings, tooMany: tooManyFindings(scope, maxFindings) }));
  }
  const known = new Set(active.value.map(({ Id }) => Id));
  const others = await readInactive(
    hub,
    scope,
    ids.filter((id) => !known.has(id)),
  );
  return mapReading(others, (more) => ({ findings: [...active.value, ...more] }));
}

/**
 * What is new may be back from the archive: then it has a history, and a person may have suppressed it. Or somebody has
 * imported it with another GeneratorId. By id that takes a request for each twenty. Where these are several, two lists of a
 * hundred a request are most often the shorter way: a Region that is audited for the first time has neither an archive nor,
 * mostly, another tool that imports for the account's default product. So both are read, until they have taken about as
 * many requests as reading by id would; only then that is done. What the lists do not have, such as what another run has
 * imported meanwhile, is a new finding: of two imports Security Hub keeps the later observation.
 */
async function readInactive(
  hub: AwsReader,
  scope: Scope,
  ids: readonly string[],
): Promise<Reading<readonly AwsSecurityFinding[]>> {
  const requests = Math.ceil(ids.length / MAX_FILTER_VALUES);
  if (requests <= 2) return readFindings(hub, scope, ids);
  const most = Math.floor(requests / 2) * MAX_BATCH;
  const archived = await listFindings(hub, scope, 'ARCHIVED', most);
  if (archived.state === 'unreadable') return archived;
  if (archived.value.length > most) return readFindings(hub, scope, ids);
  const foreign = await listForeignFindings(hub, scope, most);
  if (foreign.state === 'unreadable') return foreign;
  if (foreign.value.length > most) return readFindings(hub, scope, ids);
  return present([...archived.value, ...foreign.value]);
}

function tooManyFindings({ accountId, region }: Scope, maxFindings: number): Unreadable {
  return {
    state: 'unreadable',
    kind: 'failed',
    code: TOO_MANY_FINDINGS,
    operation: 'securityhub:GetFindings',
    detail: `Security Hub has more than ${maxFindings} findings of EKS Auditor in ${region} of account ${accountId}: only those of what was judged were updated, and none was archived`,
  };
}
