import type { ReportedException } from '../model/exception.ts';
import type { AccountCoverage } from '../model/run.ts';
import { CHANGE_KINDS, type ChangeKind } from '../model/verdict-change.ts';
import { type DigestContent, digestText, type RunState } from './digest-text.ts';
import { countOf, GROUPS, type Group, type RunChanges, severitiesOf } from './run-changes.ts';
import { plural } from './text.ts';

/** What a digest is made from. */
export interface DigestInput extends Pick<DigestContent, 'run' | 'state' | 'changes' | 'report'> {
  /** Every account that was to be audited. */
  readonly accounts: readonly Pick<AccountCoverage, 'accountId' | 'name' | 'state'>[];
  /** What became of the configured exceptions. */
  readonly exceptions?: readonly ReportedException[];
  /** Whether people want one of every run that is not on change, also of those in which nothing changed. */
  readonly always: boolean;
}

/** A message to people: what changed in a run. */
export interface Digest {
  /** ASCII, fewer than 100 characters. */
  readonly subject: string;
  /** Plain text of fewer than 250,000 bytes, every text of others made safe. */
  readonly text: string;
  /**
   * The severities of what is new, worse, fixed or not excepted any more, and `OTHER` when something else is in it: those
   * who want to read it are chosen by this. Never empty.
   */
  readonly severities: readonly string[];
}

/** The kinds whose severities decide who is told; of all others everybody is. */
const TOLD_BY_SEVERITY: readonly ChangeKind[] = ['new', 'worse', 'fixed', 'exceptionEnded'];

/** What a run on change tells: it is there to warn early, and the next run over everything tells the rest. */
const TOLD_ON_CHANGE: readonly ChangeKind[] = ['new', 'worse'];

/**
 * What people are told of a run; `undefined` when nothing changed, unless they want to hear that too of runs over everything. That accounts were not
 * seen is told beside what changed, and is no change. A run on change tells only what is new or worse. Pure.
 */
export function digestOf({ accounts, always, exceptions = [], ...input }: DigestInput): Digest | undefined {
  const { changes, run } = input;
  const isOnChange = run.trigger === 'change';
  const content: DigestContent = {
    ...input,
    told: isOnChange ? TOLD_ON_CHANGE : CHANGE_KINDS,
    notSeen: isOnChange ? [] : accounts.filter(({ state }) => state === 'not-covered'),
    ending: isOnChange
      ? []
      : exceptions.filter(({ state }) => state === 'expired' || state === 'expires-soon'),
    names: new Map(accounts.flatMap(({ accountId, name }) => (name ? [[accountId, name]] : []))),
  };
  const parts = changeParts(content);
  const isWanted = always && !isOnChange;
  if (parts.length === 0 && !isWanted) return undefined;
  const bySeverity = content.told.filter((kind) => TOLD_BY_SEVERITY.includes(kind));
  const severities = severitiesOf(changes, bySeverity);
  return {
    subject: subjectOf(content, parts),
    text: digestText(content),
    severities: isWanted || tellsOther(content) ? [...severities, 'OTHER'] : severities,
  };
}

function tellsOther({ told, changes, notSeen, state }: DigestContent): boolean {
  const isOther = (kind: ChangeKind) => {
    const { counts } = changes.kinds[kind];
    return (TOLD_BY_SEVERITY.includes(kind) ? (counts.OTHER ?? 0) : countOf({ counts })) > 0;
  };
  return changes.firstAudits.accounts > 0 || notSeen.length > 0 || state !== 'finished' || told.some(isOther);
}

/**
 * "Less than 100 characters": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, where a subject must also be
 * ASCII and begin with a letter, number or punctuation mark. No text of others is in it.
 */
const MAX_SUBJECT = 99;

const STATE_WORDS = {
  finished: [],
  failed: ['run failed'],
  timedOut: ['run timed out'],
  aborted: ['run aborted'],
} as const satisfies Record<RunState, readonly string[]>;

/** `EKS Auditor: 3 new HIGH, 2 fixed, 1 account not seen`; what has no room is left out. */
function subjectOf({ state, notSeen }: DigestContent, [...changes]: readonly string[]): string {
  const parts = [
    ...STATE_WORDS[state],
    ...(changes.length > 0 ? changes : ['no change']),
    ...(notSeen.length > 0 ? [`${plural(notSeen.length, 'account')} not seen`] : []),
  ];
  const [first = '', ...others] = parts;
  let subject = `EKS Auditor: ${first}`;
  for (const part of others) {
    if (`${subject}, ${part}, ...`.length > MAX_SUBJECT) return `${subject}, ...`;
    subject = `${subject}, ${part}`;
  }
  return subject;
}

/** What changed, each in some words, the most urgent first. */
function changeParts({ told, changes }: DigestContent): string[] {
  const { accounts, failures } = changes.firstAudits;
  const isTold = told.length === CHANGE_KINDS.length ? accounts > 0 : failures > 0;
  return [
    ...GROUPS.flatMap((group) => newPart(changes, group)),
    ...WORDS.filter(([kind]) => told.includes(kind)).flatMap(([kind, words]) => {
      const count = countOf(changes.kinds[kind]);
      return count > 0 ? [`${count.toLocaleString('en')} ${words}`] : [];
    }),
    ...(isTold ? [`first audit of ${plural(accounts, 'account')}: ${plural(failures, 'failure')}`] : []),
  ];
}

function newPart({ kinds }: RunChanges, group: Group): string[] {
  const count = kinds.new.counts[group] ?? 0;
  if (count === 0) return [];
  return [group === 'OTHER' ? plural(count, 'new warning') : `${count.toLocaleString('en')} new ${group}`];
}

/** What a subject says of each kind but `new`, in this order. */
const WORDS: readonly (readonly [ChangeKind, string])[] = [
  ['worse', 'worse'],
  ['exceptionEnded', 'not excepted any more'],
  ['fixed', 'fixed'],
  ['notAvailable', 'not available'],
  ['better', 'better'],
  ['seenAgain', 'available again'],
  ['gone', 'gone'],
  ['excepted', 'excepted'],
];
