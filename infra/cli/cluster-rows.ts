import type { Cluster } from '../../shared/model/facts.ts';
import type { ClusterList, ListedCluster, VersionSupport } from '../../shared/pipeline/list-clusters.ts';
import { csvText } from '../../shared/report/csv.ts';
import { labelledText, layoutOf, rowWithName, rule } from '../../shared/report/layout.ts';
import { toJson } from '../../shared/report/safe-text.ts';

export type ClusterFormat = 'table' | 'json' | 'csv';

/** One cluster as it is listed: also the JSON of `clusters list`. */
export interface ClusterRow {
  readonly account: string;
  readonly accountName?: string;
  readonly region: string;
  readonly cluster: string;
  readonly status: string;
  readonly version: string;
  /** Of the version: until which day, or `unknown`. */
  readonly support: string;
  readonly endpoint: string;
  readonly nodes: string;
  /** The authentication mode: `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`. */
  readonly access: string;
}

const UNKNOWN = 'unknown';

/** The clusters of a list, by account, Region and name. `today` is a day in UTC. Pure. */
export function clusterRows({ clusters, support }: ClusterList, today: string): ClusterRow[] {
  return clusters
    .map((listed) => toRow(listed, support, today))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ account, region, cluster }: ClusterRow): string {
  return [account, region, cluster].join(' ');
}

function toRow(listed: ListedCluster, support: ClusterList['support'], today: string): ClusterRow {
  const { accountId, accountName, region, name } = listed;
  const read = listed.cluster.facts.cluster;
  const cluster = read?.state === 'present' ? read.value : undefined;
  const version = cluster?.version;
  return {
    account: accountId,
    ...(accountName && { accountName }),
    ...{ region, cluster: name, status: cluster?.status ?? UNKNOWN, version: version ?? UNKNOWN },
    support: supportText(version === undefined ? undefined : support.get(version), today),
    endpoint: cluster === undefined ? UNKNOWN : endpointText(cluster),
    nodes: nodesText(listed, cluster),
    access: cluster?.accessConfig?.authenticationMode ?? UNKNOWN,
  };
}

/** The support that a version still has, and its last day. */
function supportText({ standardUntil, extendedUntil }: VersionSupport = {}, today: string): string {
  if (standardUntil === undefined && extendedUntil === undefined) return UNKNOWN;
  if (standardUntil !== undefined && standardUntil >= today) return `until ${standardUntil}`;
  if (extendedUntil === undefined) return `ended ${standardUntil}`;
  return extendedUntil >= today ? `extended until ${extendedUntil}` : `ended ${extendedUntil}`;
}

const EVERYONE = ['0.0.0.0/0', '::/0'];

function endpointText({ resourcesVpcConfig = {} }: Cluster): string {
  const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = resourcesVpcConfig;
  if (endpointPublicAccess === undefined) return UNKNOWN;
  if (!endpointPublicAccess) return 'private';
  const isOpen = publicAccessCidrs?.some((cidr) => EVERYONE.includes(cidr)) ?? true;
  const reach = isOpen ? 'public' : `public to ${publicAccessCidrs?.length ?? 0}`;
  return endpointPrivateAccess ? `${reach}, private` : reach;
}

function nodesText({ cluster: { facts } }: ListedCluster, cluster: Cluster | undefined): string {
  const { nodegroups, fargateProfiles } = facts;
  if (nodegroups?.state !== 'present' || fargateProfiles?.state !== 'present') return UNKNOWN;
  const groups = nodegroups.value.length;
  const parts = [
    ...(groups > 0 ? [`${groups} ${groups === 1 ? 'group' : 'groups'}`] : []),
    ...(fargateProfiles.value.length > 0 ? ['Fargate'] : []),
    ...(cluster?.computeConfig?.enabled ? ['Auto'] : []),
  ];
  return parts.join(', ') || 'none of EKS';
}

const COLUMNS = [
  'account',
  'region',
  'cluster',
  'version',
  'support',
  'endpoint',
  'nodes',
  'access',
] as const;

/** Ends with a line feed. Pure. */
export function renderClusters(
  format: ClusterFormat,
  rows: readonly ClusterRow[],
  terminal: Parameters<typeof layoutOf>[0],
): string {
  if (format === 'json') return toJson(rows);
  if (format === 'csv') {
    const columns = [COLUMNS[0], 'accountName', ...COLUMNS.slice(1), 'status'] as const;
    return csvText([columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]);
  }
  return tableOf(rows, terminal);
}

/** What else is known is below each cluster, so that all fits into 80 columns; the names of accounts are in the other formats. */
function tableOf(rows: readonly ClusterRow[], terminal: Parameters<typeof layoutOf>[0]): string {
  const layout = layoutOf(terminal);
  const first = (account: string, region: string, name: string, version: string, support: string) =>
    rowWithName(layout, {
      before: [
        { text: account, width: WIDTHS.account },
        { text: region, width: WIDTHS.region },
      ],
      name,
      after: [
        { text: version, width: WIDTHS.version },
        { text: support, width: WIDTHS.support },
      ],
    });
  const below = ({ endpoint, nodes, access }: ClusterRow) =>
    labelledText(layout, { text: '', format: 'dim' }, 2, `${endpoint} · nodes: ${nodes} · access: ${access}`);
  const lines = rows.flatMap((row) => [
    ...first(row.account, row.region, row.cluster, row.version, row.support),
    ...below(row).map((line) => layout.style('dim', line)),
  ]);
  const header = first('Account', 'Region', 'Cluster', 'Version', 'Support');
  return `${[...header.map((line) => layout.style('bold', line)), rule(layout), ...lines].join('\n')}\n`;
}

const WIDTHS = { account: 14, region: 16, version: 9, support: 26 };
