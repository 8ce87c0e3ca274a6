import type { Severity } from '../../shared/model/verdict.ts';
import type { ONLY } from '../../shared/report/shown-verdicts.ts';

type Only = keyof typeof ONLY;

/** The formats of the report. */
export const FORMATS = [
  'table',
  'json',
  'html',
  'csv',
  'markdown',
  'asff',
  'ocsf',
  'sarif',
  'junit',
  'kube-bench',
] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(text: string): text is Format {
  return FORMATS.some((format) => format === text);
}

/** The options of every command that shows a run, as commander passes them. */
export interface ReportingOptions {
  readonly format?: Format;
  /** The files of the report, or `FORMAT=FILE`; absent or `-` for the standard output. */
  readonly output?: readonly string[];
  /** Leaves out names and the caller. */
  readonly redact?: true;
  readonly exitZero?: true;
  /** Only failures of at least this severity end with 3. */
  readonly failOn?: Severity;
  /** A run without clusters ends with 4. */
  readonly requireClusters?: true;
  /** The table lists failures of at least this severity. */
  readonly severity?: Severity;
  /** The table lists verdicts of this status. */
  readonly only?: Only;
  /** Nothing but errors on the standard error. */
  readonly quiet?: true;
  /** Every account as it is done, and whole lists. */
  readonly verbose?: true;
}

/** The options of every command that asks AWS. */
export interface AwsOptions {
  readonly profile?: string;
  readonly allowInsecureEndpoint?: true;
}

/** What is audited; each sets a field of the configuration. */
export interface TargetOptions {
  readonly organization?: true;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly cluster?: readonly string[];
  readonly control?: readonly string[];
  readonly benchmark?: string;
  readonly roleName?: string;
  /** Of `access` only. */
  readonly accessRoleName?: string;
  /** The file that holds it. */
  readonly externalId?: string;
  /** A YAML or JSON file. */
  readonly config?: string;
}

/** The options of `audit`, as commander passes them. */
export interface AuditOptions extends ReportingOptions, AwsOptions, TargetOptions {
  readonly publish?: true;
  /** A folder for what was read. */
  readonly saveInventory?: string;
  /** A saved result to compare with. */
  readonly since?: string;
}
