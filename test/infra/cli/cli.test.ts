import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildProgram } from '../../../infra/cli/program.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { aFolder, cli, cliProcess, waitUntilServing } from './cli-process.ts';

/** A usage error has exit code 2 and one message, without a stack trace and without data on the standard output. */
function expectUsageError(result: Awaited<ReturnType<typeof cli>>, ...words: readonly string[]): void {
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expect(result.stderr).toMatch(/^eks-auditor: /);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  for (const word of words) expect(result.stderr).toContain(word);
}

describe('help and version', () => {
  it.each([['--version'], ['-V']])('%s prints the version', async (flag) => {
    expect(await cli([flag])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it.each([
    { args: ['--help'], words: ['audit', 'controls', 'sandbox', 'Examples:', 'Exit codes:', 'AWS_PROFILE'] },
    { args: ['-h'], words: ['Usage: eks-auditor'] },
    { args: ['help', 'audit'], words: ['--organization', '--publish'] },
    {
      args: ['audit', '--help'],
      words: ['--region <region...>', '--exit-zero', 'Without --publish nothing'],
    },
    { args: ['controls', 'show', '--help'], words: ['<control>', '--benchmark'] },
    { args: ['sandbox', 'serve', '--help'], words: ['--port', '--world'] },
  ])('$args prints help', async ({ args, words }) => {
    const { code, stdout, stderr } = await cli(args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of words) expect(stdout).toContain(word);
  });

  it('help fits into 80 columns', async () => {
    const { stdout } = await cli(['audit', '--help'], { env: { COLUMNS: '80' } });

    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([[[]], [['controls']], [['sandbox']]])(
    'prints help, as a usage error, without a command: %j',
    async (args) => {
      const { code, stdout, stderr } = await cli(args);

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Usage: eks-auditor');
    },
  );
});

it('every command and option is documented', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const commands = [buildProgram()].flatMap(function withSubcommands(command): Command[] {
    return [command, ...command.commands.flatMap(withSubcommands)];
  });

  for (const command of commands) {
    expect(page).toContain(command.name());
    for (const option of command.options) expect(page, command.name()).toContain(option.long);
  }
});

describe('invalid usage', () => {
  it.each([
    { args: ['adit'], words: ["unknown command 'adit'", 'Did you mean audit?'] },
    {
      args: ['audit', '--formt', 'json'],
      words: ["unknown option '--formt'", 'Did you mean --format?', 'audit --help'],
    },
    { args: ['audit', 'eu-west-1'], words: ['too many arguments'] },
    { args: ['audit', '--region'], words: ['--region <region...>', 'argument missing'] },
    { args: ['audit', '--format', 'xml'], words: ['--format', 'xml', 'table, json, asff, html, csv'] },
    { args: ['audit', '--benchmark', '2.0'], words: ['--benchmark', '2.0', '1.3.0, 1.5.0'] },
    {
      args: ['audit', '--organization', '--account', '111122223333'],
      words: ['--organization', '--account'],
    },
    { args: ['audit', '--account', '1234'], words: ['--account', '"1234"', '12 digits'] },
    { args: ['audit', '--account', '111122223333,'], words: ['--account', '""', '12 digits'] },
    { args: ['audit', '--region', 'europe'], words: ['--region', '"europe"', 'such as eu-west-1'] },
    { args: ['audit', '--cluster', ''], words: ['--cluster', '""'] },
    {
      args: ['audit', '--control', 'endpoint'],
      words: ['--control: Unknown control endpoint', 'endpoint-access (5.4.1)'],
    },
    { args: ['audit', '--control', '9.9.9'], words: ['--control: ', '1.5.0', '9.9.9', '2.1.1', '5.5.1'] },
    {
      args: ['audit', '--control', '5.6.1'],
      words: ['--control: ', '1.5.0', '5.6.1', 'It is fargate in 1.3.0'],
    },
    {
      args: ['audit', '--role-name', 'arn:aws:iam::111122223333:role/a'],
      words: ['--role-name', 'not its ARN', 'arn:aws:iam::111122223333:role/a'],
    },
    { args: ['audit', '--external-id', 'x'], words: ['--external-id', '"x"', '2 to 1,224'] },
    { args: ['audit', '--output', '/no/such/folder/x.json'], words: ['--output', '/no/such/folder/x.json'] },
    { args: ['audit', '--output', '.'], words: ['--output', 'directory'] },
    { args: ['controls', 'show'], words: ["missing required argument 'control'"] },
    { args: ['controls', 'show', '5.4'], words: ['5.4', '5.4.1'] },
    { args: ['controls', 'lst'], words: ['Did you mean list?'] },
    { args: ['sandbox', 'serve', '--port', '70000'], words: ['--port', '70000', '0 to 65535'] },
    { args: ['sandbox', 'serve', '--world', '/no/such/world.yaml'], words: ['--world', 'ENOENT'] },
  ])('$args is rejected, and the message names what is allowed', async ({ args, words }) => {
    expectUsageError(await cli(args), ...words);
  });
});

describe('invalid configuration', () => {
  const aFile = (text: string) => {
    const path = join(aFolder(), 'config.yaml');
    writeFileSync(path, text);
    return path;
  };

  it.each([
    { what: 'an unknown key', text: 'targets: { acounts: [] }', words: ['targets.acounts'] },
    { what: 'a wrong type', text: 'limits: { maxAttempts: many }', words: ['limits.maxAttempts', '"many"'] },
    {
      what: 'a number instead of text',
      text: 'targets: { accounts: [111122223333] }',
      words: ['targets.accounts[0]'],
    },
    {
      what: 'an impossible combination',
      text: 'targets: { organizationalUnits: [ou-ab12-cd34ef56] }',
      words: ['targets.organizationalUnits', 'targets.organization: true'],
    },
    { what: 'a syntax error', text: 'targets: [', words: ['not YAML or JSON: Flow sequence', 'column 11\n'] },
    { what: 'a list', text: '[]', words: ['the whole'] },
    {
      what: 'an unknown control',
      text: 'controls: { exclude: [9.9.9] }',
      words: ['controls.exclude[0]', '9.9.9', 'endpoint-access'],
    },
    {
      what: 'no control left',
      text: 'controls: { include: [endpoint-access], exclude: [endpoint-access] }',
      words: ['controls.exclude'],
    },
  ])('$what is rejected', async ({ text, words }) => {
    expectUsageError(await cli(['audit', '--config', aFile(text)]), ...words);
  });

  it('names the file that cannot be read', async () => {
    expectUsageError(await cli(['audit', '--config', '/no/such.yaml']), '/no/such.yaml', 'ENOENT');
  });

  it('names a variable that does not exist', async () => {
    const result = await cli(['audit'], { env: { EKS_AUDITOR_REGION: 'eu-west-1' } });

    expectUsageError(result, 'EKS_AUDITOR_REGION', 'EKS_AUDITOR_REGIONS');
  });

  it('writes no empty report', async () => {
    const folder = aFolder();

    await cli(['audit', '--output', join(folder, 'report.json'), '--config', aFile('x: 1')]);

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('controls', () => {
  it('are listed with their severity and level', async () => {
    const { code, stdout } = await cli(['controls', 'list']);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^5\.4\.1 +HIGH +cluster +Access to the control plane endpoint is restricted\n +endpoint-access$/m,
    );
    const { stdout: renumbered } = await cli(['controls', 'list', '--benchmark', '2.0.0']);
    expect(renumbered).toMatch(/^4\.3\.1, 4\.3\.2 +MEDIUM +cluster +Network policies/m);
  });

  it('are those of the benchmark', async () => {
    const idsOf = async (benchmark: string) => {
      const { stdout } = await cli(['controls', 'list', '--format', 'json', '--benchmark', benchmark]);
      return JSON.parse(stdout).map(({ id }: { id: string }) => id);
    };

    expect(await idsOf('1.3.0')).toContain('5.6.1');
    expect(await idsOf('1.5.0')).not.toContain('5.6.1');
  });

  it('are shown with their decisions, what is read, and how to fix them', async () => {
    const { code, stdout } = await cli(['controls', 'show', '5.4.1']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/FAILED +OPEN_TO_INTERNET \(HIGH\)/);
    expect(stdout).toMatch(/FAILED +OVERLY_BROAD \(MEDIUM\)/);
    expect(stdout).toMatch(/PASSED +RESTRICTED\n/);
    expect(stdout).toMatch(/Reads +eks:DescribeCluster\n/);
    expect(stdout).toContain('aws eks update-cluster-config');
    expect(stdout).toContain('https://');
  });

  it('with the same id are shown together', async () => {
    const { stdout } = await cli(['controls', 'show', '5.1.2', '--format', 'json']);

    expect(
      JSON.parse(stdout)
        .map(({ level }: { level: string }) => level)
        .sort(),
    ).toEqual(['account', 'region']);
  });
});

describe('sandbox serve', () => {
  const aWorld = (text: string) => {
    const path = join(aFolder(), 'world.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('serves the world of a file until SIGINT', async () => {
    const world = aWorld('accounts: [{ id: "123456789012", name: mine }]');

    const result = await cliProcess(['sandbox', 'serve', '--port', '0', '--world', world], {
      interact: async (child) => {
        await waitUntilServing(child);
        child.kill('SIGINT');
      },
    });

    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(result.stdout).toContain('123456789012');
  });

  it.each([
    {
      what: 'an unknown key',
      text: 'acounts: []',
      words: ['acounts', 'available: partition, organization, accounts'],
    },
    { what: 'a wrong value', text: 'accounts: [{ id: "1" }]', words: ['accounts[0].id', '12 digits'] },
    { what: 'a syntax error', text: 'accounts: [', words: ['not YAML or JSON'] },
  ])('rejects a world with $what', async ({ text, words }) => {
    const world = aWorld(text);

    expectUsageError(
      await cli(['sandbox', 'serve', '--port', '0', '--world', world]),
      '--world',
      world,
      ...words,
    );
  });

  it('names the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? `${address?.port}` : '';

    expectUsageError(await cli(['sandbox', 'serve', '--port', port]), '--port', port, 'EADDRINUSE');
  });
});

describe('the process', () => {
  const crash = ['--import', 'data:text/javascript,JSON.stringify=()=>{throw new Error("boom")}'];
  const args = ['controls', 'list', '--format', 'json'];

  it('ends with 1 and no stack trace after an internal error', async () => {
    const { code, stdout, stderr } = await cliProcess(args, { node: crash });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'eks-auditor: Internal error: boom\nThis is a bug. Run it again with --debug for the stack trace.\n',
    );
  });

  it.each([
    { how: '--debug', more: ['--debug'], env: {} },
    { how: 'DEBUG', more: [], env: { DEBUG: 'other,eks-auditor' } },
  ])('prints the stack trace with $how', async ({ more, env }) => {
    const { code, stderr } = await cliProcess([...args, ...more], { node: crash, env });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^\s+at /m);
  });

  it('ends without a message when the reader closes the pipe', async () => {
    const result = await cliProcess(args, { interact: (child) => child.stdout?.destroy() });

    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('writes colours only where FORCE_COLOR asks for them', async () => {
    const plain = await cli(['controls', 'list']);
    const forced = await cli(['controls', 'list'], { env: { FORCE_COLOR: '1' } });
    const refused = await cli(['controls', 'list'], { env: { FORCE_COLOR: '0' } });

    expect(plain.stdout).not.toContain('\u001b[');
    expect(forced.stdout).toContain('\u001b[');
    expect(refused.stdout).toBe(plain.stdout);
  });
});
