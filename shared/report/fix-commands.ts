/** What a command of the AWS CLI may be told of one resource. */
export interface CommandNames {
  readonly region: string;
  readonly cluster?: string;
  /** The type of the resource to fix, as ASFF spells it. */
  readonly type: string;
  /** Its ARN. */
  readonly id: string;
  readonly name?: string;
}

/** A command with at least one option, up to where the sentence around it goes on. */
const COMMAND =
  /aws [a-z0-9-]+ [a-z0-9-]+(?: --[a-z0-9-]+(?: (?!--)(?:'[^']*'|(?:<[^>]+>|"[^"]*"|[^\s'"<>();])+))?)+/g;

/** The commands within a sentence on how to fix something. Pure. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(COMMAND)].map(([command]) => command.replace(/[.,:]+$/, ''));
}

/** The placeholder that the name of a resource replaces, by its type. */
const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ['AwsEcrRepository', '<name>'],
  ['AwsIamRole', '<role>'],
  ['AwsEc2Subnet', '<subnet>'],
]);

/**
 * The command with the names of one resource, and its Region. Names of others are quoted for the shell, so that none is a
 * command. What is not known stays a placeholder. Pure.
 */
export function fillCommand(command: string, { region, cluster, type, id, name }: CommandNames): string {
  const placeholder = PLACEHOLDERS.get(type);
  const values: [string, string | undefined][] = [
    ['<cluster>', cluster],
    ['<ARN>', /^AwsElb/.test(type) ? id : undefined],
    ...(placeholder === undefined ? [] : [[placeholder, name] satisfies [string, string | undefined]]),
  ];
  const known = new Map(values.flatMap(([key, value]) => (value ? [[key, shellWord(value)]] : [])));
  const filled = command.replaceAll(/<[^<>]+>/g, (key) => known.get(key) ?? key);
  return /^aws iam /.test(command) ? filled : `${filled} --region ${shellWord(region)}`;
}

/** As it is where a shell reads it as one word, otherwise in single quotes. */
function shellWord(text: string): string {
  return /^[\w./:@=-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
