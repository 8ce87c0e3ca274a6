import type { AccountCoverage, Gap, RegionCoverage, RunResult } from '../../../shared/model/run.ts';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';

const SEVERITIES = { FAILED: 'HIGH', NOT_AVAILABLE: 'LOW', WARNING: 'LOW', PASSED: 'INFORMATIONAL' } as const;

interface VerdictOptions extends Partial<Omit<Verdict, 'scope'>> {
  readonly accountId?: string;
  readonly region?: string;
  /** The name of the cluster that is judged. */
  readonly cluster?: string;
}

/** A verdict on a cluster. */
export function aVerdict({
  accountId = '111111111111',
  region = 'eu-west-1',
  cluster = 'payments',
  ...rest
}: VerdictOptions = {}): Verdict {
  const status = rest.status ?? 'FAILED';
  const arn = `arn:aws:eks:${region}:${accountId}:cluster/${cluster}`;
  return {
    control: 'endpoint-access',
    controlId: '5.4.1',
    level: 'cluster',
    scope: { partition: 'aws', accountId, region },
    status,
    severity: SEVERITIES[status],
    reasonCode: 'OPEN_TO_INTERNET',
    reasonCodes: rest.reasonCode === undefined ? ['OPEN_TO_INTERNET'] : [rest.reasonCode],
    reason: 'The public endpoint is open to all of IPv4 through 0.0.0.0/0.',
    resource: { type: 'AwsEksCluster', id: arn, name: cluster },
    related: [],
    evidence: { publicAccessCidrs: '0.0.0.0/0' },
    clusterArn: arn,
    observedAt: '2026-11-22T10:15:01.000Z',
    ...rest,
  };
}

export function aGap(fields: Partial<Gap> = {}): Gap {
  return {
    what: 'account',
    kind: 'denied',
    code: 'AccessDenied',
    operation: 'sts:AssumeRole',
    detail: 'User is not authorized to perform: sts:AssumeRole',
    ...fields,
  };
}

export function aRegion(fields: Partial<RegionCoverage> = {}): RegionCoverage {
  return { region: 'eu-west-1', state: 'covered', clusters: { found: 1, judged: 1 }, gaps: [], ...fields };
}

export function anAccount(fields: Partial<AccountCoverage> = {}): AccountCoverage {
  return { accountId: '111111111111', state: 'covered', regions: [aRegion()], gaps: [], ...fields };
}

interface RunOptions extends Partial<Omit<RunResult, 'coverage' | 'run'>> {
  readonly accounts?: readonly AccountCoverage[];
  readonly skipped?: RunResult['coverage']['skipped'];
  readonly complete?: boolean;
  readonly publish?: boolean;
}

/** A run over one covered account, without verdicts. */
export function aRun({
  accounts = [anAccount()],
  skipped = [],
  complete = true,
  publish = false,
  ...rest
}: RunOptions = {}): RunResult {
  return {
    schemaVersion: '1.3',
    run: {
      id: '20261122T101500Z-3f2a9c',
      trigger: 'manual',
      startedAt: '2026-11-22T10:15:00.000Z',
      finishedAt: '2026-11-22T10:15:12.400Z',
      version: '0.1.0',
      benchmark: '1.5.0',
      publish,
    },
    coverage: { complete, accounts, skipped },
    verdicts: [],
    changes: NO_CHANGES,
    ...rest,
  };
}

/** A text with every run of white space as one space, so that line breaks do not matter. */
export function flattened(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
