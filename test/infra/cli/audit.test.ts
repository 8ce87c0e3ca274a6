import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { runResultSchema } from '../../../shared/report/run-result-schema.ts';
import { MANAGEMENT, PAYMENTS, REGION, SECURITY, SHOP } from '../../harness.ts';
import { aSandbox, audit, NARROW } from './audit-process.ts';
import { aFolder, cli, credentialsOf, expectUsageError } from './cli-process.ts';

describe('what is audited', () => {
  const resultOf = async (sandbox: Sandbox, args: readonly string[]): Promise<RunResult> => {
    const { stdout } = await cli(['audit', '--format', 'json', ...args], { env: credentialsOf(sandbox) });
    return JSON.parse(stdout);
  };

  it('is the account of the caller without --organization and --account', async () => {
    const result = await resultOf(await aSandbox(), NARROW);

    expect(result.coverage.accounts.map((account) => account.accountId)).toEqual([SECURITY]);
  });

  it('is every account with --organization', async () => {
    const result = await resultOf(await aSandbox(), [...NARROW, '--organization']);

    expect(result.coverage.accounts.map((account) => account.accountId).sort()).toEqual([
      MANAGEMENT,
      SECURITY,
      PAYMENTS,
      SHOP,
    ]);
  });

  it.each([
    ['several at once', ['--account', PAYMENTS, SHOP, '--region', 'eu-west-1', 'us-east-1']],
    [
      'one by one',
      ['--account', PAYMENTS, '--account', SHOP, '--region', 'eu-west-1', '--region', 'us-east-1'],
    ],
    ['with commas', [`--account=${PAYMENTS},${SHOP}`, '--region', 'eu-west-1, us-east-1,eu-west-1']],
  ])('may be listed %s', async (_, args) => {
    const result = await resultOf(await aSandbox(), [...args, '--control', '5.4.2']);

    const audited = result.coverage.accounts.map(({ accountId, regions }) => [
      accountId,
      regions.map(({ region }) => region),
    ]);
    expect(audited).toEqual([
      [PAYMENTS, ['eu-west-1', 'us-east-1']],
      [SHOP, ['eu-west-1', 'us-east-1']],
    ]);
  });

  it('can be one cluster and some controls', async () => {
    const args = [
      '--account',
      SHOP,
      '--region',
      REGION,
      '--cluster',
      'storefront',
      '--control',
      '5.4.1,2.1.1',
    ];

    const { verdicts } = await resultOf(await aSandbox(), args);

    expect(verdicts.map(({ controlId, resource }) => [controlId, resource.name]).sort()).toEqual([
      ['2.1.1', 'storefront'],
      ['5.4.1', 'storefront'],
    ]);
  });

  it('is what the configuration says, without options of the command line', async () => {
    const config = join(aFolder(), 'config.json');
    const targets = { organization: true, regions: [REGION], excludeAccounts: [SHOP] };
    writeFileSync(
      config,
      JSON.stringify({ targets, controls: { include: ['control-plane-logs'] }, benchmark: '1.8.0' }),
    );

    const result = await resultOf(await aSandbox(), ['--config', config, '--control', '5.4.2']);

    expect(result.run.benchmark).toBe('1.8.0');
    expect(result.coverage.accounts.map((account) => account.accountId)).not.toContain(SHOP);
    expect(result.verdicts.map(({ controlId }) => controlId)).toEqual(['5.4.2']);
  });
});

describe('formats', () => {
  it('json is the documented document, and nothing else', async () => {
    const { stdout, stderr } = await audit(await aSandbox(), ['--account', SHOP, '--format', 'json']);
    const result = runResultSchema.parse(JSON.parse(stdout));

    expect(stderr).toContain('FAILED: 1 finding (1 MEDIUM)');
    expect(result).toMatchObject({
      schemaVersion: '1.3',
      run: { publish: false },
      coverage: { complete: true, accounts: [{ accountId: SHOP, regions: [{ region: REGION }] }] },
      verdicts: [
        {
          control: 'private-endpoint',
          controlId: '5.4.2',
          scope: { partition: 'aws', accountId: SHOP, region: REGION },
          status: 'FAILED',
          reasonCode: 'PUBLIC_ACCESS_ENABLED',
          resource: { type: 'AwsEksCluster', id: `arn:aws:eks:${REGION}:${SHOP}:cluster/storefront` },
        },
      ],
    });
  });

  it('asff is what publishing would import', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--account', SHOP, '--format', 'asff']);
    await audit(sandbox, ['--account', SHOP, '--publish']);

    const [reported] = JSON.parse(stdout);
    const [imported] = sandbox.findings(SHOP, REGION);
    const { Id, AwsAccountId, ProductArn, GeneratorId, Title, Description, Compliance, Resources } = reported;
    expect(imported).toMatchObject({
      Id,
      AwsAccountId,
      ProductArn,
      GeneratorId,
      Title,
      Description,
      Compliance,
      Resources,
    });
  });

  it('csv is a row for each verdict', async () => {
    const { stdout } = await audit(await aSandbox(), ['--account', SHOP, '--format', 'csv']);

    expect(stdout).toMatch(/^\uFEFFcontrol_id,.*\r\n5\.4\.2,FAILED,MEDIUM,.*\r\n$/);
  });

  it('html is a document', async () => {
    const { stdout } = await audit(await aSandbox(), ['--account', SHOP, '--format', 'html']);

    expect(stdout).toMatch(/^<!doctype html>[\s\S]*storefront[\s\S]*<\/html>\n$/);
  });
});

