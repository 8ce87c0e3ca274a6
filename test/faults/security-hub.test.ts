import { afterAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { aTestOrganization, gapsOf, PAYMENTS, REGION, run, SECURITY, stubCredentials } from '../harness.ts';
import { faultsOf, type NamedFault } from './faults.ts';
import { type DeclaredOperation, operationsOf } from './operations.ts';

/* What publishing does about faults: no finding becomes what is not true, and what was not sent is told. */

const CONFIG = { controls: { include: ['private-endpoint'] } };
const REQUESTS = { maxAttempts: 3, backOffMs: 1, maxPages: 20 };
const WAITING = { ...REQUESTS, maxAttempts: 2, requestTimeoutMs: 300 };

const clusterOf = (isPublic: boolean) => ({
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: isPublic, endpointPrivateAccess: true },
});

/** Security Hub has findings of three clusters: one is repaired then, one is deleted, and another is created. */
async function changedWorld(): Promise<Sandbox> {
  const sandbox = await startSandbox(
    aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
      account
        .cluster('kept', clusterOf(true))
        .cluster('repaired', clusterOf(true))
        .cluster('deleted', clusterOf(true)),
    ),
  );
  stubCredentials(sandbox, SECURITY);
  await run(CONFIG, { requests: REQUESTS });
  const payments = sandbox.account(PAYMENTS);
  payments.putCluster('repaired', clusterOf(false));
  payments.putCluster('created', clusterOf(true));
  payments.data.clusters = payments.data.clusters.filter(({ name }) => name !== 'deleted');
  return sandbox;
}

/** `kept ACTIVE FAILED NEW` and so on, sorted. */
function storedIn(sandbox: Sandbox): string[] {
  return sandbox
    .findings(PAYMENTS, REGION)
    .map(({ Id, RecordState, Compliance, Workflow }) => {
      const [, name] = /cluster\/([^/]+)/.exec(Id) ?? [];
      return [name, RecordState, Compliance?.Status, Workflow?.Status].join(' ');
    })
    .sort();
}

const BEFORE = ['deleted ACTIVE FAILED NEW', 'kept ACTIVE FAILED NEW', 'repaired ACTIVE FAILED NEW'];
const AFTER = [
  'created ACTIVE FAILED NEW',
  'deleted ARCHIVED FAILED NEW',
  'kept ACTIVE FAILED NEW',
  'repaired ACTIVE PASSED RESOLVED',
];
/** Imported, and its workflow is not set yet. */
const BETWEEN = 'repaired ACTIVE PASSED NEW';
/** Archived, when it was not told what it was. */
const UNKNOWN = 'deleted ARCHIVED NOT_AVAILABLE NEW';

function knownAs(line: string): string {
  return line === UNKNOWN ? 'deleted ARCHIVED FAILED NEW' : line;
}

interface Cell {
  readonly outcome: 'same' | 'told';
  readonly forbidden: readonly string[];
}

async function runCell({ operation, name }: DeclaredOperation, fault: NamedFault): Promise<Cell> {
  const sandbox = await changedWorld();
  try {
    for (const one of fault.faults) sandbox.fail({ ...one, operation: name });
    const result = await run(CONFIG, { requests: fault.waits ? WAITING : REQUESTS });
    const met = storedIn(sandbox).map(knownAs);
    sandbox.clearFaults();
    await run(CONFIG, { requests: REQUESTS });
    const isSame = String(met) === String(AFTER);
    const forbidden = [
      ...met
        .filter((line) => ![...BEFORE, ...AFTER, BETWEEN].includes(line))
        .map((line) => `there is ${line}`),
      ...(isSame || isTold(result, operation.action) ? [] : [`not told: ${met}`]),
      ...(fault.passes && !(isSame && result.coverage.complete)
        ? ['a fault that goes by changed the run']
        : []),
      ...(String(storedIn(sandbox).map(knownAs)) === String(AFTER)
        ? []
        : [`the next run leaves ${storedIn(sandbox)}`]),
    ];
    return { outcome: isSame ? 'same' : 'told', forbidden };
  } finally {
    await sandbox.close();
  }
}

/** Whether a run that did not send everything says so. */
function isTold(result: RunResult, action: string): boolean {
  const { complete } = result.coverage;
  const isGap = gapsOf(result).some(({ operation }) => operation === action);
  return !complete && (isGap || result.changes.failed.length > 0);
}

const rows: string[] = [];
afterAll(() => console.log(['security-hub: cells by outcome', ...rows].join('\n')));

describe.each(operationsOf('security-hub'))('$name', (declared) => {
  test('no fault makes a finding that is not true, or is kept silent about', async () => {
    const counts: Record<string, number> = {};
    const forbidden: string[] = [];
    for (const fault of faultsOf(declared)) {
      const cell = await runCell(declared, fault);
      counts[cell.outcome] = (counts[cell.outcome] ?? 0) + 1;
      forbidden.push(...cell.forbidden.map((sentence) => `${fault.name}: ${sentence}`));
    }
    const summary = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
    rows.push(`  ${declared.name}: ${[...summary, `${forbidden.length} forbidden`].join(', ')}`);
    expect(forbidden).toEqual([]);
  });
});
