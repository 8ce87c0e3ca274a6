import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../shared/model/run.ts';
import { REGION } from '../../harness.ts';
import { aRun, aVerdict } from '../../shared/report/builders.ts';
import { aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf, expectUsageError } from './cli-process.ts';

function saved(result: RunResult): string {
  const path = join(aFolder(), 'result.json');
  writeFileSync(path, JSON.stringify(result));
  return path;
}

const OPTIONS = { controls: ['endpoint-access'] } as const;
const BEFORE = aRun({
  verdicts: [aVerdict({ status: 'PASSED' }), aVerdict({ cluster: 'orders' })],
  options: OPTIONS,
});
const AFTER = aRun({
  verdicts: [aVerdict(), aVerdict({ cluster: 'orders', status: 'PASSED' })],
  options: OPTIONS,
});

describe('diff', () => {
  it('tells what changed, as a table', async () => {
    const { code, stdout } = await cli(['diff', saved(BEFORE), saved(AFTER)]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^CHANGES since 2026-11-22 10:15 UTC ─+\nNew \(1\)\n {2}HIGH 5\.4\.1 /);
    expect(stdout).toMatch(/Fixed \(1\)\n {2}PASSED 5\.4\.1 .*orders, HIGH before\n$/s);
  });

  it('tells it as JSON, with every kind', async () => {
    const { stdout } = await cli(['diff', saved(BEFORE), saved(AFTER), '--format', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({
      since: { runId: BEFORE.run.id },
      until: { runId: AFTER.run.id },
      new: [{ to: { status: 'FAILED' } }],
      fixed: [{ from: { status: 'FAILED' } }],
      gone: [],
    });
  });

  it('tells what is or was excepted as such', async () => {
    const exception = { id: 'legacy', reason: 'Vendor', owner: 'platform', expires: '2027-03-31' };
    const before = aRun({ verdicts: [aVerdict({ exception })], options: OPTIONS });
    const after = aRun({ verdicts: [aVerdict()], options: OPTIONS });

    const ended = await cli(['diff', saved(before), saved(after)]);
    const covered = await cli(['diff', saved(after), saved(before)]);

    expect(ended.stdout).toMatch(/Exception ended \(1\)\n {2}HIGH 5\.4\.1 .*, EXCEPTED\s+before\n$/s);
    expect(covered.stdout).toMatch(/Excepted \(1\)\n {2}EXCEPTED 5\.4\.1 .*, HIGH\s+before\n$/s);
  });

  it.each(['table', 'json'])('shows nothing of others that moves the cursor: %s', async (format) => {
    const resource = { type: 'AwsEksCluster', id: 'x', name: '\u001b[2J\u009b31m\u202e' } as const;
    const hostile = aRun({ verdicts: [{ ...aVerdict(), resource }], options: OPTIONS });

    const { stdout } = await cli(['diff', saved(BEFORE), saved(hostile), '--format', format]);

    expect(stdout).toContain('\\u001b[2J\\u009b31m\\u202e');
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('of a result and itself says that nothing changed', async () => {
    expect((await cli(['diff', saved(AFTER), saved(AFTER)])).stdout).toContain('Nothing changed.');
  });

  it('refuses what is no result', async () => {
    expectUsageError(await cli(['diff', saved(BEFORE), '/no/such.json']), '/no/such.json', 'no such file');
  });
});

describe('audit --since', () => {
  it('compares with a saved result, which is read before AWS is asked', async () => {
    const sandbox = await aSandbox();
    const env = credentialsOf(sandbox);
    const args = ['audit', '--region', REGION, '--organization', '--format', 'json'];
    const first: RunResult = JSON.parse((await cli(args, { env })).stdout);

    const second: RunResult = JSON.parse((await cli([...args, '--since', saved(first)], { env })).stdout);
    expect(second.changes).toMatchObject({ since: { runId: first.run.id }, new: [], fixed: [], gone: [] });
    expect(first.changes).not.toHaveProperty('since');

    sandbox.clearLog();
    expectUsageError(await cli([...args, '--since', '/no/such.json'], { env }), '/no/such.json');
    expect(sandbox.log).toEqual([]);
  });
});

describe('exceptions check', () => {
  const aFile = (exception: Record<string, unknown>): string => {
    const path = join(aFolder(), 'exceptions.yaml');
    const whole = {
      id: 'legacy',
      controls: ['endpoint-access'],
      clusters: ['pay*'],
      reason: 'Vendor appliance',
      owner: 'platform@example.com',
      expires: new Date(Date.now() + 100 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
      ...exception,
    };
    writeFileSync(path, JSON.stringify([whole]));
    return path;
  };

  it('says that a file is valid, and what it holds', async () => {
    const { code, stdout } = await cli(['exceptions', 'check', aFile({})]);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^1 exception, all valid\.\n\nlegacy \(endpoint-access\), until \d{4}-\d\d-\d\d\n {2}platform@example\.com: Vendor appliance\n$/,
    );
  });

  it('fits 80 columns, and says what expires soon', async () => {
    const expires = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const controls = ['endpoint-access', 'private-endpoint', 'private-nodes', 'network-policies'];

    const { stdout } = await cli([
      'exceptions',
      'check',
      aFile({ expires, controls, reason: 'x '.repeat(99) }),
    ]);

    expect(stdout).toMatch(/expires\ssoon/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says what it covers of a run', async () => {
    const covered = await cli(['exceptions', 'check', aFile({}), saved(AFTER)]);
    const unused = await cli(['exceptions', 'check', aFile({ clusters: ['other'] }), saved(AFTER)]);

    expect(covered.stdout).toMatch(/, covers 1 verdict\n/);
    expect(covered.stdout).toContain('1 of 1 failure covered.');
    expect(unused.stdout).toMatch(/, covers nothing\n/);
    expect(unused.stdout).toContain('0 of 1 failure covered.');
  });

  it('names an exception that has expired', async () => {
    const { code, stdout } = await cli(['exceptions', 'check', aFile({ expires: '2026-01-01' })]);

    expect(code).toBe(0);
    expect(stdout).toContain('until 2026-01-01, EXPIRED');
  });

  it('refuses a file with mistakes, and names each', async () => {
    const result = await cli(['exceptions', 'check', aFile({ controls: ['nodes'], tags: { a: 'b' } })]);

    expectUsageError(
      result,
      'exceptions[0].controls[0]: must be a control',
      'exceptions[0].tags: unknown key',
    );
  });
});