describe('--output', () => {
  it('is where the report is written instead of the standard output', async () => {
    const path = join(aFolder(), 'report.txt');

    const { code, stdout } = await audit(await aSandbox(), ['--account', SHOP, '--output', path]);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(readFileSync(path, 'utf8')).toContain('FAILED: 1 finding');
  });

  it('may be given several times: one run, several reports, each in the format of its ending', async () => {
    const sandbox = await aSandbox();
    const folder = aFolder();
    const args = ['a.html', 'b.json', 'c.sarif', 'csv=d.data'].flatMap((place) => [
      '--output',
      place.replace(/[^=]+$/, (file) => join(folder, file)),
    ]);

    const { code, stdout, stderr } = await audit(sandbox, ['--account', SHOP, ...args]);
    const text = (file: string) => readFileSync(join(folder, file), 'utf8');

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('FAILED: 1 finding (1 MEDIUM)');
    expect(text('a.html')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(text('b.json'))).toHaveProperty('schemaVersion');
    expect(JSON.parse(text('c.sarif'))).toMatchObject({ version: '2.1.0', runs: [{ results: [{}] }] });
    expect(text('d.data')).toMatch(/^\uFEFFcontrol_id,/);
    expect(sandbox.log.filter(({ operation }) => operation === 'eks:DescribeCluster')).toHaveLength(1);
  });

  it('shows the table all the same where a file cannot be written, and ends with 5', async () => {
    const written = join(aFolder(), 'report.json');

    const { code, stdout, stderr } = await audit(await aSandbox(), [
      ...['--account', SHOP, '--output', '/dev/full', '--output', written],
    ]);

    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^eks-auditor: Cannot write --output \/dev\/full: no space left on the device\.\n/,
    );
    expect(stdout).toContain('FAILED: 1 finding (1 MEDIUM)');
    expect(stdout).toContain(written);
    expect(`${stdout}${stderr.slice(stderr.indexOf('\n'))}`).not.toContain('/dev/full');
    expect(JSON.parse(readFileSync(written, 'utf8'))).toHaveProperty('schemaVersion');
  });

  it.each([
    [
      ['--output', 'x.pdf'],
      ['x.pdf', 'ending', '.kube-bench.json', 'FORMAT=x.pdf'],
    ],
    [
      ['--format', 'json', '--output', 'x.html'],
      ['--format json contradicts', 'x.html', 'json=x.html'],
    ],
    [['--output', 'a.json', '--output', 'a.json'], ['a.json twice']],
  ])('%j is refused before anything is asked of AWS', async (args, words) => {
    const sandbox = await aSandbox();

    expectUsageError(await audit(sandbox, args), ...words);
    expect(sandbox.log).toEqual([]);
  });

  it('replaces a longer report', async () => {
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'x'.repeat(100_000));

    await audit(await aSandbox(), ['--output', path]);

    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('schemaVersion');
  });

  it('keeps the former report when the audit cannot start', async () => {
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'former');

    await cli(['audit', '--output', path]);

    expect(readFileSync(path, 'utf8')).toBe('former');
  });

  it('is checked before the first request to AWS', async () => {
    const sandbox = await aSandbox();
    const path = join(aFolder(), 'no', 'such', 'report.json');

    const { code } = await audit(sandbox, ['--output', path]);

    expect(code).toBe(2);
    expect(sandbox.log).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

describe('--redact', () => {
  it('leaves out names and tags, and changes no number', async () => {
    const sandbox = await aSandbox();
    const args = ['--organization', '--format', 'json'];

    const full = JSON.parse((await audit(sandbox, args)).stdout);
    const { stdout, code } = await audit(sandbox, [...args, '--redact']);
    const redacted = JSON.parse(stdout);

    expect(code).toBe(3);
    expect(JSON.stringify(full)).toContain('"name":"shop"');
    expect(stdout).not.toMatch(/"(name|tags|caller)":/);
    expect(redacted.verdicts).toHaveLength(full.verdicts.length);
    expect(runResultSchema.safeParse(redacted).success).toBe(true);
  });
});

describe('--publish', () => {
  /** The operations that change something. */
  const writes = (sandbox: Sandbox) =>
    sandbox.log
      .map(({ operation }) => operation)
      .filter((operation) => !/:(Get|List|Describe|AssumeRole)/.test(operation));

  it('writes findings to Security Hub', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--organization', '--publish']);

    expect(writes(sandbox)).toContain('securityhub:BatchImportFindings');
    expect(sandbox.findings(SHOP, REGION)).toMatchObject([{ Compliance: { Status: 'FAILED' } }]);
    expect(stdout).toContain('Findings  2 created');
  });

  it('writes nothing when it is not given', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--organization']);

    expect(writes(sandbox)).toEqual([]);
    expect(sandbox.findings(SHOP, REGION)).toEqual([]);
    expect(stdout).toContain('not published');
  });
});
