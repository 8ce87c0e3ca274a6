import { readFileSync } from 'node:fs';
import type { Config } from '../../shared/config/config.ts';
import { ConfigError } from '../../shared/config/config-error.ts';
import type { ConfigSources, Override } from '../../shared/config/config-sources.ts';
import { readConfigSources } from '../../shared/config/load-config.ts';
import {
  type Benchmark,
  type ControlKey,
  describeUnknownControl,
  findControlKey,
} from '../../shared/model/benchmarks.ts';
import { plural } from '../../shared/report/text.ts';
import type { TargetOptions } from './audit-options.ts';
import { codeOf } from './system-error.ts';
import { UserError } from './user-error.ts';

/** Used where it exists and nothing else names a configuration. */
const DEFAULT_FILE = './eks-auditor.yaml';

/**
 * The configuration with the command line's options, read once: it may be a pipe. `say` is told of a file that was found
 * by itself. Throws UserError.
 */
export function configOf(
  options: TargetOptions,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Config {
  const overrides = overridesOf(options);
  try {
    const sources = readConfigSources(environment, {
      ...(options.config !== undefined && { file: options.config }),
      defaultFile: DEFAULT_FILE,
    });
    const config = sources.config([...overrides, ...controlsOverride(options, sources, overrides)]);
    if (sources.file === DEFAULT_FILE) say(`using ${DEFAULT_FILE}: ${scopeText(config)}`);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(describeError(error, overrides), { cause: error });
  }
}

/** Reads a configuration, or a part of one, whose problems are the user's. Throws UserError. */
export function readAsUser<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}

/** What a configuration has audited, in a few words. */
function scopeText({ targets }: Pick<Config, 'targets'>): string {
  const { accounts, organization, organizationalUnits, regions, clusters } = targets;
  const parts = [
    accountsText(accounts.length, organization),
    ...(organizationalUnits.length > 0 ? [plural(organizationalUnits.length, 'organizational unit')] : []),
    ...(regions.length > 0 ? [plural(regions.length, 'Region')] : []),
    ...(clusters.length > 0 ? [`clusters ${clusters.join(', ')}`] : []),
  ];
  return parts.join(', ');
}

function accountsText(accounts: number, organization: boolean): string {
  if (accounts > 0)
    return plural(
      accounts,
      organization ? 'account of the organization' : 'account',
      organization ? 'accounts of the organization' : 'accounts',
    );
  return organization ? 'the whole organization' : 'the account of your credentials';
}

type FlaggedOverride = Override & { readonly flag: string };

/** Options that set one field of the configuration each. */
const CONFIG_OPTIONS = [
  { flag: '--organization', option: 'organization', path: ['targets', 'organization'] },
  { flag: '--account', option: 'account', path: ['targets', 'accounts'] },
  { flag: '--region', option: 'region', path: ['targets', 'regions'] },
  { flag: '--cluster', option: 'cluster', path: ['targets', 'clusters'] },
  { flag: '--benchmark', option: 'benchmark', path: ['benchmark'] },
  { flag: '--role-name', option: 'roleName', path: ['role', 'name'] },
  { flag: '--access-role-name', option: 'accessRoleName', path: ['role', 'accessName'] },
] as const satisfies readonly { flag: string; option: keyof TargetOptions; path: Override['path'] }[];

function overridesOf(options: TargetOptions): FlaggedOverride[] {
  const overrides = CONFIG_OPTIONS.flatMap(({ flag, option, path }): FlaggedOverride[] => {
    const value = options[option];
    return value === undefined ? [] : [{ flag, path, value }];
  });
  if (options.externalId === undefined) return overrides;
  const value = readExternalId(options.externalId);
  return [...overrides, { flag: '--external-id', path: ['role', 'externalId'], value }];
}

/** `--control` takes numbers of the selected version as well; the configuration takes keys only. Throws UserError. */
function controlsOverride(
  { control }: TargetOptions,
  sources: ConfigSources,
  overrides: readonly Override[],
): Override[] {
  if (control === undefined) return [];
  const { benchmark } = sources.config(overrides);
  return [{ path: ['controls', 'include'], value: control.map((name) => controlKey(name, benchmark)) }];
}

function controlKey(name: string, benchmark: Benchmark): ControlKey {
  const key = findControlKey(name, benchmark);
  if (key === undefined) throw new UserError(`--control: ${describeUnknownControl(name, benchmark)}`);
  return key;
}

/** Every user of a machine sees the command lines of all, so it is in a file. Nothing of it is shown. Throws UserError. */
function readExternalId(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    throw new UserError(
      `--external-id: names a file that holds the external id, and that file cannot be read (${code}). ` +
        'The id itself is not taken here, because other users see command lines; it may also be in EKS_AUDITOR_EXTERNAL_ID.',
      { cause: error },
    );
  }
}

/** The problems of the options, named by their flags; where there are none, those of the configuration. */
function describeError(error: ConfigError, overrides: readonly FlaggedOverride[]): string {
  const problems = error.problems.flatMap((problem) => {
    const field = problem.slice(0, problem.indexOf(':'));
    const option = overrides.find(({ path }) => isWithin(field, path.join('.')));
    return option === undefined ? [] : [`${option.flag}${problem.slice(field.length)}`];
  });
  return problems.length > 0 ? problems.join('\n') : error.message;
}

/** Whether a field is the one of a path or below it: `targets.regions[0]` is within `targets.regions`. */
function isWithin(field: string, path: string): boolean {
  return field.startsWith(path) && /^$|^[.[]/.test(field.slice(path.length));
}
