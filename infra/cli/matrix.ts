import type { Benchmark } from '../../shared/model/benchmarks.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { benchmarkMatrix } from '../../shared/report/benchmark-matrix.ts';
import { type MatrixFormat, renderMatrix } from '../../shared/report/benchmark-matrix-text.ts';
import { openOutput } from './output.ts';
import { readResult } from './read-result.ts';
import { UserError } from './user-error.ts';

/** The options of `matrix`, as commander passes them. */
export interface MatrixOptions {
  readonly benchmark?: Benchmark;
  readonly format?: MatrixFormat;
  /** The file; absent or `-` for the standard output. */
  readonly output?: string;
}

const DEFAULT_BENCHMARK: Benchmark = '1.5.0';

/** Writes the matrix of a version, with the state of a saved result where one is given. Throws UserError, OutputError. */
export async function showMatrix(path: string | undefined, options: MatrixOptions): Promise<void> {
  const format = formatOf(options);
  const output = await openOutput(options.output);
  const result = path === undefined ? undefined : await readResult(path);
  const matrix = benchmarkMatrix(versionOf(result, options.benchmark), result);
  await output.write(renderMatrix(matrix, format));
}

/** Verdicts of one version say nothing of the recommendations of another. */
function versionOf(result: RunResult | undefined, asked: Benchmark | undefined): Benchmark {
  const own = result?.run.benchmark;
  if (own !== undefined && asked !== undefined && own !== asked) {
    throw new UserError(`--benchmark ${asked}: the result is of benchmark ${own}. Leave out --benchmark.`);
  }
  return own ?? asked ?? DEFAULT_BENCHMARK;
}

const ENDINGS: Readonly<Record<string, MatrixFormat>> = { md: 'markdown', csv: 'csv' };

function formatOf({ format, output = '-' }: MatrixOptions): MatrixFormat {
  const [, ending = ''] = /\.([^./]+)$/.exec(output.toLowerCase()) ?? [];
  const byEnding = ENDINGS[ending];
  if (format !== undefined && byEnding !== undefined && format !== byEnding) {
    throw new UserError(`--format ${format} contradicts --output ${output}, whose ending says ${byEnding}.`);
  }
  if (byEnding === undefined && ending !== '') {
    throw new UserError(`--output ${output}: its ending says no known format. Known endings: .md, .csv.`);
  }
  return byEnding ?? format ?? 'markdown';
}
