import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { buildProgram } from '../../../infra/cli/program.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP } from '../../harness.ts';
import { aSandbox, audit } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

describe('a configuration', () => {
  it.each([
    ['empty', '', 'is empty'],
    ['comments only', '# nothing', 'is empty'],
    ['a text with secrets', 'aws_secret_access_key = canary', 'not a configuration'],
    ['not YAML, with secrets', '[default]\naws_secret_access_key = canary', 'line 2, column 1'],
    ['a part of itself', 'targets: &a { accounts: *a }', 'an anchor contains itself'],
    ['an alias of nothing', 'targets: *canary', 'an alias without its anchor'],
  ])('is refused, and not quoted, where it is %s', async (_, text, words) => {
    const file = join(aFolder(), 'audit.yaml');
    writeFileSync(file, text);

    const { code, stderr } = await cli(['audit', '--config', file]);

    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('canary');
  });
});

test.each([{ more: [] }, { more: ['--debug'] }])(
  'what a configuration of others holds moves no cursor: $more',
  async ({ more }) => {
    const file = join(aFolder(), 'audit.yaml');
    const text = '\u001b]0;x\u0007\u009b31m\u202e';
    writeFileSync(file, JSON.stringify({ [text]: 1, limits: { [text]: 1 }, targets: { regions: [text] } }));

    const { code, stderr } = await cli(['audit', '--config', file, ...more]);

    expect(code).toBe(2);
    expect(stderr).toContain('limits.\\u001b]0;x\\u0007\\u009b31m\\u202e: unknown key');
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  },
);

describe('what decides the exit code, and what is shown', () => {
  it.each([
    { args: [], code: 3 },
    { args: ['--fail-on', 'MEDIUM'], code: 3 },
    { args: ['--fail-on', 'high'], code: 0 },
    { args: ['--only', 'warnings'], code: 3 },
    { args: ['--severity', 'HIGH'], code: 3 },
  ])('$args ends with $code, and counts everything', async ({ args, code }) => {
    const result = await audit(await aSandbox(), ['--account', SHOP, ...args]);

    expect(result.code).toBe(code);
    expect(result.stdout).toContain('Verdicts  1 failed');
    expect(result.stdout).toContain('1 finding (1 MEDIUM)');
    expect(result.stdout.includes('PUBLIC_ACCESS_ENABLED')).toBe(!/only|severity/.test(args.join()));
  });

  it('says who found no cluster, in the last line', async () => {
    const sandbox = await aSandbox(aTestOrganization());

    const { code, stdout } = await audit(sandbox, []);
    const required = await audit(sandbox, ['--require-clusters']);

    expect(code).toBe(0);
    const [conclusion = ''] = stdout.split('\n\n').slice(-1);
    expect(conclusion).toMatch(/0 clusters/);
    expect(conclusion).toContain(SECURITY);
    expect(required.code).toBe(4);
    expect(required.stdout).toContain('INCOMPLETE');
  });

  it('is the last screen on the standard error where the report is elsewhere', async () => {
    const report = join(aFolder(), 'result.json');

    const { stderr } = await audit(await aSandbox(), ['--organization', '--output', report]);
    const quiet = await audit(await aSandbox(), ['--organization', '--output', report, '--quiet']);

    expect(stderr).toContain(`Caller    ${SECURITY}`);
    expect(stderr).toMatch(/Severity {2}1 MEDIUM\nWorst {5}storefront/);
    expect(stderr).toContain('Not seen  nothing');
    expect(stderr).toContain(report);
    expect(quiet.stderr).toBe('');
  });

  it('names each account that is done with --verbose', async () => {
    const { stderr } = await audit(await aSandbox(), ['--organization', '--verbose']);

    expect(stderr).toContain(`: payments (${PAYMENTS}), 1 cluster, covered\n`);
  });
});

it('takes the external id from a file', async () => {
  const file = join(aFolder(), 'id');
  writeFileSync(file, 'choose-something-long\n');
  const world = aTestOrganization().account(SHOP, {
    roles: [{ name: 'EksAuditorMember', externalId: 'choose-something-long' }],
  });

  const { code } = await audit(await aSandbox(world), ['--account', SHOP, '--external-id', file]);

  expect(code).toBe(0);
});

it('shows no external id that is wrong', async () => {
  const file = join(aFolder(), 'id');
  writeFileSync(file, 'canary canary');

  const { code, stderr } = await cli(['audit', '--external-id', file]);

  expect(code).toBe(2);
  expect(stderr).toContain('--external-id: must be 2 to 1,224');
  expect(stderr).not.toContain('canary');
});

describe('endpoints', () => {
  it.each([
    ['localhost:4567', [], 'begins with http:// or https://'],
    ['http://10.0.0.1:4567', [], '--allow-insecure-endpoint'],
    ['http://localhost.example.com', [], '--allow-insecure-endpoint'],
  ])('%s is refused', async (endpoint, args, words) => {
    const { code, stderr } = await cli(['audit', ...args], { env: { AWS_ENDPOINT_URL_EKS: endpoint } });

    expect(code).toBe(2);
    expect(stderr).toContain('AWS_ENDPOINT_URL_EKS');
    expect(stderr).toContain(words);
  });
});

it('asks no proxy with a password that is no URL, and does not show it', async () => {
  const { code, stderr } = await cli(['audit'], { env: { HTTPS_PROXY: 'me:canary@proxy' } });

  expect(code).toBe(2);
  expect(stderr).toContain('HTTPS_PROXY');
  expect(stderr).not.toContain('canary');
});

it('lists clusters', async () => {
  const sandbox = await aSandbox();

  const json = await cli(['clusters', 'list', '--organization', '--region', REGION, '--format', 'json'], {
    env: credentialsOf(sandbox),
  });
  const table = await cli(['clusters', 'list', '--organization', '--region', REGION], {
    env: credentialsOf(sandbox),
  });

  expect(JSON.parse(json.stdout)).toContainEqual(
    expect.objectContaining({
      account: SHOP,
      region: REGION,
      cluster: 'storefront',
      endpoint: 'public, private',
      nodes: 'none of EKS',
      access: expect.stringMatching(/^API|CONFIG_MAP/),
      support: expect.stringMatching(/\d{4}-\d\d-\d\d$/),
    }),
  );
  expect(table.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(sandbox.calls({ operation: 'eks:DescribeClusterVersions' })).toHaveLength(2);
});

it('says that the end of support is unknown where nobody may ask', async () => {
  const sandbox = await aSandbox();
  sandbox.fail({ operation: 'eks:DescribeClusterVersions', with: 'AccessDenied' });

  const { code, stdout } = await cli(
    ['clusters', 'list', '--account', SHOP, '--region', REGION, '--format', 'json'],
    { env: credentialsOf(sandbox) },
  );

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ cluster: 'storefront', support: 'unknown' }]);
});

it('fits its help into 80 columns', async () => {
  vi.stubEnv('COLUMNS', '80');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const paths = [[], ['audit'], ['evaluate'], ['clusters', 'list'], ['completion'], ['report'], ['matrix']];
  const helps = await Promise.all(paths.map((path) => helpOf(path)));

  const tooWide = helps.flatMap((help) => help.split('\n')).filter((line) => line.length > 80);

  expect(tooWide).toEqual([]);
});

async function helpOf(path: readonly string[]): Promise<string> {
  let command = buildProgram();
  for (const name of path) command = command.commands.find((sub) => sub.name() === name) ?? command;
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return text;
}
