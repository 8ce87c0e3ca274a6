import { Command } from 'commander';

export function exceptionsCommand(): Command {
  return new Command('exceptions').description('failures that are accepted for a time').addCommand(
    new Command('check')
      .description('check the exceptions of a file, and with a result, what they cover of it')
      .argument('<file>', 'a configuration, or a file that one names in exceptionsFile')
      .argument('[result]', 'what audit --format json wrote')
      .action(async (file: string, result: string | undefined) => {
        const { checkExceptions } = await import('./exceptions.ts');
        await checkExceptions(file, result);
      }),
  );
}
