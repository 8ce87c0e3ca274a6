import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import type { OrganizationBuilder } from '../../../infra/sandbox/world.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { runResultSchema } from '../../../shared/report/run-result-schema.ts';
import { aTestOrganization, MANAGEMENT, PAYMENTS, REGION, SECURITY, SHOP } from '../../harness.ts';
import { aFolder, cli, signedInTo } from './cli-process.ts';

const PRIVATE = { endpointPublicAccess: false, endpointPrivateAccess: true };
const PUBLIC = { endpointPublicAccess: true, endpointPrivateAccess: true };

/** Payments has a private cluster, shop a public one. */
function anOrganizationOfTwo(): OrganizationBuilder {
  return aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) =>
      account.cluster('ledger', { region: REGION, resourcesVpcConfig: PRIVATE }),
    )
    .account(SHOP, { name: 'shop' }, (account) =>
      account.cluster('storefront', { region: REGION, resourcesVpcConfig: PUBLIC }),
    );
}

async function aSandbox(world = anOrganizationOfTwo()): Promise<Sandbox> {
  const sandbox = await startSandbox(world);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** One control and one Region keep the runs small. */
const NARROW = ['--region', REGION, '--control', '5.4.2'];

function audit(sandbox: Sandbox, args: readonly string[]) {
  return cli(['audit', ...NARROW, ...args], { env: signedInTo(sandbox) });
}

describe('exit codes', () => {
  it('0: everything passed', async () => {
    const sandbox = await aSandbox();

    const { code, stdout, stderr } = await audit(sandbox, ['--account', PAYMENTS]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('PASSED: nothing failed; the audit is complete');
  });

  it('3: something failed', async () => {
    expect((await audit(await aSandbox(), ['--account', SHOP])).code).toBe(3);
  });

  it('0 with --exit-zero, although something failed', async () => {
    const { code, stdout } = await audit(await aSandbox(), ['--account', SHOP, '--exit-zero']);

    expect(code).toBe(0);
    expect(stdout).toContain('FAILED: 1 finding');
  });

  it('4: nothing failed, but an account could not be entered', async () => {
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

  it('3: something failed, whatever else could not be seen', async () => {
    const sandbox = await aSandbox();
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:DescribeCluster', with: 'AccessDenied' });

    expect((await audit(sandbox, ['--organization'])).code).toBe(3);
  });

  it('3: something failed, even if nobody reads it', async () => {
    const ended = await cli(['audit', ...NARROW, '--account', SHOP], {
      env: signedInTo(await aSandbox()),
      input: (child) => child.stdout?.destroy(),
    });

    expect(ended).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  it('130: interrupted, and no report is begun', async () => {
    const sandbox = await aSandbox();
    sandbox.latency(300_000);
    const folder = aFolder();

    const { code, stdout, stderr } = await cli(['audit', '--output', join(folder, 'report.html')], {
      env: signedInTo(sandbox),
      input: async (child) => {
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

describe('what stands in the way of an audit', () => {
  it('no credentials', async () => {
    const { code, stdout, stderr } = await cli(['audit']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: There are no AWS credentials.*[^.]\. Set AWS_PROFILE.*\n$/);
  });

  it.each(['', 'eu west 1'])('a Region that cannot be one: "%s"', async (name) => {
    const { code, stdout, stderr } = await cli(['audit'], { env: { AWS_REGION: name } });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: Region not accepted.* Set AWS_REGION.*\n$/);
  });

  it('a profile that does not exist', async () => {
    const { code, stdout, stderr } = await cli(['audit'], { env: { AWS_PROFILE: 'nobody' } });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: There are no AWS credentials in profile \w+ \(AWS_PROFILE\).*\n$/);
  });

  it('credentials that AWS does not know', async () => {
    const env = { ...signedInTo(await aSandbox()), AWS_ACCESS_KEY_ID: 'AKIANOBODY0000000000' };

    const { code, stdout, stderr } = await cli(['audit'], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^eks-auditor: AWS does not accept the credentials \(\w+\): .*\n$/);
  });

  it('a Region that AWS does not have', async () => {
    const env = signedInTo(await aSandbox());

    const { code, stdout, stderr } = await cli(['audit', '--region', 'eu-west-9'], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no Region eu-west-9; there are');
    expect(stderr).toContain('eu-west-1');
  });

  it('an endpoint where nobody answers', async () => {
    const env = { ...signedInTo(await aSandbox()), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const config = join(aFolder(), 'config.yaml');
    writeFileSync(config, 'limits: { maxAttempts: 1 }');

    const { code, stdout, stderr } = await cli(['audit', '--config', config], { env });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('ECONNREFUSED');
  });

  it('an organization that the caller may not read', async () => {
    const { code, stderr } = await cli(['audit', '--organization'], {
      env: signedInTo(await aSandbox(), PAYMENTS),
    });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^eks-auditor: .*organizations:\w+ failed with AccessDenied/);
  });

  it('a role that nobody has: it is named, with every account', async () => {
    const args = ['--account', PAYMENTS, SHOP, '--role-name', 'NoSuchRole'];

    const { code, stdout } = await audit(await aSandbox(), args);

    expect(code).toBe(4);
    expect(stdout).toContain('role/NoSuchRole');
    expect(stdout).toContain(PAYMENTS);
    expect(stdout).toContain(SHOP);
  });
});

describe('what is audited', () => {
  const resultOf = async (sandbox: Sandbox, args: readonly string[]): Promise<RunResult> => {
    const { stdout } = await cli(['audit', '--format', 'json', ...args], { env: signedInTo(sandbox) });
    return JSON.parse(stdout);
  };

  it('is the own account without --organization and --account', async () => {
    const result = await resultOf(await aSandbox(), NARROW);

    expect(result.coverage.accounts.map((one) => one.accountId)).toEqual([SECURITY]);
  });

  it('is every account with --organization', async () => {
    const result = await resultOf(await aSandbox(), [...NARROW, '--organization']);

    expect(result.coverage.accounts.map((one) => one.accountId).sort()).toEqual([
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

    const seen = result.coverage.accounts.map(({ accountId, regions }) => [
      accountId,
      regions.map((one) => one.region),
    ]);
    expect(seen).toEqual([
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

    expect(verdicts.map((one) => [one.controlId, one.resource.name]).sort()).toEqual([
      ['2.1.1', 'storefront'],
      ['5.4.1', 'storefront'],
    ]);
  });

  it('follows the configuration where the command line says nothing', async () => {
    const config = join(aFolder(), 'config.json');
    const targets = { organization: true, regions: [REGION], excludeAccounts: [SHOP] };
    writeFileSync(
      config,
      JSON.stringify({ targets, controls: { include: ['control-plane-logs'] }, benchmark: '1.8.0' }),
    );

    const result = await resultOf(await aSandbox(), ['--config', config, '--control', '5.4.2']);

    expect(result.run.benchmark).toBe('1.8.0');
    expect(result.coverage.accounts.map((one) => one.accountId)).not.toContain(SHOP);
    expect(result.verdicts.map((one) => one.controlId)).toEqual(['5.4.2']);
  });
});

describe('formats', () => {
  it('json is the documented document, and nothing else', async () => {
    const { stdout, stderr } = await audit(await aSandbox(), ['--account', SHOP, '--format', 'json']);
    const result = runResultSchema.parse(JSON.parse(stdout));

    expect(stderr).toBe('');
    expect(result).toMatchObject({
      schemaVersion: '1.1',
      run: { publish: false },
      coverage: { complete: true, accounts: [{ accountId: SHOP, regions: [{ region: REGION }] }] },
      verdicts: [
        {
          control: 'private-endpoint',
          controlId: '5.4.2',
          scope: { partition: 'aws', accountId: SHOP, region: REGION },
          status: 'FAILED',
          reasonCode: 'PUBLIC_ENDPOINT_ENABLED',
          resource: { type: 'AwsEksCluster', id: `arn:aws:eks:${REGION}:${SHOP}:cluster/storefront` },
        },
      ],
    });
  });

  it('asff is what publishing would import', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--account', SHOP, '--format', 'asff']);
    await audit(sandbox, ['--account', SHOP, '--publish']);

    const [wouldBe] = JSON.parse(stdout);
    const [imported] = sandbox.findings(SHOP, REGION);
    const { Id, AwsAccountId, ProductArn, GeneratorId, Title, Description, Compliance, Resources } = wouldBe;
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

    expect(stdout).toMatch(/^control_id,.*\r\n5\.4\.2,FAILED,MEDIUM,.*\r\n$/);
  });

  it('html is a document', async () => {
    const { stdout } = await audit(await aSandbox(), ['--account', SHOP, '--format', 'html']);

    expect(stdout).toMatch(/^<!doctype html>[\s\S]*storefront[\s\S]*<\/html>\n$/);
  });
});

describe('--output', () => {
  it('takes the report instead of the standard output', async () => {
    const path = join(aFolder(), 'report.txt');

    const { code, stdout } = await audit(await aSandbox(), ['--account', SHOP, '--output', path]);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(readFileSync(path, 'utf8')).toContain('FAILED: 1 finding');
  });

  it('tells the format by its name, unless --format does', async () => {
    const sandbox = await aSandbox();
    const folder = aFolder();

    await audit(sandbox, ['--output', join(folder, 'a.html')]);
    await audit(sandbox, ['--output', join(folder, 'b.html'), '--format', 'json']);

    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(readFileSync(join(folder, 'b.html'), 'utf8'))).toHaveProperty('schemaVersion');
  });

  it('replaces a longer report', async () => {
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'x'.repeat(100_000));

    await audit(await aSandbox(), ['--output', path]);

    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('schemaVersion');
  });

  it('keeps the former report when the audit cannot begin', async () => {
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'former');

    await cli(['audit', '--output', path]);

    expect(readFileSync(path, 'utf8')).toBe('former');
  });

  it('is found unwritable before anything is asked of AWS', async () => {
    const sandbox = await aSandbox();
    const path = join(aFolder(), 'no', 'such', 'report.json');

    const { code } = await audit(sandbox, ['--output', path]);

    expect(code).toBe(2);
    expect(sandbox.log).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

describe('--publish', () => {
  /** All requests that change something. */
  const writes = (sandbox: Sandbox) =>
    sandbox.log.map((one) => one.operation).filter((one) => !/:(Get|List|Describe|AssumeRole)/.test(one));

  it('writes findings to Security Hub', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--organization', '--publish']);

    expect(writes(sandbox)).toContain('securityhub:BatchImportFindings');
    expect(sandbox.findings(SHOP, REGION)).toMatchObject([{ Compliance: { Status: 'FAILED' } }]);
    expect(stdout).toContain('Findings  2 created');
  });

  it('left out, writes nothing at all', async () => {
    const sandbox = await aSandbox();

    const { stdout } = await audit(sandbox, ['--organization']);

    expect(writes(sandbox)).toEqual([]);
    expect(sandbox.findings(SHOP, REGION)).toEqual([]);
    expect(stdout).toContain('not published');
  });
});
