import type { RunResult } from '../model/run.ts';
import {
  CHANGE_KINDS,
  type ChangedState,
  type ChangedVerdict,
  type ChangeKind,
} from '../model/verdict-change.ts';
import { type ChangedByKind, changesSinceOf } from './changed-verdicts.ts';
import { contentOf } from './content.ts';
import { layoutOf, rule } from './layout.ts';
import { clusterNameOf } from './places.ts';
import { controlText } from './reported-controls.ts';
import { accountLabel, entryLines, joinPlace, type TablePage } from './table-parts.ts';
import { shortTime } from './text.ts';

/** What people read of each kind. */
export const CHANGE_TITLES: Readonly<Record<ChangeKind, string>> = {
  new: 'New',
  worse: 'Worse',
  exceptionEnded: 'Exception ended',
  notAvailable: 'Not available any more',
  better: 'Better',
  fixed: 'Fixed',
  seenAgain: 'Available again',
  gone: 'Gone',
  excepted: 'Excepted',
};

/** The most changes of one kind that a terminal shows. */
const MAX_LISTED = 10;

/** What changed since an earlier run; nothing where there is none to compare with. */
export function changeLines(page: TablePage): string[] {
  const changes = changesSinceOf(page.result.changes);
  if (changes === undefined) return [];
  const kinds = CHANGE_KINDS.filter((kind) => changes[kind].length > 0);
  const lines = kinds.flatMap((kind) => kindLines(page, kind, changes));
  return [rule(page, titleOf(page.result), 'cyan'), ...(lines.length > 0 ? lines : ['  Nothing changed.'])];
}

/** The same alone. Ends with a line feed. Pure. */
export function renderChanges(result: RunResult, options: Parameters<typeof layoutOf>[0]): string {
  return `${changeLines({ ...layoutOf(options), ...contentOf(result) }).join('\n')}\n`;
}

function titleOf({ changes: { since } }: RunResult): string {
  return since === undefined ? 'CHANGES' : `CHANGES since ${shortTime(since.startedAt)}`;
}

function kindLines(page: TablePage, kind: ChangeKind, changes: ChangedByKind): string[] {
  const all = changes[kind];
  const more = all.length - MAX_LISTED;
  return [
    page.style('bold', `${CHANGE_TITLES[kind]} (${all.length.toLocaleString('en')})`),
    ...all.slice(0, MAX_LISTED).flatMap((change) => entryLines(page, describe(page, kind, change))),
    ...(more > 0
      ? [page.style('dim', `  … and ${more.toLocaleString('en')} more; --format json lists them all`)]
      : []),
  ];
}

/** `HIGH 5.4.1 Restrict access … · 111111111111 (payments) · eu-west-1 · prod, WARNING before` */
function describe(page: TablePage, kind: ChangeKind, change: ChangedVerdict): string {
  const { control, controlId, scope, resource, clusterArn, from, to } = change;
  const levels = ['cluster', 'region', 'account'] as const;
  const title = levels.map((level) => controlText({ control, controlId, level })?.title).find((text) => text);
  const isOther = resource.id !== clusterArn && resource.type !== 'AwsAccount';
  const place = joinPlace([
    `${controlId} ${title ?? control}`,
    accountLabel(page, scope.accountId),
    scope.region,
    clusterNameOf(clusterArn === undefined ? {} : { clusterArn }),
    isOther ? (resource.name ?? resource.id) : undefined,
  ]);
  const was = kind === 'exceptionEnded' ? 'EXCEPTED' : wordOf(from);
  const is = kind === 'excepted' ? 'EXCEPTED' : wordOf(to ?? from);
  return `${is} ${place}${was === '' || was === is ? '' : `, ${was} before`}`;
}

/** The severity of a failure, otherwise the status. */
function wordOf(state: ChangedState | undefined): string {
  if (state === undefined) return '';
  return state.status === 'FAILED' ? state.severity : state.status;
}
