import { parseConfig } from '../../shared/config/config.ts';
import { controls } from '../../shared/evaluate/controls/index.ts';
import { numberOf, numbersOf } from '../../shared/model/benchmarks.ts';
import type { Control } from '../../shared/model/control.ts';
import { accountResource, clusterArn } from '../../shared/model/resource.ts';
import { type AccountCoverage, NO_CHANGES, type RunResult } from '../../shared/model/run.ts';
import type { Status, Verdict } from '../../shared/model/verdict.ts';

const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-2'];
const TEAMS = [
  'payments',
  'orders',
  'search',
  'ledger',
  'media',
  'iot',
  'billing',
  'auth',
  'catalog',
  'data',
];
const STAGES = ['prod', 'stage', 'dev', 'test'];
const UNITS = ['Production', 'Staging', 'Sandbox', 'Platform'];
/** Accounts that cannot be audited. */
const MISSED = 5;
const { benchmark } = parseConfig({});

/** The result of a run over so many clusters, a multiple of five: five in each account, 15 verdicts for each. */
export function largeResult(clusters: number): RunResult {
  const audited = Math.ceil(clusters / 5);
  const accounts = Array.from({ length: audited + MISSED }, (_, index) =>
    coverageOf(index, index >= audited),
  );
  const judged = controls.filter(({ key }) => numbersOf(key, benchmark).length > 0);
  const verdicts = Array.from({ length: clusters }, (_, index) => verdictsOf(index, judged)).flat();
  return {
    schemaVersion: '1.3',
    run: {
      id: '20261122T101500Z-3f2a9c',
      trigger: 'schedule',
      startedAt: '2026-11-22T10:15:00.000Z',
      finishedAt: '2026-11-22T10:21:12.400Z',
      version: '0.2.0',
      benchmark,
      publish: true,
    },
    organization: { id: 'o-exampleorg' },
    caller: { accountId: '999999999999', arn: 'arn:aws:sts::999999999999:assumed-role/auditor/session' },
    options: { controls: [...new Set(judged.map(({ key }) => key))], organization: true },
    coverage: { complete: false, accounts, skipped: [] },
    verdicts,
    changes: { ...NO_CHANGES, unchanged: verdicts.length, new: verdicts.slice(0, 3).map(newOf), fixed: [] },
  };
}

function newOf({ control, controlId, resource, scope, clusterArn: cluster, status, severity }: Verdict) {
  const { type, id, name = '' } = resource;
  return {
    control,
    controlId,
    scope,
    resource: { type, id, name },
    ...(cluster && { clusterArn: cluster }),
    to: { status, severity },
  };
}

function accountIdOf(index: number): string {
  return String(100_000_000_000 + index * 7_919);
}

function coverageOf(index: number, isMissed: boolean): AccountCoverage {
  const unit = UNITS[index % UNITS.length] ?? '';
  return {
    accountId: accountIdOf(index),
    name: `${TEAMS[index % TEAMS.length]}-${STAGES[index % STAGES.length]}-${index}`,
    organizationalUnits: [{ id: `ou-abcd-${String(index % UNITS.length).padStart(8, '1')}`, name: unit }],
    state: isMissed ? 'not-covered' : 'covered',
    regions: isMissed
      ? []
      : Array.from({ length: 17 }, (_, region) => ({
          region: REGIONS[region] ?? `us-test-${region}`,
          state: 'covered' as const,
          clusters: { found: region < 5 ? 1 : 0, judged: region < 5 ? 1 : 0 },
          gaps: [],
        })),
    gaps: isMissed
      ? [
          {
            what: 'account',
            kind: 'denied',
            code: 'AccessDenied',
            operation: 'sts:AssumeRole',
            detail: 'User is not authorized to perform: sts:AssumeRole',
          },
        ]
      : [],
  };
}

function verdictsOf(index: number, judged: readonly Control[]): Verdict[] {
  const accountId = accountIdOf(Math.floor(index / 5));
  const region = REGIONS[index % 5] ?? 'eu-west-1';
  const scope = { partition: 'aws', accountId, region };
  const cluster = `${TEAMS[index % 10]}-${STAGES[index % 4]}-${String(index).padStart(4, '0')}`;
  const ofClusters = judged.filter(({ level }) => level === 'cluster');
  return Array.from({ length: 15 }, (_, number) => {
    const control = ofClusters[number % ofClusters.length] as Control;
    return verdictOf(control, { scope, cluster, index, isNode: number >= ofClusters.length });
  });
}

interface Place {
  readonly scope: Verdict['scope'];
  readonly cluster: string;
  readonly index: number;
  /** Of another resource than the cluster itself. */
  readonly isNode: boolean;
}

function verdictOf(control: Control, { scope, cluster, index, isNode }: Place): Verdict {
  const salt = (index * 31 + control.key.length * 17) % 100;
  const wanted: Status =
    salt < 22 ? 'FAILED' : salt < 27 ? 'WARNING' : salt < 29 ? 'NOT_AVAILABLE' : 'PASSED';
  const rows = Object.entries(control.rows).filter(([, { status: of }]) => of === wanted);
  const [code, row] = rows[salt % Math.max(rows.length, 1)] ?? ['EVIDENCE_UNREADABLE', undefined];
  const status = row?.status ?? 'NOT_AVAILABLE';
  const severities = {
    FAILED: row?.severity ?? control.severity,
    WARNING: 'LOW',
    NOT_AVAILABLE: 'LOW',
  } as const;
  const arn = clusterArn(scope, cluster);
  return {
    control: control.key,
    controlId: numberOf(control.key, benchmark),
    level: control.level,
    scope,
    status,
    severity: status === 'PASSED' ? 'INFORMATIONAL' : severities[status],
    reasonCode: code,
    reasonCodes: [code],
    reason: `${row?.when ?? 'Not judged, because eks:DescribeCluster failed with AccessDenied'}: 10.${index % 250}.0.0/16.`,
    resource: isNode
      ? {
          type: 'AwsIamRole',
          id: `arn:aws:iam::${scope.accountId}:role/${cluster}-nodes`,
          name: `${cluster}-nodes`,
        }
      : { type: 'AwsEksCluster', id: arn, name: cluster },
    related: [accountResource(scope.accountId)],
    evidence: { endpointPublicAccess: 'true', publicAccessCidrs: `10.${index % 250}.0.0/16`, cluster },
    clusterArn: arn,
    observedAt: '2026-11-22T10:15:01.000Z',
    ...(status === 'FAILED' &&
      index % 50 === 7 && {
        exception: {
          id: 'legacy',
          reason: 'Vendor appliance',
          owner: 'platform@example.com',
          expires: '2027-03-31',
        },
      }),
  };
}
