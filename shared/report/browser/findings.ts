import { consoleLink } from '../console-link.ts';
import { fillCommand } from '../fix-commands.ts';
import { type HtmlControl, type HtmlData, type HtmlRow, MARKS } from '../html-format.ts';
import { SHOWN_STATUSES, type ShownStatus } from '../shown-status.ts';

/** A verdict as the page shows it. */
export interface Finding {
  readonly control: HtmlControl;
  /** Index of the control. */
  readonly column: number;
  readonly status: ShownStatus;
  /** Of what FAILED; otherwise empty. */
  readonly severity: string;
  /** Index of what was judged as a whole. */
  readonly subject: number;
  readonly accountId: string;
  readonly accountName: string;
  readonly region: string;
  readonly units: readonly string[];
  /** Empty for a Region or an account. */
  readonly cluster: string;
  readonly codes: readonly string[];
  readonly reason: string;
  /** The reason with placeholders for names of the subject: the same for all whose reason differs by no more. */
  readonly pattern: string;
  readonly resource: { readonly type: string; readonly id: string; readonly name: string };
  /** Names and values in turn. */
  readonly evidence: readonly string[];
  readonly exception?: HtmlData['exceptions'][number];
  readonly consoleUrl?: string;
}

/** The verdicts of the data, in their order. Pure. */
export function findingsOf(data: HtmlData): Finding[] {
  return data.rows.map((row) => findingOf(data, row));
}

function findingOf(data: HtmlData, row: HtmlRow): Finding {
  const [column, state, subject, codes, reason, resource = 0, evidence = 0, exception = 0] = row;
  const [account = 0, region = 0, , clusterArn = '', cluster = ''] = data.subjects[subject] ?? [];
  const [accountId = '', accountName = '', units = []] = data.accounts[account] ?? [];
  const [regionName = '', host = ''] = data.regions[region] ?? [];
  const text = (index: number): string => unmarked(data.texts[index] ?? '', clusterArn, cluster, accountId);
  const [type, id, name] = data.resources[resource - 1] ?? [];
  const thing =
    type === undefined || id === undefined || name === undefined
      ? { type: 'AwsEksCluster', id: clusterArn, name: cluster }
      : { type: text(type), id: text(id), name: text(name) };
  const status = SHOWN_STATUSES[Math.floor(state / 10)] ?? 'NOT_AVAILABLE';
  const accepted = data.exceptions[exception - 1];
  const url = consoleLink({
    host,
    region: regionName,
    accountId,
    cluster,
    type: thing.type,
    name: thing.name,
  });
  return {
    control: data.controls[column] as HtmlControl,
    column,
    status,
    severity: status === 'FAILED' ? (data.severities[state % 10] ?? '') : '',
    subject,
    accountId,
    accountName,
    region: regionName,
    units: units.map((unit) => data.units[unit] ?? ''),
    cluster,
    codes: text(codes).split(', '),
    reason: text(reason),
    pattern: unmarked(data.texts[reason] ?? '', '<ARN>', '<cluster>', '<account>'),
    resource: thing,
    evidence: (data.evidence[evidence - 1] ?? []).map(text),
    ...(accepted && { exception: accepted }),
    ...(url && { consoleUrl: url }),
  };
}

function unmarked(text: string, clusterArn: string, cluster: string, accountId: string): string {
  return text
    .replaceAll(MARKS.accountId, () => accountId)
    .replaceAll(MARKS.cluster, () => cluster)
    .replaceAll(MARKS.clusterArn, () => clusterArn);
}

/** The commands of its control, with its names. Pure. */
export function commandsFor({ control, region, cluster, resource }: Finding): string[] {
  return control.commands.map((command) => fillCommand(command, { region, cluster, ...resource }));
}

/** `payments`, or `role/nodes` of another resource. */
export function labelOf({ resource, accountId }: Finding): string {
  return resource.name || resource.id || accountId;
}
