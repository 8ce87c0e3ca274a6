import type { RunResult } from '../model/run.ts';
import { contentOf } from './content.ts';
import { type LastScreenOptions, lastScreenLines } from './last-screen.ts';
import { labelledText, layoutOf } from './layout.ts';
import { isShown, isStatusShown, type Selection } from './shown-verdicts.ts';
import { changeLines } from './table-changes.ts';
import { notAvailableLines } from './table-gaps.ts';
import type { TablePage } from './table-parts.ts';
import { complianceLines, problemLines } from './table-verdicts.ts';
import { duration, plural, shortTime } from './text.ts';

export interface TableOptions extends LastScreenOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Which verdicts are listed; all of them are counted. */
  readonly selection?: Selection;
  /** Lists every verdict that is shown, not only the first of each control. */
  readonly all?: boolean;
}

/** The report for a terminal, worst first. What passed is only counted. Ends with a line feed. Pure. */
export function renderTable(result: RunResult, options: TableOptions): string {
  const { selection, all } = options;
  const page: TablePage = {
    ...layoutOf(options),
    ...contentOf(result),
    ...(selection && { selection }),
    ...(all && { all }),
  };
  const sections = [
    headingLines(page),
    complianceLines(page),
    problemLines(page, 'FAILED'),
    problemLines(page, 'WARNING'),
    isStatusShown('NOT_AVAILABLE', page.selection ?? {}) ? notAvailableLines(page) : [],
    problemLines(page, 'EXCEPTED'),
    notShownLines(page),
    changeLines(page),
    lastScreenLines(page, options),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function headingLines(page: TablePage): string[] {
  const { run } = page.result;
  const name = `EKS Auditor ${run.version}`;
  const parts = [
    `CIS Amazon EKS Benchmark ${run.benchmark}`,
    shortTime(run.startedAt),
    duration(page.summary.seconds),
  ];
  return labelledText(page, { text: name, format: 'bold' }, name.length + 2, parts.join(' · '));
}

/** What `--only` and `--severity` leave out: it is counted all the same. */
function notShownLines({ result, selection = {}, style }: TablePage): string[] {
  const hidden = result.verdicts.filter(
    (verdict) => verdict.status !== 'PASSED' && !isShown(verdict, selection),
  );
  if (hidden.length === 0) return [];
  return [style('dim', `${plural(hidden.length, 'verdict')} more, which were not to be shown`)];
}
