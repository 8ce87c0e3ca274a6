import { setTimeout as wait } from 'node:timers/promises';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { chunksOf } from '../aws/paginate.ts';
import type { AwsReader } from '../aws/read.ts';
import { isSecurityHubOff, MALFORMED_RESPONSE, type Unreadable } from '../model/evidence.ts';
import type { Scope } from '../model/scope.ts';
import { MAX_BATCH } from './limits.ts';
import { type Rejection, readFindings, updateWorkflow } from './security-hub.ts';
import { isStillWanted, type WorkflowChange } from './workflow.ts';

/** What became of the workflow of findings. */
export interface WorkflowsSet {
  /** Those whose workflow is what it should be now. */
  readonly set: readonly WorkflowChange[];
  /** The ids of those that another run has imported with a later observation. */
  readonly overtaken: readonly string[];
  readonly rejected: readonly Rejection[];
  /** Security Hub turned out to be off. */
  readonly off?: Unreadable;
}

/** An import takes seconds until it can be read. */
const ROUNDS = 3;

/**
 * Sets the workflow of findings. An import that is older than what is stored is ignored, but BatchUpdateFindings knows no
 * time, so the findings are read again first: only those are set whose UpdatedAt is still the given one, and whose status
 * and workflow still ask for it. Those whose import cannot be read yet are read twice more, `waitMs` apart; the next run
 * sets what is left.
 */
export async function setWorkflows(
  hub: AwsReader,
  scope: Scope,
  changes: readonly WorkflowChange[],
  waitMs: number,
): Promise<WorkflowsSet> {
  let result = NONE;
  let unseen = changes;
  for (let round = 0; round < ROUNDS && unseen.length > 0; round += 1) {
    if (round > 0) await wait(waitMs);
    const left: WorkflowChange[] = [];
    for (const batch of chunksOf(unseen, MAX_BATCH)) {
      const outcome = await setBatch(hub, scope, batch);
      result = joined(result, outcome);
      if (outcome.off) return result;
      left.push(...outcome.unseen);
    }
    unseen = left;
  }
  return result;
}

const NONE: WorkflowsSet = { set: [], overtaken: [], rejected: [] };

function joined(a: WorkflowsSet, b: WorkflowsSet): WorkflowsSet {
  return {
    set: [...a.set, ...b.set],
    overtaken: [...a.overtaken, ...b.overtaken],
    rejected: [...a.rejected, ...b.rejected],
    ...(b.off && { off: b.off }),
  };
}

async function setBatch(
  hub: AwsReader,
  scope: Scope,
  batch: readonly WorkflowChange[],
): Promise<WorkflowsSet & { readonly unseen: readonly WorkflowChange[] }> {
  const stored = await readFindings(hub, scope, batch.map(idOf));
  if (stored.state === 'unreadable') {
    const rejected = batch.map((change) => ({ id: idOf(change), code: stored.code, message: stored.detail }));
    return { ...NONE, rejected, unseen: [], ...(isSecurityHubOff(stored) && { off: stored }) };
  }
  const storedById = new Map(stored.value.map((finding) => [finding.Id ?? '', finding]));
  const states = Map.groupBy(batch, (change) => stateOf(storedById.get(idOf(change)), change));
  let result: WorkflowsSet = {
    ...NONE,
    overtaken: (states.get('overtaken') ?? []).map(idOf),
    rejected: (states.get('unclear') ?? []).map(unclear),
  };
  for (const alike of Map.groupBy(states.get('ours') ?? [], ({ goal }) => JSON.stringify(goal)).values()) {
    if (result.off) break;
    result = joined(result, await updateAlike(hub, alike));
  }
  return { ...result, unseen: states.get('unseen') ?? [] };
}

/** Sets those that get the same workflow and note. */
async function updateAlike(hub: AwsReader, alike: readonly WorkflowChange[]): Promise<WorkflowsSet> {
  const [first] = alike;
  if (first === undefined) return NONE;
  const findings = alike.map(({ finding }) => finding);
  const { rejected, off } = await updateWorkflow(hub, findings, first.goal);
  const missing = new Set(rejected.map(({ id }) => id));
  const set = alike.filter((change) => !missing.has(idOf(change)));
  return { set, overtaken: [], rejected, ...(off && { off }) };
}

function stateOf(stored: AwsSecurityFinding | undefined, { finding, goal }: WorkflowChange) {
  const difference = Date.parse(stored?.UpdatedAt ?? '') - Date.parse(finding.UpdatedAt ?? '');
  if (difference > 0) return 'overtaken';
  if (stored === undefined || difference < 0) return 'unseen';
  if (stored.Workflow?.Status === undefined || stored.Compliance?.Status === undefined) return 'unclear';
  return isStillWanted(goal, stored) ? 'ours' : 'settled';
}

function unclear(change: WorkflowChange): Rejection {
  const message = 'the answer to securityhub:GetFindings says neither its workflow nor its status';
  return { id: idOf(change), code: MALFORMED_RESPONSE, message };
}

function idOf({ finding: { Id: id = '' } }: WorkflowChange): string {
  return id;
}
