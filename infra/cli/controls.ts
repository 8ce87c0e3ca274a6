import { collectors } from '../../shared/collect/index.ts';
import { controls } from '../../shared/evaluate/controls/index.ts';
import { selectControls } from '../../shared/evaluate/select-controls.ts';
import {
  assessmentOf,
  BENCHMARKS,
  type Benchmark,
  describeUnknownControl,
  findControlKey,
  numbersOf,
} from '../../shared/model/benchmarks.ts';
import type { Control } from '../../shared/model/control.ts';
import { type Layout, labelledText, layoutOf, rule } from '../../shared/report/layout.ts';
import { toJson } from '../../shared/report/safe-text.ts';
import { wrap } from '../../shared/report/text.ts';
import { isColoured, widthOf } from './formats.ts';
import { UserError } from './user-error.ts';

/** The options of `controls list` and `controls show`, as commander passes them. */
export interface ControlsOptions {
  readonly benchmark: Benchmark;
  readonly format: 'table' | 'json';
}

/** Prints the controls of a benchmark version. */
export function listControls(options: ControlsOptions): void {
  print(options, listed(options), listLines);
}

/** Prints all there is to know about a control. Throws UserError when there is none. */
export function showControls(control: string, options: ControlsOptions): void {
  print(options, described(control, options), showLines);
}

function print(
  { format }: ControlsOptions,
  all: readonly DescribedControl[],
  toLines: (all: readonly DescribedControl[], layout: Layout) => string[],
): void {
  const terminal = { width: widthOf(process.stdout, process.env), colour: isColoured(process.stdout) };
  const text = format === 'json' ? toJson(all) : `${toLines(all, layoutOf(terminal)).join('\n')}\n`;
  process.stdout.write(text);
}

/** A control as the command line shows it; the JSON of `controls show`. */
function describe(control: Control, benchmark: Benchmark) {
  const { key, title, level, severity, description, remediation, nist, needs, rows } = control;
  return {
    key,
    id: numbersOf(key, benchmark).join(', '),
    title,
    benchmark,
    assessment: assessmentOf(key, benchmark),
    level,
    severity,
    description,
    rows: Object.entries(rows).map(([reasonCode, row]) => ({
      reasonCode,
      status: row.status,
      severity: row.status === 'FAILED' ? (row.severity ?? severity) : undefined,
      when: row.when,
    })),
    needs,
    actions: actionsFor(control),
    remediation,
    nist,
  };
}

type DescribedControl = ReturnType<typeof describe>;

/** The IAM actions that the facts of a control are read with. */
function actionsFor({ needs }: Control): string[] {
  const direct = collectors.filter((collector) => needs.some((need) => need === collector.fact));
  const from = direct.flatMap((collector) => ('from' in collector && collector.from ? collector.from : []));
  const sources = collectors.filter((collector) => from.some((fact) => fact === collector.fact));
  return [...new Set([...direct, ...sources].flatMap(({ actions }) => actions))].sort();
}

function inBenchmark(benchmark: Benchmark): Control[] {
  return selectControls(controls, benchmark, { include: [], exclude: [] });
}

function listed({ benchmark }: ControlsOptions): DescribedControl[] {
  return inBenchmark(benchmark).map((control) => describe(control, benchmark));
}

/** All controls of a key or number: two may judge different things. */
function described(text: string, { benchmark }: ControlsOptions): DescribedControl[] {
  const key = findControlKey(text, benchmark);
  if (key === undefined) {
    const [other] = BENCHMARKS.filter((version) => findControlKey(text, version) !== undefined);
    const hint = other === undefined ? '' : ` Write --benchmark ${other} to see it.`;
    throw new UserError(`${describeUnknownControl(text, benchmark)}.${hint}`);
  }
  return inBenchmark(benchmark)
    .filter((control) => control.key === key)
    .map((control) => describe(control, benchmark));
}

/** What each level judges, in one word and in full. */
const LEVELS = {
  cluster: { word: 'cluster', text: 'each cluster' },
  region: { word: 'Region', text: 'each Region of each account' },
  account: { word: 'account', text: 'each account' },
} as const satisfies Record<Control['level'], { word: string; text: string }>;

const COLUMNS = { severity: 10, level: 10 };

function listLines(all: readonly DescribedControl[], layout: Layout): string[] {
  // A version may have several numbers for a control.
  const idWidth = Math.max(...['Control', ...all.map(({ id }) => id)].map(({ length }) => length)) + 2;
  const margin = idWidth + COLUMNS.severity + COLUMNS.level;
  const row = (id: string, severity: string, level: string, title: string) => {
    const start = `${id.padEnd(idWidth)}${severity.padEnd(COLUMNS.severity)}${level.padEnd(COLUMNS.level)}`;
    return labelledText(layout, { text: start, format: 'reset' }, margin, title);
  };
  return [
    ...row('Control', 'Severity', 'Judges', 'Title and key').map((line) => layout.style('bold', line)),
    rule(layout),
    ...all.flatMap((control) => [
      ...row(control.id, control.severity, LEVELS[control.level].word, control.title),
      ...labelledText(layout, { text: '', format: 'reset' }, margin, control.key),
    ]),
  ];
}

const MARGIN = 12;

function showLines(all: readonly DescribedControl[], layout: Layout): string[] {
  return all.flatMap((control, index) => [
    ...(index > 0 ? ['', rule(layout), ''] : []),
    ...controlLines(control, layout),
  ]);
}

function controlLines(control: DescribedControl, layout: Layout): string[] {
  const line = (label: string, text: string) =>
    labelledText(layout, { text: label, format: 'cyan' }, MARGIN, text);
  const assessment = control.assessment === undefined ? '' : `, assessed as ${control.assessment} there`;
  return [
    ...labelledText(layout, { text: control.id, format: 'bold' }, control.id.length + 2, control.title),
    '',
    ...wrap(control.description, layout.width),
    '',
    ...line('Key', control.key),
    ...line('Benchmark', `CIS Amazon EKS Benchmark ${control.benchmark}${assessment}`),
    ...line('Judges', LEVELS[control.level].text),
    ...line('Severity', control.severity),
    ...line('Reads', control.actions.join(', ')),
    ...line('NIST', control.nist.join(', ')),
    '',
    rule(layout, 'Decisions', 'bold'),
    ...control.rows.flatMap((row) => ['', ...rowLines(row, layout)]),
    '',
    ...labelledText(
      layout,
      { text: '  NOT_AVAILABLE', format: 'magenta' },
      ROW_MARGIN,
      'EVIDENCE_UNREADABLE',
    ),
    ...labelledText(
      layout,
      { text: '', format: 'reset' },
      ROW_MARGIN,
      'Something that a decision needs could not be read',
    ),
    '',
    rule(layout, 'Fix', 'bold'),
    '',
    ...wrap(control.remediation.text, layout.width),
    control.remediation.url,
  ];
}

const STATUS_FORMATS = { FAILED: 'red', WARNING: 'yellow', PASSED: 'green' } as const;
/** Two spaces, the longest status, two spaces. */
const ROW_MARGIN = 'NOT_AVAILABLE'.length + 4;

function rowLines(
  { reasonCode, status, severity, when }: DescribedControl['rows'][number],
  layout: Layout,
): string[] {
  const code = severity === undefined ? reasonCode : `${reasonCode} (${severity})`;
  return [
    ...labelledText(layout, { text: `  ${status}`, format: STATUS_FORMATS[status] }, ROW_MARGIN, code),
    ...labelledText(layout, { text: '', format: 'reset' }, ROW_MARGIN, when),
  ];
}
