import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { TargetRegion } from '../../shared/model/run.ts';

/*
 * What an audit must decide, worked out in another way than the product does: from the sandbox's world and the fault that
 * was set. Of four controls.
 */

/** A request that fails during an audit. */
export interface SetFault {
  readonly operation: string;
  readonly with: 'AccessDenied' | 'ServerError' | 'Malformed';
  readonly accountId: string;
  readonly region: string;
  /** For requests about one cluster or repository. */
  readonly name: string;
}

/** One audit of one account, or of the part of it that an earlier audit had no time for. */
export interface PartialAudit {
  readonly accountId: string;
  readonly regions: readonly TargetRegion[];
  /** What is audited another time. */
  readonly left: readonly TargetRegion[];
  readonly onlyClusters: readonly string[];
  readonly controls: readonly string[];
  readonly fault?: SetFault | undefined;
}

export interface Subject {
  readonly control: string;
  readonly level: 'cluster' | 'region' | 'account';
  readonly cluster?: string;
}

export interface ExpectedVerdict extends Subject {
  readonly id: string;
  readonly status: string;
  readonly evidence: string;
}

/** The verdicts on a Region, or on the account in its home Region. */
export interface RegionVerdicts {
  readonly verdicts: readonly ExpectedVerdict[];
  /** What was read to the end: findings on it that have no verdict any longer are archived. */
  readonly settled: readonly Subject[];
  /** The clusters that exist; `undefined` when that is not known. */
  readonly clusters?: readonly string[];
}

export function isFailing(
  fault: SetFault | undefined,
  operation: string,
  at: { readonly accountId: string; readonly region: string; readonly name?: string },
): boolean {
  return (
    fault?.operation === operation &&
    fault.accountId === at.accountId &&
    fault.region === at.region &&
    (at.name === undefined || fault.name === at.name)
  );
}

/** The scope of requests whose Region does not matter. */
export function inAnyRegion({ accountId, fault }: PartialAudit) {
  return { accountId, region: fault?.region ?? '' };
}

function isAudited(region: string, name: string, { regions, left, onlyClusters }: PartialAudit): boolean {
  const clustersIn = (list: readonly TargetRegion[]) =>
    list.find((target) => target.region === region)?.clusters;
  return (
    (clustersIn(regions)?.includes(name) ?? true) &&
    !(clustersIn(left)?.includes(name) ?? false) &&
    (onlyClusters.length === 0 || onlyClusters.includes(name))
  );
}

function auditedClusters(region: string, audit: PartialAudit, sandbox: Sandbox) {
  const { accountId, fault } = audit;
  if (isFailing(fault, 'eks:ListClusters', { accountId, region })) return undefined;
  const all = sandbox.account(accountId).data.clusters.filter((cluster) => cluster.region === region);
  const audited = all.filter(({ name }) => isAudited(region, name, audit));
  const isUnread = (name: string) => isFailing(fault, 'eks:DescribeCluster', { accountId, region, name });
  const ready = audited.filter(({ name, status }) => isUnread(name) || status === 'ACTIVE');
  return { all: all.map(({ name }) => name), audited, ready, isUnread };
}

export function verdictsOfRegion(region: string, audit: PartialAudit, sandbox: Sandbox): RegionVerdicts {
  const clusters = auditedClusters(region, audit, sandbox);
  if (clusters === undefined) return { verdicts: [], settled: [] };
  const { accountId, controls, fault } = audit;
  const ofClusters = clusters.ready.flatMap((cluster): ExpectedVerdict[] => {
    const { name, resourcesVpcConfig: network, logging } = cluster;
    const id = `arn:aws:eks:${region}:${accountId}:cluster/${name}/eks-auditor`;
    const judged = (control: string, passes: boolean | undefined): ExpectedVerdict => {
      const status = clusters.isUnread(name) ? notAvailable(fault) : statusOf(passes ?? false);
      return { id: `${id}/${control}`, control, level: 'cluster', cluster: name, ...status };
    };
    return [
      judged('control-plane-logs', logging?.clusterLogging?.[0]?.enabled ?? false),
      judged('private-endpoint', network?.endpointPublicAccess === false),
    ];
  });
  const registry: RegionVerdicts =
    clusters.ready.length > 0 ? verdictsOfRegistry(region, audit, sandbox) : { verdicts: [], settled: [] };
  const isSelected = ({ control }: Subject) => controls.includes(control);
  const settled = ofClusters.filter(({ status }) => status !== 'NOT_AVAILABLE');
  return {
    verdicts: [...ofClusters, ...registry.verdicts].filter(isSelected),
    settled: [...settled, ...registry.settled],
    clusters: clusters.all,
  };
}

