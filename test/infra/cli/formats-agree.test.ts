import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS, type Format } from '../../../infra/cli/audit-options.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { STATUSES, type Status } from '../../../shared/model/verdict.ts';
import { PAYMENTS, REGION, SECURITY, SHOP } from '../../harness.ts';
import { parseXml } from '../../schemas/xml.ts';
import { anOrganizationOfTwo, aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

/** What an account adds so that everything can happen. */
function world() {
  return anOrganizationOfTwo().account(SECURITY, { name: 'security' }, (account) =>
    account.cluster('tools', { region: REGION }),
  );
}

type Counts = Readonly<Record<Status, number>>;

function countsOf(statuses: readonly (Status | undefined)[]): Counts {
  const count = (status: Status) => statuses.filter((each) => each === status).length;
  return {
    FAILED: count('FAILED'),
    NOT_AVAILABLE: count('NOT_AVAILABLE'),
    WARNING: count('WARNING'),
    PASSED: count('PASSED'),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds is counted below.
type Json = any;

const OCSF = ['NOT_AVAILABLE', 'PASSED', 'WARNING', 'FAILED'] as const;
const LEVELS: Readonly<Record<string, Status>> = {
  error: 'FAILED',
  warning: 'FAILED',
  note: 'WARNING',
  none: 'NOT_AVAILABLE',
};

/** How many verdicts of each status a document tells of, read as its readers read it. */
const READERS: Partial<Record<Format, (text: string) => Partial<Counts>>> = {
  json: (text) => countsOf(JSON.parse(text).verdicts.map(({ status }: Json) => status)),
  csv: (text) => {
    const rows = text.trimEnd().split('\r\n').slice(1);
    return countsOf(rows.map((row) => STATUSES.find((status) => row.split(',')[1] === status)));
  },
  markdown: (text) => {
    const totals = /\*\*All\*\*(.*)/.exec(text)?.[1]?.match(/\d+/g) ?? [];
    const [FAILED = -1, NOT_AVAILABLE = -1, WARNING = -1, , PASSED = -1] = totals.map(Number);
    return { FAILED, NOT_AVAILABLE, WARNING, PASSED };
  },
  asff: (text) => countsOf(JSON.parse(text).map(({ Compliance }: Json) => Compliance.Status)),
  ocsf: (text) => countsOf(JSON.parse(text).map(({ compliance }: Json) => OCSF[compliance.status_id])),
  sarif: (text) => {
    const { PASSED: _, ...counts } = countsOf(
      JSON.parse(text).runs[0].results.map(({ level }: Json) => LEVELS[level]),
    );
    return counts;
  },
  junit: (text) => {
    const skippedAs = (kind: string) =>
      text.match(new RegExp(`<skipped message="${kind}:`, 'g'))?.length ?? 0;
    const suites = parseXml(text).children.map(({ attributes }) => attributes);
    const total = (name: string) => suites.reduce((sum, suite) => sum + Number(suite[name]), 0);
    return {
      FAILED: total('failures'),
      NOT_AVAILABLE: skippedAs('NOT_AVAILABLE'),
      WARNING: skippedAs('WARNING'),
      PASSED: total('tests') - total('failures') - total('skipped'),
    };
  },
  'kube-bench': (text) => {
    const { total_fail: FAILED, total_pass: PASSED } = JSON.parse(text).Totals;
    return { FAILED, PASSED };
  },
  table: (text) => {
    const line = /^Verdicts\s+(.*(?:\n\s+.*)?)/m.exec(text)?.[1] ?? '';
    const count = (word: string) =>
      Number(new RegExp(`([\\d,]+) ${word}`).exec(line)?.[1]?.replace(',', '') ?? 0);
    return {
      FAILED: count('failed'),
      NOT_AVAILABLE: count('not available'),
      WARNING: count('warnings?'),
      PASSED: count('passed'),
    };
  },
};

/** What Security Hub holds of all audited accounts. */
function findingsOf(sandbox: Sandbox, result: RunResult): (Status | undefined)[] {
  return result.coverage.accounts.flatMap(({ accountId }) =>
    sandbox
      .findings(accountId, REGION)
      .map(({ Compliance }) => STATUSES.find((status) => status === Compliance?.Status)),
  );
}

it('the numbers of every format and of Security Hub agree over one run', async () => {
  const sandbox = await aSandbox(world());
  // One call of one account fails, so that something is not available.
  sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListAccessEntries', with: 'AccessDenied' });
  const folder = aFolder();
  const places = FORMATS.flatMap((format) => ['--output', `${format}=${join(folder, format)}`]);

  const args = ['audit', '--organization', '--region', REGION, '--publish', ...places];
  const { code } = await cli(args, { env: credentialsOf(sandbox) });

  const read = (format: Format) => readFileSync(join(folder, format), 'utf8');
  const result: RunResult = JSON.parse(read('json'));
  const expected = countsOf(result.verdicts.map(({ status }) => status));
  expect(code).toBe(3);
  for (const status of STATUSES) expect(expected[status], status).toBeGreaterThan(0);
  for (const format of FORMATS) {
    const counts = READERS[format]?.(read(format)) ?? {};
    expect({ format, ...expected, ...counts }).toEqual({ format, ...expected });
  }
  expect(read('html')).toContain(`FAILED: ${expected.FAILED} findings`);
  expect(countsOf(findingsOf(sandbox, result))).toEqual(expected);
  expect(sandbox.findings(SHOP, REGION).length).toBeGreaterThan(0);
});
