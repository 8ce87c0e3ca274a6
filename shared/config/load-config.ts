import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { type Config, parseConfig } from './config.ts';
import { ConfigError, firstLine } from './config-error.ts';

/**
 * Parses the text of a configuration file: YAML, of which JSON is a part. An empty one is an error, because a file that
 * was cut off would otherwise audit with the defaults. Throws ConfigError.
 */
function parseText(text: string, source: string): unknown {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw new ConfigError(source, [`not YAML or JSON: ${firstLine(error)}`], { cause: error });
  }
  if (document === null) throw new ConfigError(source, ['is empty; write {} to use the defaults']);
  return document;
}

/**
 * Reads a configuration file, unchecked, with the exceptions of the file that it names in `exceptionsFile`. Throws
 * ConfigError.
 */
export function readConfigFile(path: string): unknown {
  const source = `configuration ${path}`;
  return withExceptionsFile(readText(path, source), source, dirname(path));
}

/** Reads YAML or JSON. Throws ConfigError. */
function readText(path: string, source: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(source, [`cannot be read (${code})`], { cause: error });
  }
  return parseText(text, source);
}

/** The exceptions of a file, unchecked: a list, or what a configuration has under `exceptions`. Throws ConfigError. */
export function readExceptionsFile(path: string): unknown {
  const source = `exceptions ${path}`;
  const document = readText(path, source);
  if (Array.isArray(document)) return document;
  if (isMapping(document) && Array.isArray(document.exceptions)) return document.exceptions;
  throw new ConfigError(source, ['must be a list of exceptions, or have one as exceptions']);
}

/** Replaces `exceptionsFile` by what is in the file, whose path is relative to `folder`. Throws ConfigError. */
function withExceptionsFile(document: unknown, source: string, folder: string): unknown {
  if (!isMapping(document) || document.exceptionsFile === undefined) return document;
  const { exceptionsFile, ...rest } = document;
  if (typeof exceptionsFile !== 'string' || exceptionsFile.trim() === '')
    throw new ConfigError(source, ['exceptionsFile: must be the path of a file']);
  if (rest.exceptions !== undefined)
    throw new ConfigError(source, ['exceptionsFile: is only possible without exceptions']);
  return { ...rest, exceptions: readExceptionsFile(resolve(folder, exceptionsFile)) };
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
  'EKS_AUDITOR_EVENT_BUS',
];

/**
 * The configuration of a process: the file (an argument, or EKS_AUDITOR_CONFIG_FILE) or the text in EKS_AUDITOR_CONFIG,
 * then the variables that set single fields, then `overrides` (the command line). Throws ConfigError.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly file?: string; readonly overrides?: readonly Override[] } = {},
): Config {
  const available = [...SOURCES, ...Object.keys(VARIABLES)];
  const unknown = Object.keys(environment).filter(
    (key) => key.startsWith('EKS_AUDITOR_') && ![...available, ...OTHERS].includes(key),
  );
  if (unknown.length > 0) {
    throw new ConfigError('environment', [
      `${unknown.join(', ')}: unknown variable; available: ${available.join(', ')}`,
    ]);
  }
  const { document, source } = readDocument(environment, options.file);
  const fromEnvironment = Object.entries(VARIABLES).flatMap(([key, variable]): Override[] => {
    const value = environment[key];
    if (!value) return [];
    const isList = 'list' in variable;
    return [{ path: variable.path, value: isList ? value.split(',').map((item) => item.trim()) : value }];
  });
  const overrides = options.overrides ?? [];
  try {
    return parseConfig(applyOverrides(document, [...fromEnvironment, ...overrides]), source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      source,
      error.problems.map((problem) => nameVariable(problem, environment, overrides)),
      { cause: error },
    );
  }
}

/** The unchecked configuration of a file or of EKS_AUDITOR_CONFIG, and how errors name it. Throws ConfigError. */
function readDocument(
  environment: Readonly<Record<string, string | undefined>>,
  argument: string | undefined,
): { readonly document: unknown; readonly source: string } {
  const { EKS_AUDITOR_CONFIG: text, EKS_AUDITOR_CONFIG_FILE: variable } = environment;
  if (variable && text) {
    throw new ConfigError('environment', [
      'EKS_AUDITOR_CONFIG: is only possible without EKS_AUDITOR_CONFIG_FILE',
    ]);
  }
  const file = argument ?? variable;
  if (file) return { document: readConfigFile(file), source: `configuration ${file}` };
  if (!text) return { document: {}, source: 'configuration' };
  const source = 'configuration in EKS_AUDITOR_CONFIG';
  return { document: withExceptionsFile(parseText(text, source), source, process.cwd()), source };
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
