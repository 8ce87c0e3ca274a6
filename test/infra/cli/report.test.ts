import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../infra/cli/audit-options.ts';
import { BENCHMARKS } from '../../../shared/model/benchmarks.ts';
import { toJson } from '../../../shared/report/safe-text.ts';
import { PAYMENTS, SHOP } from '../../harness.ts';
import { anAccount, aRun, aVerdict } from '../../shared/report/builders.ts';
import { UNSAFE } from '../../shared/report/hostile-texts.ts';
import { aFolder, cli, expectUsageError } from './cli-process.ts';

const common = { control: 'private-endpoint', controlId: '5.4.2' } as const;

/** What an audit of two accounts printed. */
const saved = toJson(
  aRun({
    accounts: [
      anAccount({ accountId: PAYMENTS, name: 'payments' }),
      anAccount({ accountId: SHOP, name: 'shop' }),
    ],
    verdicts: [
      aVerdict({ ...common, accountId: SHOP, cluster: 'storefront', reasonCode: 'PUBLIC_ACCESS_ENABLED' }),
      aVerdict({
        ...common,
        accountId: PAYMENTS,
        cluster: 'ledger',
        status: 'PASSED',
        reasonCode: 'PRIVATE_ENDPOINT',
      }),
    ],
  }),
);

function aFile(text: string, name = 'result.json'): string {
  const path = join(aFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe('report', () => {
  it('renders the same document again', async () => {
    expect(await cli(['report', aFile(saved), '--format', 'json'])).toEqual({
      code: 0,
      stdout: saved,
      stderr: '',
    });
  });

  it.each(FORMATS)('renders %s without AWS', async (format) => {
    const path = join(aFolder(), 'out');

    const { code, stdout, stderr } = await cli(['report', aFile(saved), '--output', `${format}=${path}`]);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/storefront|5\.4\.2/);
  });

  it('refuses two reports in one file, also through a link', async () => {
    const folder = aFolder();
    const [file, link] = [join(folder, 'a.json'), join(folder, 'b.csv')];
    symlinkSync('a.json', link);

    const result = await cli(['report', aFile(saved), '--output', file, '--output', link]);

    expectUsageError(result, file, link, 'one file');
    expect(readdirSync(folder)).toEqual(['b.csv']);
  });

  it('leaves out names with --redact', async () => {
    const { stdout } = await cli(['report', aFile(saved), '--redact']);

    expect(stdout).toContain(SHOP);
    expect(stdout).not.toContain('(shop)');
  });

  it('reads results of earlier schemas', async () => {
    const document = JSON.parse(saved);
    document.schemaVersion = '1.0';
    delete document.run.trigger;
    delete document.changes.outdated;
    for (const verdict of document.verdicts) {
      delete verdict.control;
      delete verdict.observedAt;
    }

    const { code, stdout } = await cli(['report', aFile(JSON.stringify(document)), '--format', 'json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout).verdicts[0]).toMatchObject({
      control: 'private-endpoint',
      observedAt: document.run.startedAt,
    });
  });

  it('reads results of later schemas, and keeps what it does not know', async () => {
    const document = { ...JSON.parse(saved), schemaVersion: '1.99', later: { a: 1 } };

    const { code, stdout } = await cli(['report', aFile(JSON.stringify(document)), '--format', 'json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout).later).toEqual({ a: 1 });
  });

  it('reads results with a byte order mark', async () => {
    expect(await cli(['report', aFile(`\uFEFF${saved}`)])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    {
      what: 'a time that is none',
      text: saved.replaceAll('2026-11-22T', '2026-13-22T'),
      words: ['run.startedAt: must be a time', 'verdicts[0].observedAt: must be a time'],
    },
    {
      what: 'another schema',
      text: '{"schemaVersion":"2.0"}',
      words: ['schemaVersion is "2.0"', 'reads 1.x'],
    },
    { what: 'another document', text: '[]', words: ['no result of eks-auditor'] },
    { what: 'no JSON', text: '{', words: ['no JSON'] },
    {
      what: 'a result that lacks something',
      text: '{"schemaVersion":"1.2","verdicts":[{"status":"BROKEN"}]}',
      words: ['run: is missing', 'verdicts[0].control: is missing', 'more'],
    },
  ])('refuses $what, and says why', async ({ text, words }) => {
    expectUsageError(await cli(['report', aFile(text)]), 'Cannot read result', ...words);
  });

  it('refuses a document that is nested too deeply', async () => {
    const path = join(aFolder(), 'result.json');
    writeFileSync(path, `{"schemaVersion":"1.3","run":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);

    expectUsageError(await cli(['report', path]), path, 'it is nested too deeply');
  });

  it('quotes nothing of a document that would move the cursor', async () => {
    const text = JSON.stringify({ schemaVersion: '1.2', run: '\u001b[2J\u202e' });

    const { code, stderr } = await cli(['report', aFile(text)]);

    expect(code).toBe(2);
    expect(stderr.trimEnd()).not.toMatch(UNSAFE);
  });

  it('ends with 5 where the report cannot be written, and shows the table', async () => {
    const { code, stdout, stderr } = await cli(['report', aFile(saved), '--output', '/dev/full']);

    expect(code).toBe(5);
    expect(stdout).toContain('FAILED: 1 finding');
    expect(stderr).toContain('no space left on the device');
  });
});

describe('matrix', () => {
  it.each(BENCHMARKS)('lists the recommendations of %s without a run', async (benchmark) => {
    const { code, stdout } = await cli(['matrix', '--benchmark', benchmark]);

    expect(code).toBe(0);
    expect(stdout).toContain(`# CIS Amazon EKS Benchmark ${benchmark}`);
    expect(stdout).toMatch(/^\| 5\.4\.2 \| .* \| This auditor \| .* \| Not audited \|/m);
  });

  it('tells the state over all clusters of a run', async () => {
    const { stdout } = await cli(['matrix', aFile(saved)]);

    expect(stdout).toMatch(/^\| 5\.4\.2 \|.*\| FAILED: 1 failed, 1 passed of 2 clusters \|/m);
    expect(stdout).toMatch(/^\| 3\.2\.1 \|.*\| kube-bench, on the node \|.*\| Not judged here \|/m);
  });

  it('is CSV by --format or by the ending of the file', async () => {
    const path = join(aFolder(), 'matrix.csv');

    const { stdout } = await cli(['matrix', aFile(saved), '--format', 'csv']);
    await cli(['matrix', aFile(saved), '--output', path]);

    expect(stdout).toMatch(/^\uFEFFNumber,Recommendation,Answered by,Evidence,State,Comment\r\n2\.1\.1,/);
    expect(readFileSync(path, 'utf8')).toBe(stdout);
  });

  it('refuses another version than that of the run, and unknown endings', async () => {
    expectUsageError(await cli(['matrix', aFile(saved), '--benchmark', '2.0.0']), '2.0.0', '1.5.0');
    expectUsageError(await cli(['matrix', '--output', 'x.html']), 'x.html', '.md, .csv');
  });
});
