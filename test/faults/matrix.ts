import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RequestLogEntry, type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { PAYMENTS, REGION, run, SECURITY, stubCredentials } from '../harness.ts';
import { faultsOf, type NamedFault } from './faults.ts';
import { type DeclaredOperation, operationsOf, type Service } from './operations.ts';
import { compareRuns } from './outcome.ts';
import { SAID } from './said.ts';
import { faultWorld } from './world.ts';

/** Limits in milliseconds: nobody waits for a fault. */
const REQUESTS = { maxAttempts: 3, backOffMs: 1, maxPages: 20 };
const WAITING = { ...REQUESTS, maxAttempts: 2, requestTimeoutMs: 500 };

const CONFIG = {
  targets: { organization: true, organizationalUnits: ['ou-abcd-prod0000'], regions: [REGION] },
};

type Parameters = RequestLogEntry['params'];

let sandbox: Sandbox;
let before: RunResult;
let requests: readonly RequestLogEntry[];
/** The ids of the findings before the runs with faults. */
let findings: readonly string[];

/** What has to fail so that an operation is sent at all. */
const INSTEAD_OF: Readonly<Record<string, string>> = { 'ec2:DescribeRegions': 'account:ListRegions' };

/** Tests every fault of every operation of a service, and prints the table. */
export function testFaults(service: Service): void {
  const rows: string[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox(faultWorld());
    stubCredentials(sandbox, SECURITY);
    before = await run(CONFIG);
    sandbox.clearLog();
    before = await run(CONFIG, { requests: REQUESTS });
    requests = [...sandbox.log];
    findings = activeFindings();
  });
  afterAll(async () => {
    await sandbox.close();
    console.log([`${service}: cells by outcome`, ...rows].join('\n'));
  });

  describe.each(operationsOf(service))('$name', (declared) => {
    test('no fault makes a verdict that is not true', async () => {
      const sent = await requestsOf(declared.name);
      expect(sent, 'the world does not use the operation').not.toEqual([]);
      const counts: Record<string, number> = {};
      const forbidden: string[] = [];
      for (const scope of scopesOf(sent)) {
        for (const fault of faultsOf(declared)) {
          const cell = `${fault.name} (${scope.name})`;
          const result = await runCell(declared, fault, scope.match);
          counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
          forbidden.push(...result.forbidden.map((sentence) => `${cell}: ${sentence}`));
        }
      }
      const summary = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
      rows.push(`  ${declared.name}: ${[...summary, `${forbidden.length} forbidden`].join(', ')}`);
      rows.push(...forbidden.map((sentence) => `    forbidden: ${sentence}`));
      expect(forbidden).toEqual([]);
    });
  });
}

async function requestsOf(name: string): Promise<readonly RequestLogEntry[]> {
  const other = INSTEAD_OF[name];
  if (other === undefined) return requests.filter(({ operation }) => operation === name);
  sandbox.clearLog();
  sandbox.clearFaults();
  sandbox.fail({ operation: other, with: 'AccessDenied' });
  await run(CONFIG, { requests: REQUESTS });
  return sandbox.calls({ operation: name });
}

/** The findings as they were, for the next cell. */
async function bringBack(): Promise<void> {
  sandbox.clearFaults();
  await run(CONFIG, { requests: REQUESTS });
}

function activeFindings(): string[] {
  return sandbox
    .findings(PAYMENTS, REGION)
    .filter(({ RecordState }) => RecordState === 'ACTIVE')
    .map(({ Id }) => Id);
}

interface FaultScope {
  readonly name: string;
  readonly match?: (params: Parameters) => boolean;
}

/** All requests of an operation and, where they ask for different things, those that ask for the first. */
function scopesOf(sent: readonly RequestLogEntry[]): FaultScope[] {
  const everything = { name: 'everything' };
  const [first, ...others] = sent.map(({ params }) => params);
  if (first === undefined || others.every((params) => isDeepStrictEqual(params, first))) return [everything];
  return [everything, { name: 'one resource', match: (params) => isPartOf(first, params) }];
}

function isPartOf(wanted: Parameters, params: Parameters): boolean {
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(params[name], value));
}

async function runCell(
  { operation, name }: DeclaredOperation,
  { name: faultName, faults, passes, isRefused, waits }: NamedFault,
  match: FaultScope['match'],
) {
  sandbox.clearFaults();
  const other = INSTEAD_OF[name];
  if (other !== undefined) sandbox.fail({ operation: other, with: 'AccessDenied' });
  for (const fault of faults) {
    const own = 'match' in fault ? fault.match : undefined;
    const both = (params: Parameters) => (match?.(params) ?? true) && (own?.(params) ?? true);
    sandbox.fail({ ...fault, operation: name, match: both });
  }
  try {
    const after = await run(CONFIG, { requests: waits ? WAITING : REQUESTS });
    const said = SAID[name]?.[faultName] ?? [];
    const comparison = compareRuns(before, after, { action: operation.action, passes, isRefused, said });
    const left = new Set(activeFindings());
    const archived = findings.filter((id) => !left.has(id));
    if (archived.length > 0) await bringBack();
    const isSaid = said.some((line) => line.endsWith(' nothing'));
    const untrue = isSaid ? [] : archived.map((id) => `${id} was archived`);
    return { ...comparison, forbidden: [...comparison.forbidden, ...untrue] };
  } catch (error) {
    return {
      outcome: 'refused',
      forbidden: String(error).includes(operation.action) ? [] : [`it threw ${error}`],
    };
  }
}
