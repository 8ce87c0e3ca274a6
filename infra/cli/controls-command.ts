import { Command, Option } from 'commander';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import type { ControlsOptions } from './controls.ts';

export function controlsCommand(): Command {
  return new Command('controls')
    .description('the controls and how they decide')
    .addCommand(
      withOptions(new Command('list'))
        .description('list the controls')
        .action(async (options: ControlsOptions) => {
          const { listControls } = await import('./controls.ts');
          listControls(options);
        }),
    )
    .addCommand(
      withOptions(new Command('show'))
        .description('show a control: its decision table, what it reads, how to fix it')
        .argument('<control>', 'key or number, such as endpoint-access or 5.4.1')
        .action(async (control: string, options: ControlsOptions) => {
          const { showControls } = await import('./controls.ts');
          showControls(control, options);
        }),
    );
}

function withOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--benchmark <version>', 'version of the CIS Amazon EKS Benchmark')
        .choices(BENCHMARKS)
        .default('1.5.0'),
    )
    .addOption(
      new Option('--format <format>', 'format of the output').choices(['table', 'json']).default('table'),
    );
}
