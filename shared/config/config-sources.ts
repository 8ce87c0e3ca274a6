import { lstatSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, parseConfig } from './config.ts';
import { ConfigError } from './config-error.ts';

/** Parses the text of `source`, which is how errors name it; `ofNothing` is what an empty one should say. Throws ConfigError. */
export type ParseText = (text: string, source: string, ofNothing?: string) => unknown;

/**
 * Reads a configuration file, unchecked, with the exceptions of the file that it names in `exceptionsFile`. Throws
 * ConfigError.
 */
export function readConfigFile(path: string, parse: ParseText): unknown {
  const source = `configuration ${path}`;
  return withExceptionsFile(readText(path, source, parse), { source, folder: dirname(path), parse });
}

/** Throws ConfigError. */
function readText(path: string, source: string, parse: ParseText, ofNothing?: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(source, [`cannot be read (${code})`], { cause: error });
  }
  return parse(text, source, ofNothing);
}

/**
 * A configuration, or one that consists of the exceptions of a file, unchecked: whether the organization is audited such a
 * file cannot say. Throws ConfigError.
 */
export function readExceptions(path: string, parse: ParseText): unknown {
  const source = `exceptions ${path}`;
  const document = readText(path, source, parse, NO_EXCEPTIONS);
  const isOnlyExceptions =
    Array.isArray(document) || (isMapping(document) && Object.keys(document).join() === 'exceptions');
  if (isOnlyExceptions) return { targets: { organization: true }, exceptions: listIn(document, source) };
  return withExceptionsFile(document, { source, folder: dirname(path), parse });
}

const NO_EXCEPTIONS = '[] for no exceptions';

/** The list of exceptions in a file: it is the list, or has it as `exceptions`. Throws ConfigError. */
function listIn(document: unknown, source: string): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (isMapping(document) && Array.isArray(document.exceptions)) return document.exceptions;
  throw new ConfigError(source, ['must be a list of exceptions, or have one as exceptions']);
}

