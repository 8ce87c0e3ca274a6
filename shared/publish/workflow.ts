import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { VerdictException } from '../model/exception.ts';
import type { Verdict } from '../model/verdict.ts';
import { FIELDS } from './asff.ts';
import { cut } from './limits.ts';

/*
 * What the workflow of a finding should be. What people decide stays theirs: only a finding that passes leaves their queue,
 * and only what carries our own note is taken back.
 */

/** The statuses that the auditor sets. */
export const WORKFLOW_STATUSES = ['RESOLVED', 'SUPPRESSED', 'NEW'] as const;

/** What the workflow of a finding is to be set to, and the note that says why. */
export interface WorkflowGoal {
  readonly status: (typeof WORKFLOW_STATUSES)[number];
  readonly note?: string;
}

/** A finding whose workflow is to be set. */
export interface WorkflowChange {
  readonly finding: AwsSecurityFinding;
  readonly goal: WorkflowGoal;
}

/** `UpdatedBy` of our notes. */
export const NOTE_AUTHOR = 'eks-auditor';

/** What the notes of findings that an exception suppresses begin with, and no other note of ours does. */
const SUPPRESSED_BY = 'Accepted by exception ';

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html */
const MAX_NOTE = 512;

type Stored = Pick<AwsSecurityFinding, 'Workflow' | 'Note' | 'RecordState' | 'ProductFields'>;

/** The workflow that a verdict asks for, if its finding has another; `stored` is what Security Hub holds of it. Pure. */
export function workflowGoal(
  { status, exception }: Pick<Verdict, 'status' | 'exception'>,
  stored: Stored | undefined,
): WorkflowGoal | undefined {
  if (exception !== undefined) return suppression(exception, stored);
  if (stored === undefined) return undefined;
  const isOurs = isSuppressedByException(stored);
  if (status === 'PASSED') {
    if (isOurs) return { status: 'RESOLVED', note: endNote(stored, 'It passes.') };
    return isOpen(stored) ? { status: 'RESOLVED' } : undefined;
  }
  if (!isOurs) return undefined;
  const why =
    status === 'NOT_AVAILABLE' ? 'It could not be judged, which no exception covers.' : 'It still fails.';
  return { status: 'NEW', note: endNote(stored, why) };
}

function suppression(exception: VerdictException, stored: Stored | undefined): WorkflowGoal | undefined {
  const note = suppressionNote(exception);
  const isSettled =
    stored?.Workflow?.Status === 'SUPPRESSED' &&
    (!isSuppressedByException(stored) || stored.Note?.Text === note);
  return isSettled ? undefined : { status: 'SUPPRESSED', note };
}

/** Whether an exception, and not a person, suppressed a finding. Whoever suppresses it anew after a later note of ours did so himself. */
export function isSuppressedByException({ Workflow, Note }: Pick<Stored, 'Workflow' | 'Note'>): boolean {
  return (
    Workflow?.Status === 'SUPPRESSED' &&
    Note?.UpdatedBy === NOTE_AUTHOR &&
    (Note.Text ?? '').startsWith(SUPPRESSED_BY)
  );
}

/** Whether a person suppressed a finding. */
export function isSuppressedByPerson(stored: Pick<Stored, 'Workflow' | 'Note'>): boolean {
  return stored.Workflow?.Status === 'SUPPRESSED' && !isSuppressedByException(stored);
}

/** `Accepted by exception legacy-endpoint of platform@example.com until 2027-03-31: Vendor appliance` */
function suppressionNote({ id, owner, expires, reason }: VerdictException): string {
  return cut(oneLine(`${SUPPRESSED_BY}${id} of ${owner} until ${expires}: ${reason}`), MAX_NOTE);
}

function endNote({ ProductFields }: Stored, why: string): string {
  const id = ProductFields?.[FIELDS.exception] ?? '';
  // Whoever administers the account can write it.
  const name = /^[\w.-]{1,64}$/.test(id) ? `Exception ${id}` : 'The exception';
  return `${name} does not cover it any more. ${why}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Whether a finding would stay in people's queue after it passes. What a person suppressed is left alone. */
function isOpen(stored: Stored): boolean {
  const workflow = stored.Workflow?.Status;
  // Security Hub sets RESOLVED and NOTIFIED back to NEW when a finding returns from the archive.
  if (stored.RecordState === 'ARCHIVED') return workflow !== 'SUPPRESSED';
  // Every finding has one. Where the answer leaves it out, it is read again before it is set.
  return workflow === undefined || workflow === 'NEW' || workflow === 'NOTIFIED';
}

/** Whether a finding, read again before it is set, still asks for it. */
export function isStillWanted({ status, note }: WorkflowGoal, stored: AwsSecurityFinding): boolean {
  const compliance = stored.Compliance?.Status;
  const isOurs = isSuppressedByException(stored);
  if (status === 'SUPPRESSED') {
    const isProblem = compliance === 'FAILED' || compliance === 'WARNING';
    return isProblem && (stored.Workflow?.Status !== 'SUPPRESSED' || (isOurs && stored.Note?.Text !== note));
  }
  if (status === 'NEW') return compliance !== 'PASSED' && isOurs;
  return compliance === 'PASSED' && (isOurs || isOpen(stored));
}
