import * as z from 'zod';

/** The configuration is wrong: `problems` names each field, what it holds and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  /** `source` is what is wrong, such as `configuration audit.yaml`. */
  constructor(source: string, problems: readonly string[], options?: ErrorOptions) {
    super(`Invalid ${source}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}

/** Keys of earlier versions and what they are called now. */
const RENAMED: Readonly<Record<string, string>> = {
  'limits.accounts': 'limits.concurrentAccounts',
  'limits.regions': 'limits.concurrentRegions',
  'limits.clusters': 'limits.concurrentClusters',
  'limits.requestTimeout': 'limits.requestTimeoutMs',
  'deployment.alerts.operations': 'deployment.alerts.operationsEmails',
  'deployment.alerts.routes[].resolved': 'deployment.alerts.routes[].resolvedFindings',
  'deployment.concurrency': 'deployment.concurrentAccounts',
  'deployment.memberRole.from': 'deployment.memberRole.deployFrom',
};

const DIGEST_TELLS_RESOLVED =
  'the addresses of deployment.alerts.emails get a digest of each run, which tells of resolved findings as well';

/** Keys of earlier versions that are not needed any more, and what to do instead. */
const REMOVED: Readonly<Record<string, string>> = {
  'deployment.alerts.resolved': DIGEST_TELLS_RESOLVED,
  'deployment.alerts.resolvedEmails': DIGEST_TELLS_RESOLVED,
};

/** Says one zod issue as path, value and what is allowed; of an unknown key what is allowed instead, by the schema. */
export function describeIssue(issue: z.core.$ZodIssue, schema?: z.core.$ZodType): string {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => formatPath([...issue.path, key]));
    return describeUnknownKeys(keys, schema ? keysAt(schema, issue.path) : []);
  }
  // A document that is no mapping is none of ours, and nothing of it is shown.
  if (path === '' && issue.code === 'invalid_type') return 'the whole document: must be a mapping';
  return `${path || 'the whole document'}: ${describeRule(issue)}${describeValue(issue, path)}`;
}

/** What it holds: never of a field that is a secret. */
function describeValue({ code, input }: z.core.$ZodIssue, path: string): string {
  return input === undefined || code === 'custom' || SECRETS.includes(path) ? '' : ` (is ${brief(input)})`;
}

const SECRETS: readonly string[] = ['role.externalId'];

/** What is allowed: in the schema's own words, or in ours where it has none. */
function describeRule(issue: z.core.$ZodIssue): string {
  if (!WORDS_OF_ZOD.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', ')}`.replace(/, ([^,]*)$/, ' or $1');
    case 'too_small':
      return sizeText(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return sizeText(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    default:
      return `is not allowed: ${issue.message.replace(/^Invalid \w+: /, '')}`;
  }
}

/** How the messages begin that the library makes itself. */
const WORDS_OF_ZOD = /^(Invalid|Too small|Too big|Unrecognized|Expected)/;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text, in quotes where it looks like a number',
};

function sizeText(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string')
    return limit === 1 ? 'must not be empty' : `must have ${comparison} ${limit} characters`;
  if (origin === 'array')
    return limit === 1 ? 'must not be empty' : `must have ${comparison} ${limit} entries`;
  return `must be ${comparison} ${limit}`;
}

/** `targets.regions[0]` */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function describeUnknownKeys(keys: readonly string[], allowed: readonly string[]): string {
  const fates = new Map(keys.map((key) => [key, fateOf(key.replaceAll(/\[\d+\]/g, '[]'))]));
  const unknown = keys.filter((key) => fates.get(key) === undefined);
  return [
    ...[...fates].filter(([, fate]) => fate !== undefined).map(([key, fate]) => `${key}: ${fate}`),
    ...(unknown.length > 0
      ? [`${namesOf(unknown)}: unknown key${allowed.length > 0 ? `; available: ${allowed.join(', ')}` : ''}`]
      : []),
  ].join('; ');
}

const MAX_KEYS_NAMED = 5;
const MAX_KEY_LENGTH = 60;

/** The first of some keys, shortened: they may be those of another file. */
function namesOf(keys: readonly string[]): string {
  const named = keys
    .slice(0, MAX_KEYS_NAMED)
    .map((key) => (key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key));
  const others = keys.length - named.length;
  return `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/** What became of a key of an earlier version; `undefined` of a key that never was one. */
function fateOf(key: string): string | undefined {
  if (RENAMED[key] !== undefined) return `was renamed to ${RENAMED[key]}`;
  if (REMOVED[key] !== undefined) return `was removed: ${REMOVED[key]}`;
  return undefined;
}

/** The keys that a schema allows at a path. */
function keysAt(schema: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return keysAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  }
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  const field = schema.shape[String(key)];
  return field === undefined ? [] : keysAt(field, rest);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** What a parser complains of, without the lines of the text that it quotes below. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/:$/, '');
}
