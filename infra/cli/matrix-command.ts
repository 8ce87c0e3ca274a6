import { Command, Option } from 'commander';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import { MATRIX_FORMATS } from '../../shared/report/benchmark-matrix-text.ts';
import type { MatrixOptions } from './matrix.ts';

export function matrixCommand(): Command {
  return new Command('matrix')
    .description('every recommendation of the benchmark, who answers it, and what a run says')
    .argument('[result]', 'what audit --format json wrote; without it the state is left open')
    .addOption(
      new Option(
        '--benchmark <version>',
        'version of the CIS Amazon EKS Benchmark (default: that of the result, or 1.5.0)',
      ).choices(BENCHMARKS),
    )
    .addOption(
      new Option(
        '--format <format>',
        'format (default: by the ending of --output, otherwise markdown)',
      ).choices(MATRIX_FORMATS),
    )
    .option('--output <file>', 'file, .md or .csv (default: standard output)')
    .action(async (path: string | undefined, options: MatrixOptions) => {
      const { showMatrix } = await import('./matrix.ts');
      await showMatrix(path, options);
    });
}
