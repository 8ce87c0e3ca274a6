import type {
  AwsSecurityFinding,
  AwsSecurityFindingIdentifier,
  RecordState,
} from '@aws-sdk/client-securityhub';
import { actionsOf } from '../aws/operation.ts';
import { batchImportFindings, batchUpdateFindings, getFindings } from '../aws/operations/security-hub.ts';
import { chunksOf } from '../aws/paginate.ts';
import type { AwsReader } from '../aws/read.ts';
import { isSecurityHubOff, mapReading, present, type Reading, type Unreadable } from '../model/evidence.ts';
import type { Scope } from '../model/scope.ts';
import { productArn } from './asff.ts';
import { GENERATOR_PREFIX } from './ids.ts';
import { bytesOf, MAX_BATCH, MAX_REQUEST_BYTES } from './limits.ts';
import { NOTE_AUTHOR, type WorkflowGoal } from './workflow.ts';

/** What writing findings needs the caller to be allowed. */
export const SECURITY_HUB_ACTIONS = actionsOf(batchImportFindings, batchUpdateFindings, getFindings);

/** A finding that Security Hub did not take. */
export interface Rejection {
  readonly id: string;
  /** The error code as AWS spells it. */
  readonly code: string;
  readonly message: string;
}

/** The result of sending findings. */
export interface Sent {
  readonly rejected: readonly Rejection[];
  /** Security Hub turned out to be off. */
  readonly off?: Unreadable;
}

const is = (value: string) => [{ Value: value, Comparison: 'EQUALS' as const }];

/** In an administrator's account and the aggregation Region others' findings would come along. */
function ownFilters(scope: Scope) {
  // Not the product's name, which the configuration may change: the findings stay ours.
  return { ProductArn: is(productArn(scope)), AwsAccountId: is(scope.accountId), Region: is(scope.region) };
}

/** A list of findings: all, or, where there are more than `most`, the first pages that exceed it. */
type FindingList = Promise<Reading<readonly AwsSecurityFinding[]>>;

/** Our findings of an account and Region. */
export function listFindings(
  hub: AwsReader,
  scope: Scope,
  recordState: RecordState,
  most: number,
): FindingList {
  const generator = [{ Value: GENERATOR_PREFIX, Comparison: 'PREFIX' as const }];
  const filters = { ...ownFilters(scope), GeneratorId: generator, RecordState: is(recordState) };
  return hub.list(getFindings, { Filters: filters, MaxResults: MAX_BATCH }, most);
}

/** What others have imported for the same product, the account's default one. It may have our ids. */
export function listForeignFindings(hub: AwsReader, scope: Scope, most: number): FindingList {
  const generator = [{ Value: GENERATOR_PREFIX, Comparison: 'PREFIX_NOT_EQUALS' as const }];
  const filters = { ...ownFilters(scope), GeneratorId: generator };
  return hub.list(getFindings, { Filters: filters, MaxResults: MAX_BATCH }, most);
}

/**
 * The most values of one filter of GetFindings.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html
 */
export const MAX_FILTER_VALUES = 20;

/** The findings of these ids, whatever their state and GeneratorId, as far as there are any. */
export async function readFindings(
  hub: AwsReader,
  scope: Scope,
  ids: readonly string[],
): Promise<Reading<readonly AwsSecurityFinding[]>> {
  const found: AwsSecurityFinding[] = [];
  for (const some of chunksOf(ids, MAX_FILTER_VALUES)) {
    const filters = { ...ownFilters(scope), Id: some.flatMap(is) };
    const answer = await hub.list(getFindings, { Filters: filters, MaxResults: MAX_BATCH });
    if (answer.state === 'unreadable') return answer;
    for (const finding of answer.value) found.push(finding);
  }
  return present(found);
}

/** Imports findings, in as few calls as Security Hub's limits allow, and those it failed to take once more. */
export async function importFindings(hub: AwsReader, findings: readonly AwsSecurityFinding[]): Promise<Sent> {
  return sendTwice(
    findings,
    (finding) => finding.Id ?? '',
    importBatches,
    (batch) => importBatch(hub, batch),
  );
}

/** Sets the workflow of findings, with a note where the goal has one; those that Security Hub failed to change once more. */
export async function updateWorkflow(
  hub: AwsReader,
  findings: readonly AwsSecurityFinding[],
  goal: WorkflowGoal,
): Promise<Sent> {
  const identifiers = findings.map(({ Id, ProductArn }) => ({ Id, ProductArn }));
  return sendTwice(
    identifiers,
    (identifier) => identifier.Id ?? '',
    (all) => chunksOf(all, MAX_BATCH),
    (batch) => updateBatch(hub, batch, goal),
  );
}

/** Either every rejected finding of a batch, or why the whole call failed. */
type Answer = Reading<readonly Rejection[]>;

