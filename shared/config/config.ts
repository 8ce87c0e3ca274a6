import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { PROFILES } from '../evaluate/benchmarks.ts';

/** The benchmark versions whose section 5 this product knows. */
export const BENCHMARKS = ['1.3.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0'] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

export const accountId = z
  .string('must be an account id of 12 digits, in quotes')
  .regex(/^\d{12}$/, 'must be an account id of 12 digits');
export const organizationalUnitId = z
  .string()
  .regex(
    /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
    'must be like ou-ab12-cd34ef56, or a root like r-ab12',
  );
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be a Region code such as eu-west-1');
const controlId = z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a control id such as 5.4.1');
const name = z.string().trim().min(1);
const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);

const targets = z
  .strictObject({
    /** Audit the accounts of the organization. Otherwise `accounts`, or the caller's own account. */
    organization: z.boolean().default(false),
    /** With `organization`: only these of it. Without: exactly these. */
    accounts: list(accountId),
    excludeAccounts: list(accountId),
    /** Only accounts anywhere below these OUs or roots. */
    organizationalUnits: list(organizationalUnitId),
    /** Accounts anywhere below these are left out. */
    excludeOrganizationalUnits: list(organizationalUnitId),
    /** Only these Regions; by default every Region that is enabled in the account. */
    regions: list(region),
    excludeRegions: list(region),
    /** Only clusters of these names. */
    clusters: list(name),
    /** Accounts whose registries are judged although they have no cluster. */
    registryAccounts: list(accountId),
  })
  .superRefine((value, issue) => {
    for (const key of ['organizationalUnits', 'excludeOrganizationalUnits'] as const) {
      if (value[key].length > 0 && !value.organization) {
        issue.addIssue({
          code: 'custom',
          path: [key],
          message: 'is only possible with targets.organization: true',
        });
      }
    }
    for (const [included, excluded] of [
      ['accounts', 'excludeAccounts'],
      ['organizationalUnits', 'excludeOrganizationalUnits'],
      ['regions', 'excludeRegions'],
    ] as const) {
      const both = value[included].filter((one) => value[excluded].includes(one));
      if (both.length > 0) {
        issue.addIssue({
          code: 'custom',
          path: [excluded],
          message: `also names ${both.join(', ')} of ${included}`,
        });
      }
    }
  });

const role = z.strictObject({
  /** The role to assume in every account but the auditor's own; a path is allowed (`audit/EksAuditorMember`). */
  name: z
    .string()
    .regex(/^[\w+=,.@/-]{1,512}$/, "must be a role's name, not its ARN")
    .default('EksAuditorMember'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1,224 of the characters A–Z a–z 0–9 _ + = , . @ : / -')
    .optional(),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 of the characters A–Z a–z 0–9 _ + = , . @ -')
    .default('eks-auditor'),
  sessionTags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
});

const settings = z.strictObject({
  /** 5.4.1: public ranges with more addresses than this are too broad. IPv6 is counted in /64 networks. */
  maxPublicAddresses: z.number().int().min(0).default(65_536),
  /** 5.5.1: issuers, or names of identity provider configurations, that may authenticate users. */
  allowedIdentityProviders: list(name),
  /** 5.1.1: repositories scanned by someone else, by name patterns with `*`. */
  thirdPartyScanners: list(z.strictObject({ scanner: name, repositories: z.array(name).min(1) })),
  /** 5.1.2: accounts outside the organization that may pull. */
  trustedAccounts: list(accountId),
  /** 5.1.2: patterns of role names or ARNs that may write to ECR. */
  ecrWriters: list(name),
  /** 5.1.3: pull-through cache writes of node roles are accepted. */
  allowPullThroughCache: z.boolean().default(false),
  /** 5.1.4: patterns of registries besides the organization's own, such as `ghcr.io/our-company/*`. */
  approvedRegistries: list(name),
  /** 5.2.1: actions that node roles may have besides the worker baseline, with wildcards. */
  nodeRoleBaseline: list(z.string().regex(/^[\w-]+:[\w*?]+$/, 'must be an action such as s3:GetObject')),
  /** 5.6.1: namespaces that must run on Fargate. */
  untrustedNamespaces: list(name),
});
export type ControlSettings = z.infer<typeof settings>;

const limits = z.strictObject({
  /** Accounts at a time (command line only; the state machine has its own). */
  accounts: z.number().int().min(1).max(100).default(10),
  /** Regions at a time, an account. */
  regions: z.number().int().min(1).max(50).default(10),
  /** Clusters at a time, a Region. */
  clusters: z.number().int().min(1).max(100).default(10),
  /** Tries of one request, the first included. */
  maxAttempts: z.number().int().min(1).max(20).default(6),
  /** Milliseconds until a request that is not answered counts as failed. */
  requestTimeout: z.number().int().min(100).max(300_000).default(30_000),
});

const configSchema = z
  .strictObject({
    benchmark: z.enum(BENCHMARKS).default('1.5.0'),
    /** Where verdicts on whole accounts are published; by default the auditor's own Region. */
    homeRegion: region.optional(),
    targets: targets.prefault({}),
    role: role.prefault({}),
    controls: z
      .strictObject({
        /** Only these controls. */
        include: list(controlId),
        exclude: list(controlId),
      })
      .prefault({}),
    settings: settings.prefault({}),
    securityHub: z
      .strictObject({
        productName: name.max(128).default('EKS Auditor'),
        companyName: name.max(128).default('EKS Auditor'),
        /** Security Hub deletes findings that were not updated for 90 days. */
        refreshAfterDays: z.number().int().min(1).max(89).default(30),
      })
      .prefault({}),
    limits: limits.prefault({}),
    /** How the auditor is deployed: of no interest here, checked at synthesis (infra/cdk/deployment-config.ts). */
    deployment: z.unknown().optional(),
  })
  .superRefine(({ benchmark, controls }, issue) => {
    const known = PROFILES[benchmark].controlIds;
    for (const key of ['include', 'exclude'] as const) {
      const unknown = controls[key].filter((one) => !known.includes(one));
      if (unknown.length === 0) continue;
      const message = `benchmark ${benchmark} has no ${unknown.join(', ')}; there are ${known.join(', ')}`;
      issue.addIssue({ code: 'custom', path: ['controls', key], message });
    }
    const selected = controls.include.length > 0 ? controls.include : known;
    if (selected.every((one) => controls.exclude.includes(one))) {
      issue.addIssue({ code: 'custom', path: ['controls', 'exclude'], message: 'leaves no control' });
    }
  });
export type Config = z.infer<typeof configSchema>;

/** The configuration is wrong: `problems` names each field, what it holds and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${source} is not usable:\n${problems.map((one) => `  ${one}`).join('\n')}`, options);
    this.problems = problems;
  }
}

/** Checks a whole configuration. `source` names it in errors. Throws ConfigError. */
export function parseConfig(input: unknown, source = 'The configuration'): Config {
  const result = configSchema.safeParse(input ?? {}, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(
    source,
    result.error.issues.map((issue) => describeIssue(issue, configSchema)),
  );
}

/** Says one zod issue as path, value and what is allowed; of an unknown key what is allowed instead, by the schema. */
export function describeIssue(issue: z.core.$ZodIssue, schema?: z.core.$ZodType): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => [...issue.path.map(String), key].join('.'));
    const allowed = schema ? keysAt(schema, issue.path) : [];
    return `${keys.join(', ')}: no such key${allowed.length > 0 ? `; there are ${allowed.join(', ')}` : ''}`;
  }
  const value = issue.input === undefined || issue.code === 'custom' ? '' : ` (is ${brief(issue.input)})`;
  return `${path || 'the whole'}: ${issue.message.replace(/^Invalid (input|option): /, '')}${value}`;
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

