import { Argument, Command } from 'commander';
import { type CommandWords, completionScript, SHELLS, type Shell } from './completion.ts';

const EPILOGUE = `
To use it in this shell:
  source <(eks-auditor completion bash)
  source <(eks-auditor completion zsh)
  eks-auditor completion fish | source`;

export function completionCommand(): Command {
  const command = new Command('completion');
  return command
    .description('print the script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', EPILOGUE)
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, wordsOf(command.parent ?? command)));
    });
}

/** The words of a command and those below it. */
function wordsOf(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map((option) => ({
    flag: option.long ?? option.short ?? '',
    description: option.description,
    ...(option.argChoices && { values: option.argChoices }),
    takesValue: option.required || option.optional,
  }));
  const commands = command.commands.map((sub) => ({ name: sub.name(), description: sub.description() }));
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [
    { path, commands, options, values },
    ...command.commands.flatMap((sub) => wordsOf(sub, [...path, sub.name()])),
  ];
}
