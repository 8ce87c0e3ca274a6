/** The shells whose completion is known. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface OptionWords {
  /** Such as `--region`. */
  readonly flag: string;
  readonly description: string;
  /** What it takes, where that is a choice. */
  readonly values?: readonly string[];
  readonly takesValue: boolean;
}

/** What may follow a command. */
export interface CommandWords {
  /** The words of the command, such as `controls`, `show`; empty for the program. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionWords[];
  /** What its argument may be, where that is a choice. */
  readonly values: readonly string[];
}

/** The script with which a shell completes the words of the command line. Pure. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  return shell === 'fish' ? fishScript(commands) : bashScript(commands, shell);
}

/** zsh understands the completions of bash: https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
const ZSH_START = 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n';

function bashScript(commands: readonly CommandWords[], shell: 'bash' | 'zsh'): string {
  const names = commands.flatMap(({ path }) => (path.length > 0 ? [`'${path.join(' ')}'`] : []));
  const values = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flag, values: choices, takesValue }) => {
      const option = `    '${[...path, flag].join(' ')}')`;
      if (choices) return [`${option} words='${choices.join(' ')}' ;;`];
      // Most other values are files, which bash completes where there are no words.
      return takesValue ? [`${option} COMPREPLY=(); return ;;`] : [];
    }),
  );
  const words = commands.map(({ path, commands: below, options, values: own }) => {
    const all = [...below.map(({ name }) => name), ...own, ...options.map(({ flag }) => flag)];
    return `      '${path.join(' ')}') words='${all.join(' ')}' ;;`;
  });
  return `${shell === 'zsh' ? ZSH_START : ''}# Completion of eks-auditor for ${shell}.
_eks_auditor() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${command:+$command }\${COMP_WORDS[index]}" in
      ${names.join('|')}) command="\${command:+$command }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "\${command:+$command }$previous" in
${values.join('\n')}
  esac
  if [ -z "$words" ]; then
    case "$command" in
${words.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _eks_auditor eks-auditor
`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, commands: below, options, values }) => {
    const condition = conditionOf(path, below);
    const start = `complete -c eks-auditor -n ${quote(condition)}`;
    return [
      ...below.map(({ name, description }) => `${start} -f -a ${name} -d ${quote(description)}`),
      ...(values.length > 0 ? [`${start} -f -a ${quote(values.join(' '))}`] : []),
      ...options.map(({ flag, description, values: choices, takesValue }) => {
        const argument = choices ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : '';
        return `${start} -l ${flag.replace(/^--/, '')}${argument} -d ${quote(description)}`;
      }),
    ];
  });
  return `# Completion of eks-auditor for fish.\n${lines.join('\n')}\n`;
}

/** Whether the words so far are those of a command, and none below it. */
function conditionOf(path: readonly string[], below: CommandWords['commands']): string {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const names = below.map(({ name }) => name);
  if (path.length === 0) return '__fish_use_subcommand';
  if (names.length > 0) seen.push(`not __fish_seen_subcommand_from ${names.join(' ')}`);
  return seen.join('; and ');
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
