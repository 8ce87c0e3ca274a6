import { Command } from 'commander';
import type { RenderOptions } from './render.ts';
import { formatOption, outputOption, redactOption } from './report-options.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('render a result that was saved as JSON again, without AWS')
    .argument('<result>', 'what audit --format json wrote')
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(redactOption())
    .option('--config <file>', 'configuration, for the product name of asff')
    .action(async (path: string, options: RenderOptions) => {
      const { renderAgain } = await import('./render.ts');
      await renderAgain(path, options);
    });
}
