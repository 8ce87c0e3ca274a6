import { Command, Option } from 'commander';
import type { DiffOptions } from './diff.ts';

export function diffCommand(): Command {
  return new Command('diff')
    .description('what changed from one saved result to another')
    .argument('<before>', 'what audit --format json wrote')
    .argument('<after>', 'what it wrote later')
    .addOption(
      new Option('--format <format>', 'format of the output').choices(['table', 'json']).default('table'),
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { showDiff } = await import('./diff.ts');
      await showDiff(before, after, options);
    });
}
