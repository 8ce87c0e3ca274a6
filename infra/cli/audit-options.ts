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

/** The options of `audit`, as commander passes them. */
export interface AuditOptions {
  readonly organization?: true;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly cluster?: readonly string[];
  readonly control?: readonly string[];
  readonly benchmark?: string;
  readonly roleName?: string;
  readonly externalId?: string;
  /** A YAML or JSON file. */
  readonly config?: string;
  readonly publish?: true;
  readonly format?: Format;
  /** The files of the report, or `FORMAT=FILE`; absent or `-` for the standard output. */
  readonly output?: readonly string[];
  /** Leaves out names and the caller. */
  readonly redact?: true;
  readonly exitZero?: true;
}
