import { Command } from 'commander';
import type { EvaluateOptions } from './evaluate.ts';
import { configOption, withControlOptions, withReportingOptions } from './shared-options.ts';

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('judge a saved inventory again, without AWS: another version, another configuration')
    .argument('<folder>', 'what audit --save-inventory wrote')
    .addOption(configOption());
  return withReportingOptions(withControlOptions(command)).action(
    async (folder: string, options: EvaluateOptions) => {
      const { runEvaluateCommand } = await import('./evaluate.ts');
      await runEvaluateCommand(folder, options);
    },
  );
}
