import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { Changes, TargetRegion } from '../../shared/model/run.ts';
import { SECURITY } from '../harness.ts';

/*
 * What Security Hub must hold after an audit, said a second time and in another way than the product does: from the
 * sandbox's world, the fault that was set, and what was held before. It knows four controls.
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

/** One audit of one account, or of what an earlier one left of it. */
export interface Look {
  readonly accountId: string;
  readonly regions: readonly TargetRegion[];
  /** What was left for another time. */
  readonly left: readonly TargetRegion[];
  readonly onlyClusters: readonly string[];
  readonly controls: readonly string[];
  readonly fault?: SetFault | undefined;
}

export interface HeldFinding {
  readonly archived: boolean;
  readonly status: string;
  readonly workflow: string;
}

interface Finding extends HeldFinding {
  /** Tells findings of the same status apart that were judged by other evidence. */
  readonly evidence: string;
  readonly subject: Subject;
  readonly updatedAt: number;
}

interface Subject {
  readonly control: string;
  readonly level: 'cluster' | 'region' | 'account';
  readonly cluster?: string;
}

interface Expectation extends Subject {
  readonly id: string;
  readonly status: string;
  readonly evidence: string;
}

/** What a Region, or the account in its home Region, has to say. */
interface Seen {
  readonly expectations: readonly Expectation[];
  readonly settled: readonly Subject[];
  /** The clusters that exist; `undefined` when that is not known. */
  readonly clusters?: readonly string[];
}

type Count = Omit<Changes, 'failed'> & { readonly failed: number; readonly events: number };

const DAY = 24 * 60 * 60 * 1_000;
/** Where verdicts on whole accounts belong, whether or not it is looked at itself. */
export const HOME_REGION = 'eu-north-1';