function verdictsOfRegistry(
  region: string,
  { accountId, fault }: PartialAudit,
  sandbox: Sandbox,
): RegionVerdicts {
  const scope = { accountId, region };
  const registry = `arn:aws:ecr:${region}:${accountId}:registry/${accountId}/eks-auditor`;
  const account = `AWS::::Account:${accountId}/eks-auditor`;
  const level = 'region' as const;
  const policy = { id: `${registry}/ecr-access`, control: 'ecr-access', level, ...statusOf(true) };
  const listFails = isFailing(fault, 'ecr:DescribeRepositories', scope);
  if (listFails) {
    const unread = ['ecr-image-scanning', 'ecr-access'].map((control) => {
      return { id: `${account}/${control}/${region}`, control, level, ...notAvailable(fault) };
    });
    return { verdicts: [policy, ...unread], settled: [] };
  }
  const repositories = sandbox
    .account(accountId)
    .data.repositories.filter((repository) => repository.region === region);
  const judged = repositories.flatMap((repository): ExpectedVerdict[] => {
    const id = `${repository.repositoryArn}/eks-auditor`;
    const isScanned = repository.imageScanningConfiguration?.scanOnPush === true;
    const isUnread = isFailing(fault, 'ecr:GetRepositoryPolicy', {
      ...scope,
      name: repository.repositoryName,
    });
    const access = isUnread ? notAvailable(fault) : statusOf(repository.policy === null);
    return [
      { id: `${id}/ecr-image-scanning`, control: 'ecr-image-scanning', level, ...statusOf(isScanned) },
      { id: `${id}/ecr-access`, control: 'ecr-access', level, ...access },
    ];
  });
  const none = {
    id: `${account}/ecr-image-scanning/${region}`,
    control: 'ecr-image-scanning',
    level,
    ...statusOf(true),
  };
  return {
    verdicts: [policy, ...judged, ...(repositories.length === 0 ? [none] : [])],
    settled: [
      { control: 'ecr-image-scanning', level },
      { control: 'ecr-access', level },
    ],
  };
}

/** Who can write to ECR is judged once an account that has a cluster, for its home Region. */
export function verdictsOfAccount(audit: PartialAudit, sandbox: Sandbox): RegionVerdicts {
  const { accountId, controls, fault, regions } = audit;
  const hasCluster = regions.some(
    ({ region }) => (auditedClusters(region, audit, sandbox)?.audited.length ?? 0) > 0,
  );
  if (!hasCluster || !controls.includes('ecr-access')) return { verdicts: [], settled: [] };
  const operation = 'iam:GetAccountAuthorizationDetails';
  const isUnread = isFailing(fault, operation, inAnyRegion(audit));
  const status = isUnread
    ? notAvailable(fault)
    : statusOf(sandbox.account(accountId).data.iam.users.length === 0);
  const subject = { control: 'ecr-access', level: 'account' as const };
  const id = `AWS::::Account:${accountId}/eks-auditor/ecr-access`;
  return { verdicts: [{ id, ...subject, ...status }], settled: isUnread ? [] : [subject] };
}

function statusOf(passes: boolean) {
  return { status: passes ? 'PASSED' : 'FAILED', evidence: '' };
}

function notAvailable(fault: SetFault | undefined) {
  return { status: 'NOT_AVAILABLE', evidence: fault?.with ?? '' };
}