async function importBatch(hub: AwsReader, batch: readonly AwsSecurityFinding[]): Promise<Answer> {
  const answer = await hub.read(batchImportFindings, { Findings: [...batch] });
  return mapReading(answer, ({ FailedFindings: failed = [], SuccessCount: succeeded }) => {
    const rejected = failed.map((error) => toRejection(error.Id, error));
    return accountFor(batch, rejected, succeeded);
  });
}

async function updateBatch(
  hub: AwsReader,
  batch: readonly AwsSecurityFindingIdentifier[],
  { status, note }: WorkflowGoal,
): Promise<Answer> {
  const request = {
    FindingIdentifiers: [...batch],
    Workflow: { Status: status },
    ...(note !== undefined && { Note: { Text: note, UpdatedBy: NOTE_AUTHOR } }),
  };
  const answer = await hub.read(batchUpdateFindings, request);
  return mapReading(answer, ({ UnprocessedFindings: failed = [], ProcessedFindings: processed = [] }) => {
    const rejected = failed.map((error) => toRejection(error.FindingIdentifier.Id, error));
    return accountFor(batch, rejected, processed.length);
  });
}

function toRejection(
  id: string,
  {
    ErrorCode: code,
    ErrorMessage: message = '',
  }: { readonly ErrorCode: string; readonly ErrorMessage?: string | undefined },
): Rejection {
  return { id, code, message };
}

/** An answer that does not account for every finding of its batch leaves all that it does not name unconfirmed. */
function accountFor(
  batch: readonly { readonly Id: string | undefined }[],
  answered: readonly Rejection[],
  succeeded = 0,
): readonly Rejection[] {
  const ids = new Set(batch.map((finding) => finding.Id ?? ''));
  const rejected = answered.filter((rejection) => ids.delete(rejection.id));
  if (succeeded >= ids.size) return rejected;
  const message = `Security Hub confirmed ${succeeded} of ${batch.length} findings and named ${rejected.length}`;
  return [...rejected, ...[...ids].map((id) => ({ id, code: 'Unconfirmed', message }))];
}

/** Errors that say something about the finding or the caller: the same finding fails again. */
const FINAL_CODES = /^(InvalidInput|InvalidAccess|AccessDenied|FindingSizeExceeded|DuplicatedFinding)/;

async function sendTwice<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  batchesOf: (items: readonly T[]) => T[][],
  send: (batch: readonly T[]) => Promise<Answer>,
): Promise<Sent> {
  const first = await sendOnce(batchesOf(items), idOf, send);
  const again = new Set(first.retryable.map((rejection) => rejection.id));
  if (first.off !== undefined) return toSent(first, first.retryable);
  const second = await sendOnce(batchesOf(items.filter((item) => again.has(idOf(item)))), idOf, send);
  return toSent({ ...second, final: [...first.final, ...second.final] }, second.retryable);
}

interface Round {
  readonly final: readonly Rejection[];
  readonly retryable: readonly Rejection[];
  readonly off?: Unreadable;
}

function toSent({ final, off }: Round, left: readonly Rejection[]): Sent {
  return { rejected: [...final, ...left], ...(off && { off }) };
}

/** Sends batch after batch, which keeps below ten calls a second; one that fails stops no other, unless the hub is off. */
async function sendOnce<T>(
  batches: readonly (readonly T[])[],
  idOf: (item: T) => string,
  send: (batch: readonly T[]) => Promise<Answer>,
): Promise<Round> {
  const final: Rejection[] = [];
  const retryable: Rejection[] = [];
  let off: Unreadable | undefined;
  for (const batch of batches) {
    const answer: Answer = off ?? (await send(batch));
    if (answer.state === 'present') {
      for (const rejection of answer.value)
        (FINAL_CODES.test(rejection.code) ? final : retryable).push(rejection);
      continue;
    }
    // The SDK has retried the call already.
    final.push(...batch.map((item) => ({ id: idOf(item), code: answer.code, message: answer.detail })));
    if (isSecurityHubOff(answer)) off = answer;
  }
  return { final, retryable, ...(off && { off }) };
}

/** Bytes around the findings of a request, and between two of them. */
const ENVELOPE_BYTES = Buffer.byteLength('{"Findings":[]}');
const SEPARATOR_BYTES = 1;

function importBatches(findings: readonly AwsSecurityFinding[]): AwsSecurityFinding[][] {
  const batches: AwsSecurityFinding[][] = [];
  let current: AwsSecurityFinding[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const finding of findings) {
    const size = bytesOf(finding) + SEPARATOR_BYTES;
    // Never for the first of a batch: any finding fits.
    if (current.length === MAX_BATCH || bytes + size > MAX_REQUEST_BYTES) {
      batches.push(current);
      current = [];
      bytes = ENVELOPE_BYTES;
    }
    current.push(finding);
    bytes += size;
  }
  return current.length > 0 ? [...batches, current] : batches;
}
