import { controlTitles } from '../evaluate/control-texts.ts';
import type { ReportedException } from '../model/exception.ts';
import { clusterNameIn } from '../model/resource.ts';
import type { AccountCoverage, Run } from '../model/run.ts';
import type { ChangeKind, VerdictChange } from '../model/verdict-change.ts';
import { countOf, GROUPS, type Group, groupOf, type RunChanges } from './run-changes.ts';
import { safeText } from './safe-text.ts';
import { plural, shortTime } from './text.ts';

/** How a run ended. Only of one that finished everything is known. */
export type RunState = 'finished' | 'failed' | 'timedOut' | 'aborted';

/** What of a run a digest tells. */
export interface DigestContent {
  /** Of a run that ended before it was planned, no time is known. */
  readonly run: Pick<Run, 'id' | 'trigger'> & Partial<Pick<Run, 'startedAt'>>;
  readonly state: RunState;
  readonly changes: RunChanges;
  readonly told: readonly ChangeKind[];
  readonly notSeen: readonly Pick<AccountCoverage, 'accountId'>[];
  /** Exceptions that have ended, or end soon. */
  readonly ending: readonly ReportedException[];
  /** The names of accounts by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
  /** Where the report is, for example `s3://bucket/runs/…/report.html`; absent when there is none. */
  readonly report?: string;
}

/** The kinds whose changes are listed, each with its title. */
const LISTED: readonly (readonly [ChangeKind, string])[] = [
  ['new', 'New'],
  ['worse', 'Worse'],
  ['exceptionEnded', 'Exception ended'],
  ['fixed', 'Fixed'],
  ['notAvailable', 'Not available any more'],
];

/** The kinds that are only counted. */
const COUNTED: readonly (readonly [ChangeKind, string])[] = [
  ['better', 'Better'],
  ['seenAgain', 'Available again'],
  ['gone', 'Of resources that are gone'],
  ['excepted', 'Covered by an exception now'],
];

const STATE_TEXTS = {
  finished: [],
  failed: ['The run failed. This is what it had found out until then.'],
  timedOut: ['The run was ended because it took too long. This is what it had found out until then.'],
  aborted: ['The run was aborted. This is what it had found out until then.'],
} as const satisfies Record<RunState, readonly string[]>;

/** The most accounts that are listed. */
const MAX_ACCOUNTS = 20;
/** The most exceptions that are listed. */
const MAX_EXCEPTIONS = 20;

/** A digest as people read it: plain text, every text of others safe. Ends with a line feed. */
export function digestText(content: DigestContent): string {
  const { run, state, told, report } = content;
  const started = run.startedAt === undefined ? '' : `, started ${shortTime(run.startedAt)}`;
  const sections = [
    [`EKS Auditor, run ${safe(run.id)} (${run.trigger})${started}`, ...STATE_TEXTS[state]],
    ...LISTED.filter(([kind]) => told.includes(kind)).map(([kind, title]) => listOf(content, kind, title)),
    countLines(content),
    notSeenLines(content),
    endingLines(content),
    report === undefined ? [] : [`Report: ${safe(report)}`],
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function listOf(content: DigestContent, kind: ChangeKind, title: string): string[] {
  const { listed, counts } = content.changes.kinds[kind];
  const count = countOf({ counts });
  if (count === 0) return [];
  const bySeverity = GROUPS.flatMap((group) => groupPart(kind, group, counts[group] ?? 0));
  const more = count - listed.length;
  return [
    `${title} (${count.toLocaleString('en')})${bySeverity.length > 0 ? `: ${bySeverity.join(', ')}` : ''}`,
    ...listed.flatMap((change) => changeLines(content, change)),
    ...(more > 0 ? [`  … and ${more.toLocaleString('en')} more`] : []),
  ];
}

function groupPart(kind: ChangeKind, group: Group, count: number): string[] {
  if (count === 0 || kind === 'notAvailable') return [];
  return [group === 'OTHER' ? plural(count, 'warning') : `${count.toLocaleString('en')} ${group}`];
}

/** Where and what, and below it why. */
function changeLines({ names }: DigestContent, change: VerdictChange): string[] {
  const { controlId, control, accountId, region, clusterArn, resource, reason } = change;
  const group = groupOf(change);
  const title = controlTitles[control]?.title ?? control;
  const place = [
    accountLabel(names, accountId),
    region,
    clusterArn === undefined ? undefined : clusterNameIn(clusterArn),
    resource.id === clusterArn ? undefined : (resource.name ?? resource.id),
  ].filter((part) => part !== undefined);
  return [
    safe(`  ${group === 'OTHER' ? change.status : group}  ${controlId} ${title}: ${place.join(' · ')}`),
    ...(reason === undefined ? [] : [safe(`    ${reason}`)]),
  ];
}

/** What is not listed. */
function countLines({ told, changes }: DigestContent): string[] {
  const { accounts, failures } = changes.firstAudits;
  const counts = COUNTED.filter(([kind]) => told.includes(kind)).flatMap(([kind, title]) => {
    const count = countOf(changes.kinds[kind]);
    return count > 0 ? [`${title}: ${count.toLocaleString('en')}`] : [];
  });
  const first = `First audit of ${plural(accounts, 'account')}: ${plural(failures, 'failure')}`;
  return accounts > 0 ? [...counts, first] : counts;
}

function notSeenLines({ notSeen, names }: DigestContent): string[] {
  if (notSeen.length === 0) return [];
  const listed = notSeen
    .slice(0, MAX_ACCOUNTS)
    .map(({ accountId }) => safe(`  ${accountLabel(names, accountId)}`));
  const more = notSeen.length - listed.length;
  return [
    `Accounts not seen (${notSeen.length.toLocaleString('en')})`,
    ...listed,
    ...(more > 0 ? [`  … and ${more.toLocaleString('en')} more`] : []),
  ];
}

function endingLines({ ending }: DigestContent): string[] {
  if (ending.length === 0) return [];
  const listed = ending.slice(0, MAX_EXCEPTIONS).map(({ id, owner, state, expires, verdicts }) => {
    const covered = state === 'expired' ? 'expired on' : `covers ${plural(verdicts, 'verdict')} until`;
    return safe(`  ${id} (${owner}) ${covered} ${expires}`);
  });
  const more = ending.length - listed.length;
  return [
    `Exceptions that have ended or end within 30 days (${ending.length.toLocaleString('en')})`,
    ...listed,
    ...(more > 0 ? [`  … and ${more.toLocaleString('en')} more`] : []),
  ];
}

function accountLabel(names: DigestContent['names'], accountId: string): string {
  const name = names.get(accountId);
  return name === undefined ? accountId : `${accountId} (${name})`;
}

function safe(text: string): string {
  return safeText(text, 'mail');
}
