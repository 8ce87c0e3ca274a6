import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAYMENTS, SHOP } from '../../harness.ts';
import { anOrganizationOfTwo, aSandbox, audit, NARROW } from './audit-process.ts';
import { aFolder, cli, cliProcess, credentialsOf, shellProcess } from './cli-process.ts';

describe('exit codes', () => {
  it('0: everything passed', async () => {
    const sandbox = await aSandbox();

    const { code, stdout, stderr } = await audit(sandbox, ['--account', PAYMENTS]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'PASSED: nothing failed; the audit is complete\n' });
    expect(stdout).toContain('PASSED: nothing failed; the audit is complete');
  });

  it('3: something failed', async () => {
    expect((await audit(await aSandbox(), ['--account', SHOP])).code).toBe(3);
  });

  it('0 with --exit-zero, although something failed', async () => {
    const { code, stdout } = await audit(await aSandbox(), ['--account', SHOP, '--exit-zero']);

    expect(code).toBe(0);
    expect(stdout).toContain('FAILED: 1 finding (1 MEDIUM)');
  });

  it('4: nothing failed, but the role of an account could not be assumed', async () => {
    const sandbox = await aSandbox(anOrganizationOfTwo().account(SHOP, { name: 'shop', roles: [] }));

    const { code, stdout } = await audit(sandbox, ['--account', PAYMENTS, SHOP]);

    expect(code).toBe(4);
    expect(stdout).toContain('sts:AssumeRole failed with AccessDenied');
  });

  it('4: nothing failed, but a cluster could not be read', async () => {
    const sandbox = await aSandbox();
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:DescribeCluster', with: 'AccessDenied' });

    const { code, stdout } = await audit(sandbox, ['--account', PAYMENTS]);

    expect(code).toBe(4);
    expect(stdout).toContain('eks:DescribeCluster failed with AccessDenied');
  });

  it('3: something failed, and something else could not be read', async () => {
    const sandbox = await aSandbox();
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:DescribeCluster', with: 'AccessDenied' });

    expect((await audit(sandbox, ['--organization'])).code).toBe(3);
  });

  it('3: something failed, and the reader closed the pipe', async () => {
    const result = await cliProcess(['audit', ...NARROW, '--account', SHOP], {
      env: credentialsOf(await aSandbox()),
      interact: (child) => child.stdout?.destroy(),
    });

    expect(result).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  it('5: audited, and the standard output is full; that is no bug', async () => {
    const script = `exec "$0" "$@" > /dev/full`;
    const env = credentialsOf(await aSandbox());

    const result = await shellProcess(script, ['audit', ...NARROW, '--account', SHOP], { env });

    expect(result).toEqual({
      code: 5,
      stdout: '',
      stderr: 'eks-auditor: Cannot write to the standard output: no space left on the device.\n',
    });
  });

  it('5: audited, and a disk is full; the former report stays, and the table is shown', async () => {
    // Files of more than 512 bytes cannot be written, as on a disk that is nearly full.
    const script = 'ulimit -f 1; exec "$0" "$@"';
    const env = { ...credentialsOf(await aSandbox()), NODE_DISABLE_COMPILE_CACHE: '1' };
    const folder = aFolder();
    const path = join(folder, 'report.json');
    writeFileSync(path, 'former');

    const result = await shellProcess(script, ['audit', ...NARROW, '--account', SHOP, '--output', path], {
      env,
    });

    expect(result).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(
        `eks-auditor: Cannot write --output ${path}: the file would be too large.\n`,
      ),
    });
    expect(result.stdout).toContain('FAILED: 1 finding (1 MEDIUM)');
    expect(readdirSync(folder)).toEqual(['report.json']);
    expect(readFileSync(path, 'utf8')).toBe('former');
  });

  it('a killed process leaves the former report as it was', async () => {
    const sandbox = await aSandbox();
    sandbox.latency(300_000);
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'former');

    await cliProcess(['audit', '--output', path], {
      env: credentialsOf(sandbox),
      interact: async (child) => {
        while (sandbox.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill('SIGKILL');
      },
    });

    expect(readFileSync(path, 'utf8')).toBe('former');
  });

  it('130: interrupted, and no report is written', async () => {
    const sandbox = await aSandbox();
    sandbox.latency(300_000);
    const folder = aFolder();

    const { code, stdout, stderr } = await cliProcess(['audit', '--output', join(folder, 'report.html')], {
      env: credentialsOf(sandbox),
      interact: async (child) => {
        while (sandbox.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill('SIGINT');
      },
    });

    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: '',
      stderr: 'eks-auditor: Interrupted.\n',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('an audit that cannot start', () => {
  it('no credentials', async () => {
    const { code, stdout, stderr } = await cli(['audit']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: There are no AWS credentials.*[^.]\. Set AWS_PROFILE.*\n$/);
  });

  it.each(['', 'eu west 1'])('an invalid Region: "%s"', async (name) => {
    const { code, stdout, stderr } = await cli(['audit'], { env: { AWS_REGION: name } });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: Region not accepted.* Set AWS_REGION.*\n$/);
  });

  it('a profile that does not exist', async () => {
    const { code, stdout, stderr } = await cli(['audit'], { env: { AWS_PROFILE: 'nobody' } });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^eks-auditor: There are no AWS credentials: profile nobody \(AWS_PROFILE\) does not exist.*\n$/,
    );
  });

  it('credentials that AWS rejects', async () => {
    const env = { ...credentialsOf(await aSandbox()), AWS_ACCESS_KEY_ID: 'AKIANOBODY0000000000' };

    const { code, stdout, stderr } = await cli(['audit'], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^eks-auditor: AWS does not accept the credentials \(sts:GetCallerIdentity: \w+\): .*\n$/,
    );
  });

  it('a Region that AWS does not have', async () => {
    const env = credentialsOf(await aSandbox());

    const { code, stdout, stderr } = await cli(['audit', '--region', 'eu-west-9'], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('unknown Region eu-west-9. Available:');
    expect(stderr).toContain('eu-west-1');
  });

  it('an endpoint that refuses connections', async () => {
    const env = { ...credentialsOf(await aSandbox()), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const config = join(aFolder(), 'config.yaml');
    writeFileSync(config, 'limits: { maxAttempts: 1 }');

    const { code, stdout, stderr } = await cli(['audit', '--config', config], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('ECONNREFUSED');
  });

  it('an organization that the caller is not allowed to read', async () => {
    const { code, stderr } = await cli(['audit', '--organization'], {
      env: credentialsOf(await aSandbox(), PAYMENTS),
    });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^eks-auditor: .*organizations:\w+ failed with AccessDenied/);
  });

  it('a role that no account has: it is named, with every account', async () => {
    const args = ['--account', PAYMENTS, SHOP, '--role-name', 'NoSuchRole'];

    const { code, stdout } = await audit(await aSandbox(), args);

    expect(code).toBe(4);
    expect(stdout).toContain('role/NoSuchRole');
    expect(stdout).toContain(PAYMENTS);
    expect(stdout).toContain(SHOP);
  });
});
