import type { RunResult } from '../../shared/model/run.ts';
import type { AuditOptions } from './audit-options.ts';
import { type FormatContext, renderReport } from './formats.ts';
import { messagesFor } from './messages.ts';
import { type Output, openOutput } from './output.ts';
import { OutputError } from './output-error.ts';
import { type OutputTarget, outputTargets } from './output-targets.ts';
import { UserError } from './user-error.ts';

type ReportOptions = Pick<AuditOptions, 'output' | 'format'>;

/** The reports of one run, each in its format and place. */
export interface Reports {
  /** Whether the standard output is the table, which ends with the last screen, and a person reads it there. */
  readonly tableIs: 'on-terminal' | 'elsewhere' | 'not-shown';
  /**
   * Writes all of them. Those that cannot be written are said on the standard error, and the table is shown all the same;
   * it names the others.
   */
  write(result: RunResult, context: ReportContext): Promise<WrittenReports>;
}

interface WrittenReports {
  /** The files that were written, as they were given. */
  readonly paths: readonly string[];
  readonly areAll: boolean;
}

type ReportContext = Omit<FormatContext, 'terminal'>;

/** Looks at every place before anything is asked of AWS. Throws UserError. */
export async function openReports({ output, format }: ReportOptions): Promise<Reports> {
  const targets = outputTargets(output, format);
  const opened = await Promise.all(
    targets.map(async (target) => ({ target, output: await openOutput(target.path) })),
  );
  checkFiles(opened);
  // The standard output last: where it fails, the process ends.
  const reports = opened.sort(
    (a, b) => Number(a.output.path === undefined) - Number(b.output.path === undefined),
  );
  return {
    tableIs: tableIn(targets),
    async write(result, context) {
      const { failures, paths } = await writeAll(reports, result, context);
      for (const { message } of failures) messagesFor({}).warn(message);
      const isShown = targets.some((target) => target.path === undefined && target.format === 'table');
      if (failures.length > 0 && !isShown) await show(result, naming(paths, context));
      return { paths, areAll: failures.length === 0 };
    },
  };
}

/** Two links may lead to one file, which the second report would replace. Throws UserError. */
function checkFiles(reports: readonly Report[]): void {
  const byFile = Map.groupBy(reports, ({ output: { file, path } }) => file ?? path);
  for (const [file, [first, second]] of byFile)
    if (second !== undefined)
      throw new UserError(
        `--output ${first?.target.path} and --output ${second.target.path} are one file: ${file}.`,
      );
}

function tableIn(targets: readonly OutputTarget[]): Reports['tableIs'] {
  const isShown = targets.some(({ path, format }) => path === undefined && format === 'table');
  if (!isShown) return 'not-shown';
  return process.stdout.isTTY ? 'on-terminal' : 'elsewhere';
}

interface Report {
  readonly target: OutputTarget;
  readonly output: Output;
}

async function writeAll(
  reports: readonly Report[],
  result: RunResult,
  context: ReportContext,
): Promise<{ readonly failures: readonly OutputError[]; readonly paths: readonly string[] }> {
  const failures: OutputError[] = [];
  const paths: string[] = [];
  for (const { target, output } of reports) {
    const terminal = output.path === undefined && { terminal: process.stdout };
    try {
      await output.write(renderReport(target.format, result, { ...naming(paths, context), ...terminal }));
      if (target.path !== undefined) paths.push(target.path);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failures.push(error);
    }
  }
  return { failures, paths };
}

/** With the files that a table tells of. */
function naming(reports: readonly string[], context: ReportContext): ReportContext {
  return { ...context, table: { ...context.table, reports } };
}

async function show(result: RunResult, context: ReportContext): Promise<void> {
  const output = await openOutput(undefined);
  await output.write(renderReport('table', result, { ...context, terminal: process.stdout }));
}