/** Parses the text of a configuration file: YAML, of which JSON is a part. Throws ConfigError. */
function parseConfigText(text: string, source: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new ConfigError(source, [`not YAML or JSON: ${firstLine(error)}`], { cause: error });
  }
}

/** What a parser complains of, without the lines of the text that it quotes below. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/:$/, '');
}

/** Reads a configuration file, unchecked. Throws ConfigError. */
export function readConfigFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(path, [`cannot be read (${code})`], { cause: error });
  }
  return parseConfigText(text, path);
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
const OTHERS = ['EKS_AUDITOR_BUCKET'];

/**
 * The configuration of a process: the file (an argument, or EKS_AUDITOR_CONFIG_FILE) or the text in EKS_AUDITOR_CONFIG,
 * then the variables that set single fields, then `overrides` (the command line). Throws ConfigError.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly file?: string; readonly overrides?: readonly Override[] } = {},
): Config {
  const known = [...SOURCES, ...Object.keys(VARIABLES), ...OTHERS];
  const unknown = Object.keys(environment).filter(
    (key) => key.startsWith('EKS_AUDITOR_') && !known.includes(key),
  );
  if (unknown.length > 0) {
    throw new ConfigError('The environment', [
      `${unknown.join(', ')}: no such variable; there are ${known.join(', ')}`,
    ]);
  }
  const file = options.file ?? environment.EKS_AUDITOR_CONFIG_FILE;
  const text = environment.EKS_AUDITOR_CONFIG;
  if (environment.EKS_AUDITOR_CONFIG_FILE && text) {
    throw new ConfigError('The environment', [
      'EKS_AUDITOR_CONFIG: is only possible without EKS_AUDITOR_CONFIG_FILE',
    ]);
  }
  const base = file ? readConfigFile(file) : text ? parseConfigText(text, 'EKS_AUDITOR_CONFIG') : {};
  const source = file ?? (text ? 'EKS_AUDITOR_CONFIG' : 'The configuration');
  const fromEnvironment = Object.entries(VARIABLES).flatMap(([key, variable]): Override[] => {
    const value = environment[key];
    if (!value) return [];
    const isList = 'list' in variable;
    return [{ path: variable.path, value: isList ? value.split(',').map((one) => one.trim()) : value }];
  });
  const overrides = options.overrides ?? [];
  try {
    return parseConfig(applyOverrides(base, [...fromEnvironment, ...overrides]), source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      source,
      error.problems.map((one) => nameVariable(one, environment, overrides)),
      { cause: error },
    );
  }
}

/** Names the variable that a wrong value comes from, unless the command line has replaced it. */
function nameVariable(
  problem: string,
  environment: Readonly<Record<string, string | undefined>>,
  overrides: readonly Override[],
): string {
  const [variable] = Object.entries(VARIABLES).filter(([key, { path }]) => {
    const isReplaced = overrides.some((one) => one.path.join('.') === path.join('.'));
    return environment[key] && !isReplaced && /^[:.]/.test(problem.replace(path.join('.'), ''));
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
  if (target !== undefined && target !== null && (typeof target !== 'object' || Array.isArray(target)))
    return target;
  const object: Record<string, unknown> = { ...target };
  return { ...object, [key]: setAt(object[key], rest, value) };
}
