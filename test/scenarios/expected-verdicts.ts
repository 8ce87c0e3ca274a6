import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { TargetRegion } from '../../shared/model/run.ts';

/*
 * The verdicts of an audit, derived independently of the product: from the sandbox's world and the fault that was set.
 * Only four controls are known here.
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

/** An audit of an account, or of what the audit before left of it. */
export interface Audited {
  readonly accountId: string;
  readonly regions: readonly TargetRegion[];
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

/** The verdicts of a Region, or of the account in its home Region. */
export interface ExpectedVerdicts {
  readonly verdicts: readonly ExpectedVerdict[];
  readonly completeSubjects: readonly Subject[];
  /** The clusters that exist; `undefined` when they cannot be listed. */
  readonly clusters?: readonly string[];
}

/** The Region of verdicts on whole accounts, whether or not it is audited itself. */
export const HOME_REGION = 'eu-north-1';

export function isFaulty(
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

/** For requests whose Region does not matter. */
export function anyRegion({ accountId, fault }: Audited) {
  return { accountId, region: fault?.region ?? '' };
}

function isSelected(name: string, { onlyClusters }: Audited): boolean {
  return onlyClusters.length === 0 || onlyClusters.includes(name);
}

function clustersOf(region: string, audited: Audited, sandbox: Sandbox) {
  const { accountId, fault } = audited;
  if (isFaulty(fault, 'eks:ListClusters', { accountId, region })) return undefined;
  const all = sandbox.account(accountId).data.clusters.filter((cluster) => cluster.region === region);
  const selected = all.filter(({ name }) => isSelected(name, audited));
  const isUnreadable = (name: string) => isFaulty(fault, 'eks:DescribeCluster', { accountId, region, name });
  const ready = selected.filter(({ name, status }) => isUnreadable(name) || status === 'ACTIVE');
  return { all: all.map(({ name }) => name), selected, ready, isUnreadable };
}

export function expectedInRegion(region: string, audited: Audited, sandbox: Sandbox): ExpectedVerdicts {
  const clusters = clustersOf(region, audited, sandbox);
  if (clusters === undefined) return { verdicts: [], completeSubjects: [] };
  const { accountId, controls, fault } = audited;
  const ofClusters = clusters.ready.flatMap((cluster): ExpectedVerdict[] => {
    const { name, resourcesVpcConfig: network, logging } = cluster;
    const id = `arn:aws:eks:${region}:${accountId}:cluster/${name}/eks-auditor`;
    const judged = (control: string, passes: boolean | undefined): ExpectedVerdict => {
      const status = clusters.isUnreadable(name) ? notAvailable(fault) : passed(passes ?? false);
      return { id: `${id}/${control}`, control, level: 'cluster', cluster: name, ...status };
    };
    return [
      judged('control-plane-logs', logging?.clusterLogging?.[0]?.enabled ?? false),
      judged('private-endpoint', network?.endpointPublicAccess === false),
    ];
  });
  const registry: ExpectedVerdicts =
    clusters.ready.length > 0
      ? expectedOfRegistry(region, audited, sandbox)
      : { verdicts: [], completeSubjects: [] };
  const isOfControls = ({ control }: Subject) => controls.includes(control);
  const completeSubjects = ofClusters.filter(({ status }) => status !== 'NOT_AVAILABLE');
  return {
    verdicts: [...ofClusters, ...registry.verdicts].filter(isOfControls),
    completeSubjects: [...completeSubjects, ...registry.completeSubjects],
    clusters: clusters.all,
  };
}

function expectedOfRegistry(
  region: string,
  { accountId, fault }: Audited,
  sandbox: Sandbox,
): ExpectedVerdicts {
  const scope = { accountId, region };
  const registry = `arn:aws:ecr:${region}:${accountId}:registry/${accountId}/eks-auditor`;
  const account = `AWS::::Account:${accountId}/eks-auditor`;
  const level = 'region' as const;
  const policy = { id: `${registry}/ecr-access`, control: 'ecr-access', level, ...passed(true) };
  const listFails = isFaulty(fault, 'ecr:DescribeRepositories', scope);
  if (listFails) {
    const unread = ['ecr-image-scanning', 'ecr-access'].map((control) => {
      return { id: `${account}/${control}/${region}`, control, level, ...notAvailable(fault) };
    });
    return { verdicts: [policy, ...unread], completeSubjects: [] };
  }
  const repositories = sandbox
    .account(accountId)
    .data.repositories.filter((repository) => repository.region === region);
  const judged = repositories.flatMap((repository): ExpectedVerdict[] => {
    const id = `${repository.repositoryArn}/eks-auditor`;
    const isScanned = repository.imageScanningConfiguration?.scanOnPush === true;
    const isUnreadable = isFaulty(fault, 'ecr:GetRepositoryPolicy', {
      ...scope,
      name: repository.repositoryName,
    });
    const access = isUnreadable ? notAvailable(fault) : passed(repository.policy === null);
    return [
      { id: `${id}/ecr-image-scanning`, control: 'ecr-image-scanning', level, ...passed(isScanned) },
      { id: `${id}/ecr-access`, control: 'ecr-access', level, ...access },
    ];
  });
  const none = {
    id: `${account}/ecr-image-scanning/${region}`,
    control: 'ecr-image-scanning',
    level,
    ...passed(true),
  };
  return {
    verdicts: [policy, ...judged, ...(repositories.length === 0 ? [none] : [])],
    completeSubjects: [
      { control: 'ecr-image-scanning', level },
      { control: 'ecr-access', level },
    ],
  };
}

/** Write access to ECR is judged once in an account that has clusters, for its home Region. */
export function expectedOfAccount(audited: Audited, sandbox: Sandbox): ExpectedVerdicts {
  const { accountId, controls, fault, regions } = audited;
  const hasCluster = regions.some(
    ({ region }) => (clustersOf(region, audited, sandbox)?.selected.length ?? 0) > 0,
  );
  if (!hasCluster || !controls.includes('ecr-access')) return { verdicts: [], completeSubjects: [] };
  const operation = 'iam:GetAccountAuthorizationDetails';
  const isUnreadable = isFaulty(fault, operation, anyRegion(audited));
  const status = isUnreadable
    ? notAvailable(fault)
    : passed(sandbox.account(accountId).data.iam.users.length === 0);
  const subject = { control: 'ecr-access', level: 'account' as const };
  const id = `AWS::::Account:${accountId}/eks-auditor/ecr-access`;
  return { verdicts: [{ id, ...subject, ...status }], completeSubjects: isUnreadable ? [] : [subject] };
}

function passed(passes: boolean) {
  return { status: passes ? 'PASSED' : 'FAILED', evidence: '' };
}

function notAvailable(fault: SetFault | undefined) {
  return { status: 'NOT_AVAILABLE', evidence: fault?.with ?? '' };
}
