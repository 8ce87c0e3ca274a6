import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS, type Format } from '../../../infra/cli/audit-options.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import type { Status } from '../../../shared/model/verdict.ts';
import { SHOWN_STATUSES, type ShownStatus, shownStatusOf } from '../../../shared/report/shown-status.ts';
import { PAYMENTS, REGION, SECURITY } from '../../harness.ts';
import { parseXml } from '../../schemas/xml.ts';
import { anOrganizationOfTwo, aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

/** What an account adds so that everything can happen. */
function world() {
  return anOrganizationOfTwo().account(SECURITY, { name: 'security' }, (account) =>
    account.cluster('tools', { region: REGION }),
  );
}

type Counts = Readonly<Record<ShownStatus, number>>;

function countsOf(statuses: readonly (string | undefined)[]): Counts {
  const count = (status: ShownStatus) => statuses.filter((each) => each === status).length;
  return {
    FAILED: count('FAILED'),
    NOT_AVAILABLE: count('NOT_AVAILABLE'),
    WARNING: count('WARNING'),
    EXCEPTED: count('EXCEPTED'),
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

/** How many verdicts of each status a document tells of, read as its readers read it. HTML is looked at below. */
const READERS: Partial<Record<Format, (text: string) => Partial<Counts>>> = {
  json: (text) => countsOf(JSON.parse(text).verdicts.map(shownStatusOf)),
  csv: (text) =>
    countsOf(
      text
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((row) => row.split(',')[1]),
    ),
  markdown: (text) => {
    const totals = /\*\*All\*\*(.*)/.exec(text)?.[1]?.match(/\d+/g) ?? [];
    return Object.fromEntries(SHOWN_STATUSES.map((status, index) => [status, Number(totals[index])]));
  },
  ocsf: (text) =>
    countsOf(
      JSON.parse(text).map(({ compliance, status }: Json) =>
        status === 'Suppressed' ? 'EXCEPTED' : OCSF[compliance.status_id],
      ),
    ),
  sarif: (text) => {
    const { PASSED: _, ...counts } = countsOf(
      JSON.parse(text).runs[0].results.map(({ level, suppressions }: Json) =>
        suppressions.length > 0 ? 'EXCEPTED' : LEVELS[level],
      ),
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
      EXCEPTED: skippedAs('EXCEPTED'),
      PASSED: total('tests') - total('failures') - total('skipped'),
    };
  },
  'kube-bench': (text) => {
    const { total_fail: FAILED, total_info: EXCEPTED, total_pass: PASSED } = JSON.parse(text).Totals;
    return { FAILED, EXCEPTED, PASSED };
  },
  table: (text) => {
    const line = /^Verdicts\s+(.*(?:\n\s+.*)?)/m.exec(text)?.[1] ?? '';
    const count = (word: string) =>
      Number(new RegExp(`([\\d,]+) ${word}`).exec(line)?.[1]?.replace(',', '') ?? 0);
    return {
      FAILED: count('failed'),
      NOT_AVAILABLE: count('not available'),
      WARNING: count('warnings?'),
      EXCEPTED: count('excepted'),
      PASSED: count('passed'),
    };
  },
};

/** What Security Hub holds of all audited accounts, as it shows it: what is suppressed apart. */
function findingsOf(sandbox: Sandbox, result: RunResult): (string | undefined)[] {
  return result.coverage.accounts.flatMap(({ accountId }) =>
    sandbox
      .findings(accountId, REGION)
      .map(({ Compliance, Workflow }) =>
        Workflow?.Status === 'SUPPRESSED' ? 'EXCEPTED' : Compliance?.Status,
      ),
  );
}

/** A configuration that accepts one failure for a while. */
function aConfiguration(folder: string): string {
  const path = join(folder, 'config.json');
  const expires = new Date(Date.now() + 100 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const exception = {
    controls: ['private-endpoint'],
    clusters: ['storefront'],
    reason: 'Vendor',
    owner: 'team',
    expires,
  };
  writeFileSync(path, JSON.stringify({ exceptions: [exception] }));
  return path;
}

it('the numbers of every format and of Security Hub agree over one run', async () => {
  const sandbox = await aSandbox(world());
  // One call of one account fails, so that something is not available.
  sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListAccessEntries', with: 'AccessDenied' });
  const folder = aFolder();
  const places = FORMATS.flatMap((format) => ['--output', `${format}=${join(folder, format)}`]);

  const args = ['audit', '--organization', '--region', REGION, '--publish', ...places];
  const { code } = await cli([...args, '--config', aConfiguration(folder)], { env: credentialsOf(sandbox) });

  const read = (format: Format) => readFileSync(join(folder, format), 'utf8');
  const result: RunResult = JSON.parse(read('json'));
  const expected = countsOf(result.verdicts.map(shownStatusOf));
  expect(code).toBe(3);
  for (const status of SHOWN_STATUSES) expect(expected[status], status).toBeGreaterThan(0);
  for (const format of FORMATS) {
    const counts = READERS[format]?.(read(format)) ?? {};
    expect({ format, ...expected, ...counts }).toEqual({ format, ...expected });
  }
  expect(read('html')).toContain(`FAILED: ${expected.FAILED} findings`);
  expect(JSON.parse(read('asff'))).toHaveLength(result.verdicts.length);
  expect(countsOf(findingsOf(sandbox, result))).toEqual(expected);
});
