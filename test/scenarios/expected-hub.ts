import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { Changes } from '../../shared/model/run.ts';
import { SECURITY } from '../harness.ts';
import {
  type ExpectedVerdict,
  inAnyRegion,
  isFailing,
  type PartialAudit,
  type RegionVerdicts,
  type Subject,
  verdictsOfAccount,
  verdictsOfRegion,
} from './expected-verdicts.ts';

/*
 * What Security Hub must contain after an audit, worked out in another way than the product does: from the verdicts that
 * the audit must have reached and the findings before it.
 */

export interface FindingState {
  readonly archived: boolean;
  readonly status: string;
  readonly workflow: string;
}

interface Finding extends FindingState {
  /** Tells findings of the same status apart that were judged by other evidence. */
  readonly evidence: string;
  readonly subject: Subject;
  readonly updatedAt: number;
}

type Count = Omit<Changes, 'failed'> & { readonly failed: number; readonly events: number };

const DAY = 24 * 60 * 60 * 1_000;
/** The Region of verdicts on whole accounts, whether or not it is audited itself. */
export const HOME_REGION = 'eu-north-1';

/** Keeps a record of what Security Hub must contain; adds what happened to findings to `occurred`. */
export function expectedHub(sandbox: Sandbox, occurred: Set<string>) {
  const places = new Map<string, Map<string, Finding>>();
  const placeOf = (accountId: string, region: string) => {
    const key = `${accountId} ${region}`;
    const place = places.get(key) ?? new Map<string, Finding>();
    places.set(key, place);
    for (const [id, { updatedAt }] of place)
      if (updatedAt < sandbox.now.getTime() - 90 * DAY) place.delete(id);
    return place;
  };

  /** Records an audit and returns what it must have changed. */
  function record(audit: PartialAudit): Count {
    const { accountId, fault } = audit;
    // The auditor's own account is entered without a role.
    if (accountId !== SECURITY && isFailing(fault, 'sts:AssumeRole', inAnyRegion(audit))) return NOTHING;
    const judged = new Map(
      audit.regions.map(({ region }) => [region, verdictsOfRegion(region, audit, sandbox)]),
    );
    const account = verdictsOfAccount(audit, sandbox);
    if (account.verdicts.length > 0) {
      const home = judged.get(HOME_REGION) ?? { verdicts: [], settled: [] };
      judged.set(HOME_REGION, {
        ...home,
        verdicts: [...home.verdicts, ...account.verdicts],
        settled: [...home.settled, ...account.settled],
      });
    }
    const counts = [...judged].map(([region, verdicts]) => recordRegion(region, verdicts, audit));
    return counts.reduce(addCounts, NOTHING);
  }

  function recordRegion(region: string, judged: RegionVerdicts, audit: PartialAudit): Count {
    const { accountId, fault } = audit;
    const scope = { accountId, region };
    const isOff = sandbox.account(accountId).data.securityHub.disabledRegions.includes(region);
    const isUnread = judged.clusters === undefined && judged.verdicts.length === 0;
    if (isOff || isUnread || isFailing(fault, 'securityhub:GetFindings', scope)) return NOTHING;
    const place: AuditedRegion = {
      findings: placeOf(accountId, region),
      importFails: isFailing(fault, 'securityhub:BatchImportFindings', scope),
      updateFails: isFailing(fault, 'securityhub:BatchUpdateFindings', scope),
      now: sandbox.now.getTime(),
      count: { ...NOTHING },
      occurred,
    };
    for (const verdict of judged.verdicts) recordVerdict(verdict, place);
    const ids = new Set(judged.verdicts.map(({ id }) => id));
    for (const [id, stored] of place.findings) {
      if (!stored.archived && !ids.has(id) && isGone(stored.subject, judged, audit))
        archive(id, stored, place);
    }
    return place.count;
  }

  return {
    record,
    /** Records the workflow that a person sets. */
    setWorkflow(accountId: string, region: string, id: string, workflow: string): void {
      const place = placeOf(accountId, region);
      const stored = place.get(id);
      if (stored) place.set(id, { ...stored, workflow });
    },
    findings(accountId: string, region: string): Record<string, FindingState> {
      const all = [...placeOf(accountId, region)].map(([id, { archived, status, workflow }]) => {
        return [id, { archived, status, workflow }] as const;
      });
      return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** The findings of one account in one Region during an audit. */
interface AuditedRegion {
  readonly findings: Map<string, Finding>;
  readonly importFails: boolean;
  readonly updateFails: boolean;
  readonly now: number;
  readonly count: { -readonly [Key in keyof Count]: number };
  readonly occurred: Set<string>;
}

function recordVerdict(verdict: ExpectedVerdict, place: AuditedRegion): void {
  const { id, status } = verdict;
  const { findings, count } = place;
  const stored = findings.get(id);
  if (isUnchanged(stored, verdict, place.now)) count.unchanged += 1;
  else if (place.importFails) {
    count.failed += 1;
    return;
  } else importVerdict(place, stored, verdict);
  const kept = findings.get(id);
  const resolves = status === 'PASSED' && stored !== undefined && mayBeResolved(stored);
  if (!resolves || kept === undefined) return;
  if (place.updateFails) count.failed += 1;
  else {
    count.events += 1;
    findings.set(id, { ...kept, workflow: 'RESOLVED' });
  }
}

function importVerdict(place: AuditedRegion, stored: Finding | undefined, verdict: ExpectedVerdict): void {
  const { id, status, evidence, ...subject } = verdict;
  const { findings, count, occurred, now } = place;
  count[stored === undefined || stored.archived ? 'created' : 'updated'] += 1;
  count.events += 1;
  const workflow = stored === undefined ? initialWorkflow(status) : workflowAfter(stored, status);
  occurred.add(changeOf(stored, isSameVerdict(stored, verdict), status));
  findings.set(id, { archived: false, status, evidence, workflow, subject, updatedAt: now });
}

function archive(
  id: string,
  stored: Finding,
  { findings, importFails, count, occurred, now }: AuditedRegion,
): void {
  if (importFails) {
    count.failed += 1;
    return;
  }
  count.archived += 1;
  count.events += 1;
  occurred.add(`gone ${stored.status}`);
  findings.set(id, { ...stored, archived: true, updatedAt: now });
}

function isSameVerdict(stored: Finding | undefined, { status, evidence }: ExpectedVerdict): boolean {
  return stored !== undefined && !stored.archived && stored.status === status && stored.evidence === evidence;
}

function isUnchanged(stored: Finding | undefined, verdict: ExpectedVerdict, now: number): boolean {
  return stored !== undefined && isSameVerdict(stored, verdict) && now - stored.updatedAt < 30 * DAY;
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

function changeOf(stored: Finding | undefined, unchanged: boolean, status: string): string {
  if (stored === undefined) return `new ${status}`;
  if (stored.archived) return `back ${status} ${stored.workflow}`;
  if (unchanged) return `old ${status}`;
  return stored.workflow === 'SUPPRESSED' ? 'kept SUPPRESSED' : `other ${status}`;
}

function initialWorkflow(status: string): string {
  return status === 'PASSED' ? 'RESOLVED' : 'NEW';
}

/** What Security Hub itself makes of the workflow when a finding is imported again. */
function workflowAfter(stored: Finding, status: string): string {
  const isReset = stored.archived || (stored.status === 'PASSED' && status !== 'PASSED');
  return isReset && stored.workflow !== 'SUPPRESSED' ? 'NEW' : stored.workflow;
}

function mayBeResolved({ archived, workflow }: Finding): boolean {
  return archived ? workflow !== 'SUPPRESSED' : workflow === 'NEW' || workflow === 'NOTIFIED';
}

function isGone(subject: Subject, judged: RegionVerdicts, { controls, onlyClusters }: PartialAudit): boolean {
  if (!controls.includes(subject.control)) return false;
  const { cluster } = subject;
  if (cluster !== undefined && judged.clusters !== undefined && !judged.clusters.includes(cluster))
    return onlyClusters.length === 0 || onlyClusters.includes(cluster);
  return judged.settled.some(
    ({ control, level, cluster: name }) =>
      control === subject.control && level === subject.level && name === cluster,
  );
}
