import type { Config } from './config.ts';
import type { ConfigSources, Override } from './config-sources.ts';
import * as sources from './config-sources.ts';
import { parseText } from './parse-text.ts';

/* Configurations that people write: YAML, of which JSON is a part. */

type Environment = Readonly<Record<string, string | undefined>>;
type SourceOptions = Omit<sources.SourceOptions, 'parse'>;

/** See `config-sources.ts`. */
export function readConfigFile(path: string): unknown {
  return sources.readConfigFile(path, parseText);
}

/** See `config-sources.ts`. */
export function readExceptions(path: string): unknown {
  return sources.readExceptions(path, parseText);
}

/** See `config-sources.ts`. */
export function readConfigSources(environment: Environment, options: SourceOptions = {}): ConfigSources {
  return sources.readConfigSources(environment, { ...options, parse: parseText });
}

/** The same at once, with `overrides` (the command line) last. Throws ConfigError. */
export function loadConfig(
  environment: Environment,
  { overrides, ...options }: SourceOptions & { readonly overrides?: readonly Override[] } = {},
): Config {
  return readConfigSources(environment, options).config(overrides);
}