/** Replaces `exceptionsFile` by what is in the file, whose path is relative to `folder`. Throws ConfigError. */
function withExceptionsFile(
  document: unknown,
  { source, folder, parse }: { readonly source: string; readonly folder: string; readonly parse: ParseText },
): unknown {
  if (!isMapping(document) || document.exceptionsFile === undefined) return document;
  const { exceptionsFile, ...rest } = document;
  if (typeof exceptionsFile !== 'string' || exceptionsFile.trim() === '')
    throw new ConfigError(source, ['exceptionsFile: must be the path of a file']);
  if (rest.exceptions !== undefined)
    throw new ConfigError(source, ['exceptionsFile: is only possible without exceptions']);
  const path = resolve(folder, exceptionsFile);
  const file = `exceptions ${path}`;
  return { ...rest, exceptions: listIn(readText(path, file, parse, NO_EXCEPTIONS), file) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Environment variables that set one field each; lists are separated by commas. */
const VARIABLES = {
  EKS_AUDITOR_BENCHMARK: { path: ['benchmark'] },
  EKS_AUDITOR_HOME_REGION: { path: ['homeRegion'] },
  EKS_AUDITOR_ACCOUNTS: { path: ['targets', 'accounts'], list: true },
  EKS_AUDITOR_REGIONS: { path: ['targets', 'regions'], list: true },
  EKS_AUDITOR_ROLE_NAME: { path: ['role', 'name'] },
  EKS_AUDITOR_EXTERNAL_ID: { path: ['role', 'externalId'] },
} as const satisfies Record<string, { path: readonly string[]; list?: boolean }>;

/** Where a whole configuration may come from in the environment. */
const SOURCES = ['EKS_AUDITOR_CONFIG', 'EKS_AUDITOR_CONFIG_FILE'] as const;
/** Variables of the functions that are no configuration (see functions/). */
const OTHERS = [
  'EKS_AUDITOR_BUCKET',
  'EKS_AUDITOR_CHANGE_QUEUE',
  'EKS_AUDITOR_CONCURRENT_ACCOUNTS',
  'EKS_AUDITOR_DIGEST',
  'EKS_AUDITOR_DIGEST_TOPIC',
  'EKS_AUDITOR_REPORTS_BUCKET',
  'EKS_AUDITOR_EVENT_BUS',
];

/** Where the configuration of a process comes from, read once. */
export interface ConfigSources {
  /** The file; absent where the configuration comes from the environment, or from nowhere. */
  readonly file?: string;
  /** The configuration, with fields that are set whatever it says. Throws ConfigError. */
  config(overrides?: readonly Override[]): Config;
}

export interface SourceOptions {
  /** How a file, and the text in EKS_AUDITOR_CONFIG, is written. */
  readonly parse: ParseText;
  /** A file, before all others. */
  readonly file?: string;
  /** A file that is used where it exists and nothing else names a configuration. */
  readonly defaultFile?: string;
}

/**
 * Reads the file (an argument, or EKS_AUDITOR_CONFIG_FILE) or the text in EKS_AUDITOR_CONFIG, then the variables that set
 * single fields. Throws ConfigError.
 */
export function readConfigSources(
  environment: Readonly<Record<string, string | undefined>>,
  options: SourceOptions,
): ConfigSources {
  checkVariables(environment);
  const { document, source, file } = readDocument(environment, options);
  const fromEnvironment = variablesOf(environment);
  return {
    ...(file !== undefined && { file }),
    config(overrides = []) {
      try {
        return parseConfig(applyOverrides(document, [...fromEnvironment, ...overrides]), source);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const problems = error.problems.map((problem) => nameVariable(problem, environment, overrides));
        throw new ConfigError(source, problems, { cause: error });
      }
    },
  };
}

function checkVariables(environment: Readonly<Record<string, string | undefined>>): void {
  const available = [...SOURCES, ...Object.keys(VARIABLES)];
  const unknown = Object.keys(environment).filter(
    (key) => key.startsWith('EKS_AUDITOR_') && ![...available, ...OTHERS].includes(key),
  );
  if (unknown.length === 0) return;
  throw new ConfigError('environment', [
    `${unknown.join(', ')}: unknown variable; available: ${available.join(', ')}`,
  ]);
}

function variablesOf(environment: Readonly<Record<string, string | undefined>>): Override[] {
  return Object.entries(VARIABLES).flatMap(([key, variable]): Override[] => {
    const value = environment[key];
    if (!value) return [];
    const isList = 'list' in variable;
    return [{ path: variable.path, value: isList ? value.split(',').map((item) => item.trim()) : value }];
  });
}

/** The unchecked configuration of a file or of EKS_AUDITOR_CONFIG, and how errors name it. Throws ConfigError. */
function readDocument(
  environment: Readonly<Record<string, string | undefined>>,
  options: SourceOptions,
): { readonly document: unknown; readonly source: string; readonly file?: string } {
  const { EKS_AUDITOR_CONFIG: text, EKS_AUDITOR_CONFIG_FILE: variable } = environment;
  if (variable && text) {
    throw new ConfigError('environment', [
      'EKS_AUDITOR_CONFIG: is only possible without EKS_AUDITOR_CONFIG_FILE',
    ]);
  }
  if (options.file === '') throw new ConfigError('configuration', ['the name of its file is empty']);
  const named = options.file ?? (variable || undefined);
  const file = named ?? (text ? undefined : ifExists(options.defaultFile));
  if (file !== undefined)
    return { document: readConfigFile(file, options.parse), source: `configuration ${file}`, file };
  if (!text) return { document: {}, source: 'configuration' };
  const source = 'configuration in EKS_AUDITOR_CONFIG';
  const { parse } = options;
  return {
    document: withExceptionsFile(parse(text, source), { source, folder: process.cwd(), parse }),
    source,
  };
}

/** One that is there and cannot be read, such as a link that leads nowhere, is an error: nobody meant the defaults. */
function ifExists(file: string | undefined): string | undefined {
  try {
    return file !== undefined && lstatSync(file, { throwIfNoEntry: false }) ? file : undefined;
  } catch {
    return file;
  }
}

/** Names the variable that a wrong value comes from, unless the command line has replaced it. */
function nameVariable(
  problem: string,
  environment: Readonly<Record<string, string | undefined>>,
  overrides: readonly Override[],
): string {
  const [variable] = Object.entries(VARIABLES).filter(([key, { path }]) => {
    const isReplaced = overrides.some((override) => override.path.join('.') === path.join('.'));
    return environment[key] && !isReplaced && /^[:.[]/.test(problem.replace(path.join('.'), ''));
  });
  return variable ? `${problem}, from ${variable[0]}` : problem;
}

/** Sets one field of a configuration, whatever it was. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

function applyOverrides(base: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((config, { path, value }) => setAt(config, path, value), base);
}

function setAt(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  // Anything but a mapping is left for the schema to refuse.
  if (target !== undefined && target !== null && !isMapping(target)) return target;
  const object: Record<string, unknown> = { ...target };
  return { ...object, [key]: setAt(object[key], rest, value) };
}
