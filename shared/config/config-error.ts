import * as z from 'zod';
import { lookup } from '../model/record.ts';

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

/** What a message may have, in bytes, whatever it is about. */
const MAX_MESSAGE_BYTES = 900;

/** Says zod's issues in no more than a kilobyte. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const text = issues
    .slice(0, MAX_ISSUES)
    .map((issue) => describeIssue(issue))
    .join('; ');
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  const start = new TextDecoder().decode(bytes.subarray(0, MAX_MESSAGE_BYTES - 8));
  return `${start.replace(/\uFFFD$/, '')}…`;
}

const MAX_ISSUES = 20;

/** Says one zod issue as path, value and what is allowed; of an unknown key what is allowed instead, by the schema. */
export function describeIssue(issue: z.core.$ZodIssue, schema?: z.core.$ZodType): string {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => formatPath([...issue.path, key]));
    return describeUnknownKeys(keys, schema ? keysAt(schema, issue.path) : []);
  }
  // A document that is no mapping is none of ours, and nothing of it is shown.
  if (path === '' && issue.code === 'invalid_type') return 'the whole document: must be a mapping';
  return `${path || 'the whole document'}: ${describeRule(issue)}${describeValue(issue)}`;
}

/** What it holds: never of a field that is a secret. */
function describeValue({ code, input, path }: z.core.$ZodIssue): string {
  const isQuotable = path.length > 0 && !path.some(isSecret);
  return input === undefined || code === 'custom' || !isQuotable ? '' : ` (is ${brief(input)})`;
}

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
  const name = lookup(RENAMED, key);
  if (name !== undefined) return `was renamed to ${name}`;
  const instead = lookup(REMOVED, key);
  return instead && `was removed: ${instead}`;
}

/** The keys that a schema allows at a path. */
function keysAt(schema: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return keysAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  }
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  const field = lookup<z.core.$ZodType>(schema.shape, String(key));
  return field === undefined ? [] : keysAt(field, rest);
}

/** The fields whose values no message and no log may have. */
export function isSecret(key: PropertyKey): boolean {
  return /external.?id|token|secret|password|credential|webhook/i.test(String(key));
}

export function brief(value: unknown): string {
  const text = JSON.stringify(value, (key, held) => (isSecret(key) ? '…' : held)) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
