/*
 * The data of the HTML report, as its script reads them. Texts are safe to show as text, and interned: a number stands for
 * the text at that index of `texts`. In reasons, evidence and resources the marks of `MARKS` stand for names of the subject.
 */

/** What stands for the ARN of the subject's cluster, its name, and the id of its account: no safe text has these. */
export const MARKS = { clusterArn: mark(1), cluster: mark(2), accountId: mark(3) };

/** By its number, so that the script itself has no control characters. */
function mark(code: number): string {
  return String.fromCharCode(code);
}

export interface HtmlControl {
  readonly key: string;
  readonly level: string;
  readonly number: string;
  readonly title: string;
  readonly description: string;
  readonly fix: string;
  /** Empty where there is none. */
  readonly url: string;
  readonly commands: readonly string[];
}

/** Its id, its name or an empty text, and the OUs it is in. */
type HtmlAccount = readonly [id: string, name: string, units: readonly number[]];

/** A cluster, a Region of an account or an account. The cluster's ARN and name are empty for the others. */
type HtmlSubject = readonly [
  account: number,
  region: number,
  level: string,
  clusterArn: string,
  cluster: string,
];

/**
 * One verdict. The state is the index of `SHOWN_STATUSES` times ten plus that of the severity. `evidence` is an index of
 * `HtmlData.evidence` plus one, `exception` one of `HtmlData.exceptions` plus one, `resource` one of
 * `HtmlData.resources` plus one: of a verdict on the cluster itself 0.
 */
export type HtmlRow = readonly [
  control: number,
  state: number,
  subject: number,
  codes: number,
  reason: number,
  resource?: number,
  evidence?: number,
  exception?: number,
];

export interface HtmlData {
  readonly texts: readonly string[];
  readonly severities: readonly string[];
  readonly controls: readonly HtmlControl[];
  readonly units: readonly string[];
  readonly accounts: readonly HtmlAccount[];
  /** With the domain of its console. */
  readonly regions: readonly (readonly [region: string, consoleHost: string])[];
  readonly subjects: readonly HtmlSubject[];
  readonly resources: readonly (readonly [type: number, id: number, name: number])[];
  /** Names and values in turn. */
  readonly evidence: readonly (readonly number[])[];
  readonly exceptions: readonly (readonly [id: string, reason: string, owner: string, expires: string])[];
  /** Worst first. */
  readonly rows: readonly HtmlRow[];
  /** How many verdicts have evidence that is left out. */
  readonly withoutEvidence: number;
  /** How many verdicts there are, with those that are left out. */
  readonly total: number;
}
