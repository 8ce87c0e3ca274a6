import { createHash } from 'node:crypto';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { Changes } from '../../shared/model/run.ts';
import { SECURITY } from '../harness.ts';
import {
  type Audited,
  anyRegion,
  type ExpectedVerdict,
  type ExpectedVerdicts,
  expectedInRegion,
  expectedOfAccount,
  HOME_REGION,
  isFaulty,
  type Subject,
} from './expected-verdicts.ts';

/*
 * The findings that Security Hub must contain after audits, derived independently of the product: from the expected
 * verdicts and the findings before. It also knows what Security Hub itself does with the workflow status.
 */

export interface StoredFinding {
  readonly archived: boolean;
  readonly status: string;
  readonly workflow: string;
}

interface Finding extends StoredFinding {
  /** Tells findings of the same status apart that were judged by other evidence. */
  readonly evidence: string;
  readonly subject: Subject;
  readonly updatedAt: number;
}

type Count = Omit<Changes, 'failed'> & { readonly failed: number; readonly events: number };

const DAY = 24 * 60 * 60 * 1_000;

/** The findings that Security Hub must contain; adds to `transitions` what happens to them. */
export function expectedHub(sandbox: Sandbox, transitions: Set<string>) {
  const findingsByRegion = new Map<string, Map<string, Finding>>();
  const findingsIn = (accountId: string, region: string) => {
    const key = `${accountId} ${region}`;
    const findings = findingsByRegion.get(key) ?? new Map<string, Finding>();
    findingsByRegion.set(key, findings);
    // Security Hub deletes a finding 90 days after its last update.
    for (const [id, { updatedAt }] of findings)
      if (updatedAt < sandbox.now.getTime() - 90 * DAY) findings.delete(id);
    return findings;
  };

  /** Records an audit and returns the changes that it must have made. */
  function record(audited: Audited): Count {
    const { accountId, fault } = audited;
    // The auditor's own account is audited without a role.
    if (accountId !== SECURITY && isFaulty(fault, 'sts:AssumeRole', anyRegion(audited))) return NOTHING;
    const expected = new Map(
      audited.regions.map(({ region }) => [region, expectedInRegion(region, audited, sandbox)]),
    );
    const account = expectedOfAccount(audited, sandbox);
    if (account.verdicts.length > 0) {
      const home = expected.get(HOME_REGION) ?? { verdicts: [], completeSubjects: [] };
      expected.set(HOME_REGION, {
        ...home,
        verdicts: [...home.verdicts, ...account.verdicts],
        completeSubjects: [...home.completeSubjects, ...account.completeSubjects],
      });
    }
    const counts = [...expected].map(([region, verdicts]) => recordRegion(region, verdicts, audited));
    return counts.reduce(addCounts, NOTHING);
  }

  function recordRegion(region: string, expected: ExpectedVerdicts, what: Audited): Count {
    const { accountId, fault } = what;
    const scope = { accountId, region };
    const isOff = sandbox.account(accountId).data.securityHub.disabledRegions.includes(region);
    const isUnreadable = expected.clusters === undefined && expected.verdicts.length === 0;
    if (isOff || isUnreadable || isFaulty(fault, 'securityhub:GetFindings', scope)) return NOTHING;
    const audited: AuditedRegion = {
      findings: findingsIn(accountId, region),
      importFails: isFaulty(fault, 'securityhub:BatchImportFindings', scope),
      updateFails: isFaulty(fault, 'securityhub:BatchUpdateFindings', scope),
      now: sandbox.now.getTime(),
      count: { ...NOTHING },
      transitions,
    };
    for (const verdict of expected.verdicts) recordVerdict(verdict, audited);
    const ids = new Set(expected.verdicts.map(({ id }) => id));
    for (const [id, finding] of audited.findings) {
      if (!finding.archived && !ids.has(id) && isGone(finding.subject, expected, what))
        archive(id, finding, audited);
    }
    return audited.count;
  }

  return {
    record,
    /** Records the workflow status that a person sets. */
    setWorkflow(accountId: string, region: string, id: string, workflow: string): void {
      const findings = findingsIn(accountId, region);
      const finding = findings.get(id);
      if (finding) findings.set(id, { ...finding, workflow });
    },
    findings(accountId: string, region: string): Record<string, StoredFinding> {
      const all = [...findingsIn(accountId, region)].map(([id, { archived, status, workflow }]) => {
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
  readonly transitions: Set<string>;
}

function recordVerdict(verdict: ExpectedVerdict, audited: AuditedRegion): void {
  const { id, status } = verdict;
  const { findings, count } = audited;
  const before = findings.get(id);
  if (isUnchanged(before, verdict, audited.now)) count.unchanged += 1;
  else if (audited.importFails) {
    count.failed += 1;
    return;
  } else importFinding(audited, before, verdict);
  const kept = findings.get(id);
  const resolves = status === 'PASSED' && before !== undefined && mayBeResolved(before);
  if (!resolves || kept === undefined) return;
  if (audited.updateFails) count.failed += 1;
  else {
    count.events += 1;
    findings.set(id, { ...kept, workflow: 'RESOLVED' });
  }
}

function importFinding(audited: AuditedRegion, before: Finding | undefined, verdict: ExpectedVerdict): void {
  const { id, status, evidence, ...subject } = verdict;
  const { findings, count, transitions, now } = audited;
  count[before === undefined || before.archived ? 'created' : 'updated'] += 1;
  count.events += 1;
  const workflow = before === undefined ? initialWorkflow(status) : workflowAfter(before, status);
  transitions.add(transitionOf(before, isSame(before, verdict), status));
  findings.set(id, { archived: false, status, evidence, workflow, subject, updatedAt: now });
}

function archive(
  id: string,
  finding: Finding,
  { findings, importFails, count, transitions, now }: AuditedRegion,
): void {
  if (importFails) {
    count.failed += 1;
    return;
  }
  count.archived += 1;
  count.events += 1;
  transitions.add(`gone ${finding.status}`);
  findings.set(id, { ...finding, archived: true, updatedAt: now });
}

function isSame(before: Finding | undefined, { status, evidence }: ExpectedVerdict): boolean {
  return before !== undefined && !before.archived && before.status === status && before.evidence === evidence;
}

function isUnchanged(before: Finding | undefined, verdict: ExpectedVerdict, now: number): boolean {
  return before !== undefined && isSame(before, verdict) && now - before.updatedAt < refreshAge(verdict.id);
}

/** From 20 to 40 days: a third less or more than 30, by a hash of the id. */
function refreshAge(id: string): number {
  const [first = 0, second = 0] = createHash('sha256').update(id).digest();
  return (20 + (20 * (first * 256 + second)) / 65_536) * DAY;
}

const NOTHING: Count = {
  created: 0,
  updated: 0,
  archived: 0,
  unchanged: 0,
  outdated: 0,
  failed: 0,
  events: 0,
};

function addCounts(a: Count, b: Count): Count {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    archived: a.archived + b.archived,
    unchanged: a.unchanged + b.unchanged,
    outdated: a.outdated + b.outdated,
    failed: a.failed + b.failed,
    events: a.events + b.events,
  };
}

function transitionOf(before: Finding | undefined, unchanged: boolean, status: string): string {
  if (before === undefined) return `new ${status}`;
  if (before.archived) return `reopened ${status} ${before.workflow}`;
  if (unchanged) return `unchanged ${status}`;
  return before.workflow === 'SUPPRESSED' ? 'kept SUPPRESSED' : `changed ${status}`;
}

function initialWorkflow(status: string): string {
  return status === 'PASSED' ? 'RESOLVED' : 'NEW';
}

/** The workflow status after Security Hub imports a finding again. */
function workflowAfter(before: Finding, status: string): string {
  const isReset = before.archived || (before.status === 'PASSED' && status !== 'PASSED');
  return isReset && before.workflow !== 'SUPPRESSED' ? 'NEW' : before.workflow;
}

function mayBeResolved({ archived, workflow }: Finding): boolean {
  return archived ? workflow !== 'SUPPRESSED' : workflow === 'NEW' || workflow === 'NOTIFIED';
}

function isGone(subject: Subject, expected: ExpectedVerdicts, { controls, onlyClusters }: Audited): boolean {
  if (!controls.includes(subject.control)) return false;
  const { cluster } = subject;
  if (cluster !== undefined && expected.clusters !== undefined && !expected.clusters.includes(cluster))
    return onlyClusters.length === 0 || onlyClusters.includes(cluster);
  return expected.completeSubjects.some(
    ({ control, level, cluster: name }) =>
      control === subject.control && level === subject.level && name === cluster,
  );
}
