import type { AccessList, AccessRequest, ClusterAccessState } from '../../shared/pipeline/cluster-access.ts';
import { csvText } from '../../shared/report/csv.ts';
import { labelledText, layoutOf, rowWithName, rule } from '../../shared/report/layout.ts';
import { toJson } from '../../shared/report/safe-text.ts';

export type AccessFormat = 'table' | 'json' | 'csv';

/** One cluster as it is shown: also the JSON of `access`. */
interface AccessRow {
  readonly account: string;
  readonly accountName?: string;
  readonly region: string;
  readonly cluster: string;
  /** The ARN of the role that audits. */
  readonly role: string;
  /** `impossible`: the cluster has no access entries. */
  readonly entry: 'yes' | 'none' | 'impossible' | 'unknown';
  /** What the entry has: `view`, `group eks-auditor`; `none`, or `unknown`. */
  readonly policy: string;
  /** `yes`, or the code of why not. */
  readonly reachable: string;
  readonly missing: readonly string[];
  /** Of grant and revoke. */
  readonly change?: { readonly outcome: string; readonly text: string };
}

/** The clusters by account, Region and name. Pure. */
export function accessRows({ clusters }: AccessList): AccessRow[] {
  return clusters.map(toRow).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Whether something is missing, was not done, or could not be read. */
export function isIncomplete(action: AccessRequest['action'], { clusters, gaps }: AccessList): boolean {
  const isOpen = ({ missing, change }: ClusterAccessState) =>
    action === 'status' ? missing.length > 0 : change?.outcome === 'failed';
  return gaps.length > 0 || clusters.some(isOpen);
}

function keyOf({ account, region, cluster }: AccessRow): string {
  return [account, region, cluster].join(' ');
}

function toRow(state: ClusterAccessState): AccessRow {
  const { accountId, accountName, region, cluster, principalArn, entry, endpoint, missing, change } = state;
  return {
    account: accountId,
    ...(accountName && { accountName }),
    ...{ region, cluster, role: principalArn },
    entry: entry.state === 'present' ? 'yes' : entry.state,
    policy: policyOf(entry),
    reachable: endpoint.state === 'present' ? 'yes' : endpoint.code,
    missing,
    ...(change && { change }),
  };
}

function policyOf(entry: ClusterAccessState['entry']): string {
  if (entry.state === 'unknown') return 'unknown';
  if (entry.state !== 'present') return 'none';
  const parts = [...(entry.hasViewPolicy ? ['view'] : []), ...entry.groups.map((group) => `group ${group}`)];
  return parts.join(', ') || 'none';
}

const COLUMNS = ['account', 'region', 'cluster', 'entry', 'policy', 'reachable'] as const;

/** Ends with a line feed. Pure. */
export function renderAccess(
  format: AccessFormat,
  rows: readonly AccessRow[],
  terminal: Parameters<typeof layoutOf>[0],
): string {
  if (format === 'json') return toJson(rows);
  if (format === 'csv') {
    const header = [COLUMNS[0], 'accountName', ...COLUMNS.slice(1), 'role', 'missing', 'outcome', 'change'];
    return csvText([header, ...rows.map(csvRow)]);
  }
  return tableOf(rows, terminal);
}

function csvRow(row: AccessRow): string[] {
  const [account, ...others] = COLUMNS.map((column) => row[column]);
  const { accountName = '', role, missing, change } = row;
  const { outcome = '', text = '' } = change ?? {};
  return [account ?? '', accountName, ...others, role, missing.join('; '), outcome, text];
}

const WIDTHS = { account: 14, region: 16, entry: 12, policy: 13, reachable: 10 };
/** What is missing and what is done is below each cluster, so that all fits into 80 columns. */
function tableOf(rows: readonly AccessRow[], terminal: Parameters<typeof layoutOf>[0]): string {
  const layout = layoutOf(terminal);
  const line = ({ account, region, cluster, entry, policy, reachable }: ReturnType<typeof shortRow>) =>
    rowWithName(layout, {
      before: [
        { text: account, width: WIDTHS.account },
        { text: region, width: WIDTHS.region },
      ],
      name: cluster,
      after: [
        { text: entry, width: WIDTHS.entry },
        { text: policy, width: WIDTHS.policy },
        { text: reachable, width: WIDTHS.reachable },
      ],
    });
  const below = (text: string) => labelledText(layout, { text: '', format: 'reset' }, 2, text);
  const lines = rows.flatMap((row) => [
    ...line(shortRow(row)),
    ...row.missing.flatMap((text) => below(`missing: ${text}`)),
    ...(row.change ? below(row.change.text) : []),
  ]);
  const header = line({
    ...{ account: 'Account', region: 'Region', cluster: 'Cluster' },
    ...{ entry: 'Entry', policy: 'Policy', reachable: 'Reachable' },
  });
  return `${[...header.map((text) => layout.style('bold', text)), rule(layout), ...lines].join('\n')}\n`;
}

function shortRow({ account, region, cluster, entry, policy, reachable }: AccessRow) {
  const kinds = policy.split(', ').map((kind) => (kind.startsWith('group ') ? 'group' : kind));
  const short = [...new Set(kinds)].join(', ');
  return {
    account,
    region,
    cluster,
    entry: `${entry}`,
    policy: short,
    reachable: reachable === 'yes' ? 'yes' : 'no',
  };
}