/** Keeps the book on what Security Hub must hold; `met` takes down what happened to findings. */
export function expectedHub(sandbox: Sandbox, met: Set<string>) {
  const places = new Map<string, Map<string, Finding>>();
  const placeOf = (accountId: string, region: string) => {
    const key = `${accountId} ${region}`;
    const place = places.get(key) ?? new Map<string, Finding>();
    places.set(key, place);
    for (const [id, { updatedAt }] of place)
      if (updatedAt < sandbox.now.getTime() - 90 * DAY) place.delete(id);
    return place;
  };

  /** Books one audit and returns what it must have changed. */
  function book(look: Look): Count {
    const { accountId, fault } = look;
    // The auditor's own account is entered without a role.
    if (accountId !== SECURITY && breaks(fault, 'sts:AssumeRole', anywhere(look))) return NOTHING;
    const seen = new Map(look.regions.map(({ region }) => [region, seenIn(region, look, sandbox)]));
    const account = seenOfAccount(look, sandbox);
    if (account.expectations.length > 0) {
      const home = seen.get(HOME_REGION) ?? { expectations: [], settled: [] };
      seen.set(HOME_REGION, {
        ...home,
        expectations: [...home.expectations, ...account.expectations],
        settled: [...home.settled, ...account.settled],
      });
    }
    const counts = [...seen].map(([region, one]) => bookPlace(region, one, look));
    return counts.reduce(addCounts, NOTHING);
  }

  function bookPlace(region: string, seen: Seen, look: Look): Count {
    const { accountId, fault } = look;
    const scope = { accountId, region };
    const isOff = sandbox.account(accountId).data.securityHub.disabledRegions.includes(region);
    const isUnread = seen.clusters === undefined && seen.expectations.length === 0;
    if (isOff || isUnread || breaks(fault, 'securityhub:GetFindings', scope)) return NOTHING;
    const place: AuditedPlace = {
      findings: placeOf(accountId, region),
      importFails: breaks(fault, 'securityhub:BatchImportFindings', scope),
      updateFails: breaks(fault, 'securityhub:BatchUpdateFindings', scope),
      now: sandbox.now.getTime(),
      count: { ...NOTHING },
      met,
    };
    for (const expectation of seen.expectations) bookExpectation(expectation, place);
    const ids = new Set(seen.expectations.map(({ id }) => id));
    for (const [id, held] of place.findings) {
      if (!held.archived && !ids.has(id) && isGone(held.subject, seen, look)) archive(id, held, place);
    }
    return place.count;
  }

  return {
    book,
    /** What a person sets. */
    setWorkflow(accountId: string, region: string, id: string, workflow: string): void {
      const place = placeOf(accountId, region);
      const held = place.get(id);
      if (held) place.set(id, { ...held, workflow });
    },
    findings(accountId: string, region: string): Record<string, HeldFinding> {
      const all = [...placeOf(accountId, region)].map(([id, { archived, status, workflow }]) => {
        return [id, { archived, status, workflow }] as const;
      });
      return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** The findings of one account in one Region during an audit. */
interface AuditedPlace {
  readonly findings: Map<string, Finding>;
  readonly importFails: boolean;
  readonly updateFails: boolean;
  readonly now: number;
  readonly count: { -readonly [Key in keyof Count]: number };
  readonly met: Set<string>;
}

function bookExpectation(expectation: Expectation, place: AuditedPlace): void {
  const { id, status } = expectation;
  const { findings, count } = place;
  const held = findings.get(id);
  if (isQuiet(held, expectation, place.now)) count.unchanged += 1;
  else if (place.importFails) {
    count.failed += 1;
    return;
  } else importInto(place, held, expectation);
  const kept = findings.get(id);
  const resolves = status === 'PASSED' && held !== undefined && mayBeResolved(held);
  if (!resolves || kept === undefined) return;
  if (place.updateFails) count.failed += 1;
  else {
    count.events += 1;
    findings.set(id, { ...kept, workflow: 'RESOLVED' });
  }
}

function importInto(place: AuditedPlace, held: Finding | undefined, expectation: Expectation): void {
  const { id, status, evidence, ...subject } = expectation;
  const { findings, count, met, now } = place;
  count[held === undefined || held.archived ? 'created' : 'updated'] += 1;
  count.events += 1;
  const workflow = held === undefined ? bornAs(status) : workflowAfter(held, status);
  met.add(happenedTo(held, isSame(held, expectation), status));
  findings.set(id, { archived: false, status, evidence, workflow, subject, updatedAt: now });
}

function archive(id: string, held: Finding, { findings, importFails, count, met, now }: AuditedPlace): void {
  if (importFails) {
    count.failed += 1;
    return;
  }
  count.archived += 1;
  count.events += 1;
  met.add(`gone ${held.status}`);
  findings.set(id, { ...held, archived: true, updatedAt: now });
}

function isSame(held: Finding | undefined, { status, evidence }: Expectation): boolean {
  return held !== undefined && !held.archived && held.status === status && held.evidence === evidence;
}

function isQuiet(held: Finding | undefined, expectation: Expectation, now: number): boolean {
  return held !== undefined && isSame(held, expectation) && now - held.updatedAt < 30 * DAY;
}

const NOTHING: Count = {
  created: 0,
  updated: 0,
  archived: 0,
  unchanged: 0,
  failed: 0,
  events: 0,
};

function addCounts(a: Count, b: Count): Count {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    archived: a.archived + b.archived,
    unchanged: a.unchanged + b.unchanged,
    failed: a.failed + b.failed,
    events: a.events + b.events,
  };
}

function happenedTo(held: Finding | undefined, unchanged: boolean, status: string): string {
  if (held === undefined) return `new ${status}`;
  if (held.archived) return `back ${status} ${held.workflow}`;
  if (unchanged) return `old ${status}`;
  return held.workflow === 'SUPPRESSED' ? 'kept SUPPRESSED' : `other ${status}`;
}

function bornAs(status: string): string {
  return status === 'PASSED' ? 'RESOLVED' : 'NEW';
}

/** What Security Hub itself makes of the workflow when a finding is imported again. */
function workflowAfter(held: Finding, status: string): string {
  const isReset = held.archived || (held.status === 'PASSED' && status !== 'PASSED');
  return isReset && held.workflow !== 'SUPPRESSED' ? 'NEW' : held.workflow;
}

function mayBeResolved({ archived, workflow }: Finding): boolean {
  return archived ? workflow !== 'SUPPRESSED' : workflow === 'NEW' || workflow === 'NOTIFIED';
}

function isGone(subject: Subject, seen: Seen, { controls, onlyClusters }: Look): boolean {
  if (!controls.includes(subject.control)) return false;
  const { cluster } = subject;
  if (cluster !== undefined && seen.clusters !== undefined && !seen.clusters.includes(cluster))
    return onlyClusters.length === 0 || onlyClusters.includes(cluster);
  return seen.settled.some(
    (one) =>
      one.control === subject.control && one.level === subject.level && one.cluster === subject.cluster,
  );
}

function breaks(
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

/** Of requests whose Region does not matter. */
function anywhere({ accountId, fault }: Look) {
  return { accountId, region: fault?.region ?? '' };
}

function isAsked(region: string, name: string, { regions, left, onlyClusters }: Look): boolean {
  const among = (list: readonly TargetRegion[]) => list.find((one) => one.region === region);
  return (
    (among(regions)?.clusters?.includes(name) ?? true) &&
    !(among(left)?.clusters?.includes(name) ?? false) &&
    (onlyClusters.length === 0 || onlyClusters.includes(name))
  );
}

function clustersLookedAt(region: string, look: Look, sandbox: Sandbox) {
  const { accountId, fault } = look;
  if (breaks(fault, 'eks:ListClusters', { accountId, region })) return undefined;
  const all = sandbox.account(accountId).data.clusters.filter((one) => one.region === region);
  const asked = all.filter(({ name }) => isAsked(region, name, look));
  const isUnread = (name: string) => breaks(fault, 'eks:DescribeCluster', { accountId, region, name });
  const ready = asked.filter(({ name, status }) => isUnread(name) || status === 'ACTIVE');
  return { all: all.map(({ name }) => name), asked, ready, isUnread };
}

function seenIn(region: string, look: Look, sandbox: Sandbox): Seen {
  const looked = clustersLookedAt(region, look, sandbox);
  if (looked === undefined) return { expectations: [], settled: [] };
  const { accountId, controls, fault } = look;
  const ofClusters = looked.ready.flatMap((cluster): Expectation[] => {
    const { name, resourcesVpcConfig: network, logging } = cluster;
    const id = `arn:aws:eks:${region}:${accountId}:cluster/${name}/eks-auditor`;
    const judged = (control: string, passes: boolean | undefined): Expectation => {
      const status = looked.isUnread(name) ? notAvailable(fault) : passed(passes ?? false);
      return { id: `${id}/${control}`, control, level: 'cluster', cluster: name, ...status };
    };
    return [
      judged('control-plane-logs', logging?.clusterLogging?.[0]?.enabled ?? false),
      judged('private-endpoint', network?.endpointPublicAccess === false),
    ];
  });
  const registry: Seen =
    looked.ready.length > 0 ? seenOfRegistry(region, look, sandbox) : { expectations: [], settled: [] };
  const isSelected = ({ control }: Subject) => controls.includes(control);
  const settled = ofClusters.filter(({ status }) => status !== 'NOT_AVAILABLE');
  return {
    expectations: [...ofClusters, ...registry.expectations].filter(isSelected),
    settled: [...settled, ...registry.settled],
    clusters: looked.all,
  };
}

function seenOfRegistry(region: string, { accountId, fault }: Look, sandbox: Sandbox): Seen {
  const scope = { accountId, region };
  const registry = `arn:aws:ecr:${region}:${accountId}:registry/${accountId}/eks-auditor`;
  const account = `AWS::::Account:${accountId}/eks-auditor`;
  const level = 'region' as const;
  const policy = { id: `${registry}/ecr-access`, control: 'ecr-access', level, ...passed(true) };
  const listFails = breaks(fault, 'ecr:DescribeRepositories', scope);
  if (listFails) {
    const unread = ['ecr-image-scanning', 'ecr-access'].map((control) => {
      return { id: `${account}/${control}/${region}`, control, level, ...notAvailable(fault) };
    });
    return { expectations: [policy, ...unread], settled: [] };
  }
  const repositories = sandbox.account(accountId).data.repositories.filter((one) => one.region === region);
  const judged = repositories.flatMap((one): Expectation[] => {
    const id = `${one.repositoryArn}/eks-auditor`;
    const isScanned = one.imageScanningConfiguration?.scanOnPush === true;
    const isUnread = breaks(fault, 'ecr:GetRepositoryPolicy', { ...scope, name: one.repositoryName });
    const access = isUnread ? notAvailable(fault) : passed(one.policy === null);
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
    expectations: [policy, ...judged, ...(repositories.length === 0 ? [none] : [])],
    settled: [
      { control: 'ecr-image-scanning', level },
      { control: 'ecr-access', level },
    ],
  };
}

/** Who can write to ECR is judged once an account that has a cluster, for its home Region. */
function seenOfAccount(look: Look, sandbox: Sandbox): Seen {
  const { accountId, controls, fault, regions } = look;
  const hasCluster = regions.some(
    ({ region }) => (clustersLookedAt(region, look, sandbox)?.asked.length ?? 0) > 0,
  );
  if (!hasCluster || !controls.includes('ecr-access')) return { expectations: [], settled: [] };
  const operation = 'iam:GetAccountAuthorizationDetails';
  const isUnread = breaks(fault, operation, anywhere(look));
  const status = isUnread
    ? notAvailable(fault)
    : passed(sandbox.account(accountId).data.iam.users.length === 0);
  const subject = { control: 'ecr-access', level: 'account' as const };
  const id = `AWS::::Account:${accountId}/eks-auditor/ecr-access`;
  return { expectations: [{ id, ...subject, ...status }], settled: isUnread ? [] : [subject] };
}

function passed(passes: boolean) {
  return { status: passes ? 'PASSED' : 'FAILED', evidence: '' };
}

function notAvailable(fault: SetFault | undefined) {
  return { status: 'NOT_AVAILABLE', evidence: fault?.with ?? '' };
}
