import type { Config } from '../../shared/config/config.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { conclusionOf } from '../../shared/report/conclusion.ts';
import { type ExitOptions, exitCodeOf } from '../../shared/report/exit-code.ts';
import { type LastScreenOptions, renderLastScreen } from '../../shared/report/last-screen.ts';
import { redacted } from '../../shared/report/redact.ts';
import { ONLY } from '../../shared/report/shown-verdicts.ts';
import { summarize } from '../../shared/report/summary.ts';
import type { TableOptions } from '../../shared/report/table.ts';
import type { ReportingOptions } from './audit-options.ts';
import { isColoured, widthOf } from './formats.ts';
import { fitted, messagesFor } from './messages.ts';
import type { Reports } from './reports.ts';

export interface ShownRun {
  readonly options: ReportingOptions;
  readonly config: Config;
  readonly reports: Reports;
  /** False where something of the run besides its reports could not be written. */
  readonly isSaved?: boolean;
}

/** Writes the reports of a run and, where they are elsewhere, its last screen; sets the exit code. */
export async function showRun(
  result: RunResult,
  { options, config, reports, isSaved = true }: ShownRun,
): Promise<void> {
  const { warn } = messagesFor(options);
  const shown = options.redact ? redacted(result) : result;
  // A log often has both streams: there the last screen would come twice.
  const isShort = reports.tableIs === 'elsewhere';
  // Before writing, because the process ends when the reader closes the pipe.
  process.exitCode = exitCodeOf(result, exitOptionsOf(options, !isSaved));
  const table = tableOptionsOf(options);
  const { paths, areAll } = await reports.write(shown, { config, environment: process.env, warn, table });
  process.exitCode = exitCodeOf(result, exitOptionsOf(options, !isSaved || !areAll));
  if (!options.quiet && reports.tableIs !== 'on-terminal')
    process.stderr.write(summaryOf(shown, { ...table, reports: paths, isShort }));
}

function exitOptionsOf(
  { exitZero, failOn, requireClusters }: ReportingOptions,
  outputFailed: boolean,
): ExitOptions {
  return {
    exitZero: exitZero ?? false,
    outputFailed,
    ...(failOn && { failOn }),
    ...(requireClusters && { requireClusters }),
  };
}

function tableOptionsOf({
  only,
  severity,
  verbose,
  failOn,
  requireClusters,
}: ReportingOptions): Omit<TableOptions, 'width' | 'colour' | 'reports'> {
  return {
    selection: { ...(only && { only: ONLY[only] }), ...(severity && { severity }) },
    ...(verbose && { all: true }),
    ...(failOn && { failOn }),
    ...(requireClusters && { requireClusters }),
  };
}

function summaryOf(
  result: RunResult,
  { isShort, ...options }: LastScreenOptions & { readonly isShort: boolean },
): string {
  if (isShort) return `${fitted(conclusionOf(result, summarize(result), options))}\n`;
  const width = widthOf(process.stderr, process.env);
  return renderLastScreen(result, { ...options, width, colour: isColoured(process.stderr) });
}
