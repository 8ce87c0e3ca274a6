import { setTimeout as wait } from 'node:timers/promises';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { chunksOf } from '../aws/paginate.ts';
import type { AwsReader } from '../aws/read.ts';
import type { Unreadable } from '../model/evidence.ts';
import type { Scope } from '../model/scope.ts';
import { MAX_BATCH } from './limits.ts';
import { isSecurityHubOff, type Rejection, readFindings, resolveFindings } from './security-hub.ts';

/** What became of the workflow of findings that pass. */
export interface Resolved {
  /** The ids of those that are RESOLVED now. */
  readonly resolved: readonly string[];
  /** The ids of those that another run has imported with a later observation. */
  readonly overtaken: readonly string[];
  readonly rejected: readonly Rejection[];
  /** Security Hub turned out to be off. */
  readonly off?: Unreadable;
}

/** An import takes seconds until it can be read. */
const ROUNDS = 3;

/**
 * Sets the workflow of findings to RESOLVED. An import that is older than what is stored is ignored, but
 * BatchUpdateFindings knows no time, so the findings are read again first: only those are set whose UpdatedAt is still the
 * given one, that pass, and that are in somebody's queue. Those whose import cannot be read yet are read twice more,
 * `waitMs` apart; the next run resolves what is left.
 */
export async function resolvePassed(
  hub: AwsReader,
  scope: Scope,
  passed: readonly AwsSecurityFinding[],
  waitMs: number,
): Promise<Resolved> {
  let result = NONE;
  let unseen = passed;
  for (let round = 0; round < ROUNDS && unseen.length > 0; round += 1) {
    if (round > 0) await wait(waitMs);
    const left: AwsSecurityFinding[] = [];
    for (const batch of chunksOf(unseen, MAX_BATCH)) {
      const outcome = await resolveBatch(hub, scope, batch);
      result = joined(result, outcome);
      if (outcome.off) return result;
      left.push(...outcome.unseen);
    }
    unseen = left;
  }
  return result;
}

const NONE: Resolved = { resolved: [], overtaken: [], rejected: [] };

function joined(a: Resolved, b: Resolved): Resolved {
  return {
    resolved: [...a.resolved, ...b.resolved],
    overtaken: [...a.overtaken, ...b.overtaken],
    rejected: [...a.rejected, ...b.rejected],
    ...(b.off && { off: b.off }),
  };
}

async function resolveBatch(
  hub: AwsReader,
  scope: Scope,
  batch: readonly AwsSecurityFinding[],
): Promise<Resolved & { readonly unseen: readonly AwsSecurityFinding[] }> {
  const stored = await readFindings(hub, scope, batch.map(idOf));
  if (stored.state === 'unreadable') {
    const rejected = batch.map((finding) => ({
      id: idOf(finding),
      code: stored.code,
      message: stored.detail,
    }));
    return { ...NONE, rejected, unseen: [], ...(isSecurityHubOff(stored) && { off: stored }) };
  }
  const storedById = new Map(stored.value.map((finding) => [idOf(finding), finding]));
  const states = Map.groupBy(batch, (finding) => stateOf(storedById.get(idOf(finding)), finding));
  const ours = states.get('ours') ?? [];
  const { rejected, off } = await resolveFindings(hub, ours);
  const missing = new Set(rejected.map(({ id }) => id));
  return {
    resolved: ours.map(idOf).filter((id) => !missing.has(id)),
    overtaken: (states.get('overtaken') ?? []).map(idOf),
    rejected,
    unseen: states.get('unseen') ?? [],
    ...(off && { off }),
  };
}

function stateOf(stored: AwsSecurityFinding | undefined, sent: AwsSecurityFinding) {
  const difference = Date.parse(stored?.UpdatedAt ?? '') - Date.parse(sent.UpdatedAt ?? '');
  if (difference > 0) return 'overtaken';
  if (stored === undefined || difference < 0) return 'unseen';
  const workflow = stored.Workflow?.Status;
  const isOpen = workflow === 'NEW' || workflow === 'NOTIFIED';
  return isOpen && stored.Compliance?.Status === 'PASSED' ? 'ours' : 'settled';
}

function idOf({ Id: id = '' }: AwsSecurityFinding): string {
  return id;
}
