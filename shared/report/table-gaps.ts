import { compareNumbers } from '../model/benchmarks.ts';
import { describeFailure } from '../model/evidence.ts';
import { CLUSTER_NOT_AUDITED, GAP_LABELS, type GapGroup, groupGaps, verdictsWithoutGap } from './gaps.ts';
import { rule } from './layout.ts';
import { shortName } from './places.ts';
import { safeText } from './safe-text.ts';
import {
  accountLabel,
  entryLines,
  joinPlace,
  noteLines,
  omittedLines,
  STATUS_FORMATS,
  type TablePage,
} from './table-parts.ts';
import { verdictLines } from './table-verdicts.ts';
import { plural, wrap } from './text.ts';

/** What could not be read, by cause, and what else leaves the run incomplete. */
export function notAvailableLines(page: TablePage): string[] {
  const blocks = [
    ...groupGaps(page.result).map((group) => gapLines(page, group)),
    verdictLines(page, verdictsWithoutGap(page.result)),
    requestedAccountLines(page),
    requestedClusterLines(page),
    failedImportLines(page),
  ].filter((lines) => lines.length > 0);
  if (blocks.length === 0) return [];
  const title = rule(page, 'NOT AVAILABLE', STATUS_FORMATS.NOT_AVAILABLE);
  return [title, ...blocks.flatMap((lines) => ['', ...lines])];
}

function gapLines(page: TablePage, group: GapGroup): string[] {
  const { what, gaps, detail, hint } = group;
  return [
    ...titleLines(page, `${GAP_LABELS[what]}: ${describeFailure(group)}`),
    ...firstOf(page, gaps, ({ accountId, region, resource, controlIds }) => {
      const name = resource && shortName(resource, accountId);
      const neededBy = controlIds?.toSorted(compareNumbers).join(', ');
      const place = joinPlace([accountLabel(page, accountId), region, name]);
      return entryLines(page, neededBy ? `${place} (needed by ${neededBy})` : place);
    }),
    ...noteLines(page, 'Why', detail),
    ...(hint ? noteLines(page, 'Fix', hint) : []),
  ];
}

function titleLines({ style, width }: TablePage, text: string): string[] {
  return wrap(safeText(text, 'terminal'), width).map((line) => style('bold', line));
}

const MAX_LISTED = 10;

function firstOf<Item>(
  page: TablePage,
  items: readonly Item[],
  toLines: (item: Item) => readonly string[],
): string[] {
  return [...items.slice(0, MAX_LISTED).flatMap(toLines), ...omittedLines(page, items.length - MAX_LISTED)];
}

/** Accounts that were requested by their ids and cannot be audited. */
function requestedAccountLines(page: TablePage): string[] {
  const requested = page.result.coverage.skipped.filter((account) => account.askedFor);
  return requested.flatMap(({ accountId, reason }) =>
    entryLines(page, `${accountLabel(page, accountId)} was requested but not audited: ${reason}`),
  );
}

/** Clusters that were requested by their names and do not exist, or are not ready. */
function requestedClusterLines(page: TablePage): string[] {
  const names = page.result.coverage.clustersNotJudged ?? [];
  return names.flatMap((name) => entryLines(page, `Cluster ${name} ${CLUSTER_NOT_AUDITED}`));
}

function failedImportLines(page: TablePage): string[] {
  const { failed } = page.result.changes;
  if (failed.length === 0) return [];
  return [
    ...titleLines(page, `Security Hub rejected ${plural(failed.length, 'finding')}`),
    ...firstOf(page, failed, ({ findingId, code, message }) =>
      entryLines(page, `${findingId}: ${code}, ${message}`),
    ),
  ];
}
