import {
  ANSWERERS,
  type BenchmarkMatrix,
  type BenchmarkMatrixRow,
  type LevelState,
} from './benchmark-matrix.ts';
import { safeText } from './safe-text.ts';
import { SHOWN_STATUSES, type ShownStatus } from './shown-status.ts';

/** The formats of the benchmark matrix. */
export const MATRIX_FORMATS = ['markdown', 'csv'] as const;
export type MatrixFormat = (typeof MATRIX_FORMATS)[number];

const COLUMNS = ['Number', 'Recommendation', 'Answered by', 'Evidence', 'State', 'Comment'] as const;

/** The benchmark matrix as a document. Pure. */
export function renderMatrix(matrix: BenchmarkMatrix, format: MatrixFormat): string {
  return format === 'csv' ? toCsv(matrix) : toMarkdown(matrix);
}

function toMarkdown({ benchmark, rows, source }: BenchmarkMatrix): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => safeText(cell, 'markdown')).join(' | ')} |`;
  const sections = [...Map.groupBy(rows, ({ section }) => section)].flatMap(([section, own]) => [
    `## ${section}`,
    '',
    line(COLUMNS),
    `|${COLUMNS.map(() => ' --- ').join('|')}|`,
    ...own.map((row) => line(cellsOf(row))),
    '',
  ]);
  return [`# CIS Amazon EKS Benchmark ${benchmark}`, '', ...sections, safeText(source, 'markdown'), ''].join(
    '\n',
  );
}

/** As the other CSV: RFC 4180 with a byte order mark, so that spreadsheets read it as UTF-8. */
function toCsv({ rows }: BenchmarkMatrix): string {
  const lines = [COLUMNS, ...rows.map(cellsOf)].map(
    (cells) => `${cells.map((cell) => safeText(cell, 'csv')).join(',')}\r\n`,
  );
  return `\uFEFF${lines.join('')}`;
}

function cellsOf(row: BenchmarkMatrixRow): string[] {
  const { number, title, answeredBy, evidence, comment } = row;
  return [number, title, ANSWERERS[answeredBy], evidence, matrixStateText(row), comment];
}

/** `FAILED: 3 failed, 14 passed of 17 clusters`; what this auditor does not answer is not judged by it. */
export function matrixStateText({ answeredBy, state }: BenchmarkMatrixRow): string {
  if (state === undefined) return answeredBy === 'eks-auditor' ? 'Not audited' : 'Not judged here';
  return `${state.status}: ${state.levels.map(levelText).join('; ')}`;
}

const WORDS = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'not available',
  WARNING: 'to review',
  EXCEPTED: 'excepted',
  PASSED: 'passed',
} as const satisfies Record<ShownStatus, string>;

const NOUNS = {
  cluster: ['cluster', 'clusters'],
  region: ['Region', 'Regions'],
  account: ['account', 'accounts'],
} as const;

function levelText({ level, counts, total }: LevelState): string {
  const parts = SHOWN_STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${counts[status]} ${WORDS[status]}`,
  );
  const [one, many] = NOUNS[level];
  return `${parts.join(', ')} of ${total} ${total === 1 ? one : many}`;
}
