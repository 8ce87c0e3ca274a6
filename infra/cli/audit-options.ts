/** The formats of the report. */
export const FORMATS = ['table', 'json', 'asff', 'html', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

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
  /** The file of the report; absent or `-` for the standard output. */
  readonly output?: string;
  readonly exitZero?: true;
}
