import { styleText } from 'node:util';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Config } from '../../shared/config/config.ts';
import { controls } from '../../shared/evaluate/controls/index.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { toFinding } from '../../shared/publish/asff.ts';
import { describeViolation, violationOf } from '../../shared/publish/limits.ts';
import { renderCsv } from '../../shared/report/csv.ts';
import { renderHtml } from '../../shared/report/html.ts';
import { renderJunit } from '../../shared/report/junit.ts';
import { kubeBenchDocument } from '../../shared/report/kube-bench.ts';
import { renderMarkdown } from '../../shared/report/markdown.ts';
import { ocsfDocument } from '../../shared/report/ocsf.ts';
import { toJson } from '../../shared/report/safe-text.ts';
import { sarifDocument } from '../../shared/report/sarif.ts';
import { renderTable, type TableOptions } from '../../shared/report/table.ts';
import type { Format } from './audit-options.ts';

/** What a report depends on besides the result. */
export interface FormatContext {
  readonly config: Config;
  /** Where the report is shown; absent when it is written to a file. */
  readonly terminal?: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
  /** What of the run the table lists, and what its last screen says. */
  readonly table?: Omit<TableOptions, 'width' | 'colour'>;
  /** Called with what the report leaves out. */
  readonly warn: (message: string) => void;
}

const RENDERERS: Readonly<Record<Format, (result: RunResult, context: FormatContext) => string>> = {
  table: (result, { terminal, environment, table }) =>
    renderTable(result, { ...table, width: widthOf(terminal, environment), colour: isColoured(terminal) }),
  json: (result) => toJson(result),
  html: renderHtml,
  csv: renderCsv,
  markdown: renderMarkdown,
  asff: (result, context) => toJson(findingsOf(result, context)),
  ocsf: (result) => toJson(ocsfDocument(result)),
  sarif: (result) => toJson(sarifDocument(result)),
  junit: renderJunit,
  'kube-bench': (result) => toJson(kubeBenchDocument(result)),
};

export function renderReport(format: Format, result: RunResult, context: FormatContext): string {
  return RENDERERS[format](result, context);
}

const DEFAULT_WIDTH = 80;

export function widthOf(terminal: NodeJS.WriteStream | undefined, environment: NodeJS.ProcessEnv): number {
  const columns = terminal?.columns || Number.parseInt(environment.COLUMNS ?? '', 10);
  return columns > 0 ? columns : DEFAULT_WIDTH;
}

/** Node decides by NO_COLOR, FORCE_COLOR and whether the stream is a terminal. Files are never coloured. */
export function isColoured(terminal: NodeJS.WriteStream | undefined): boolean {
  return terminal !== undefined && styleText('bold', '.', { stream: terminal }) !== '.';
}

/** The findings that publishing into an empty Security Hub would import. */
function findingsOf(result: RunResult, { config, warn }: FormatContext): AwsSecurityFinding[] {
  const { productName, companyName } = config.securityHub;
  const { version, benchmark, finishedAt } = result.run;
  const context = { now: new Date(finishedAt), version, benchmark, productName, companyName };
  return result.verdicts.flatMap((verdict) => {
    const control = controls.find(({ key, level }) => key === verdict.control && level === verdict.level);
    if (control === undefined) throw new Error(`unknown control ${verdict.control}`);
    const finding = toFinding(verdict, control, context);
    const violation = violationOf(finding);
    if (violation === undefined) return [finding];
    warn(
      `left out finding ${finding.Id}, because Security Hub would reject it: ${describeViolation(violation)}`,
    );
    return [];
  });
}
