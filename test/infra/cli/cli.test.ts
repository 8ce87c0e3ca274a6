import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildProgram } from '../../../infra/cli/program.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { aFolder, cli, serving } from './cli-process.ts';

/** What every complaint has: the right exit code, one message, and nothing where data belongs. */
function expectComplaint(ended: Awaited<ReturnType<typeof cli>>, ...words: readonly string[]): void {
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/^eks-auditor: /);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  for (const word of words) expect(ended.stderr).toContain(word);
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
    { args: ['controls', 'show', '--help'], words: ['<id>', '--benchmark'] },
    { args: ['sandbox', 'serve', '--help'], words: ['--port', '--world'] },
  ])('$args prints help', async ({ args, words }) => {
    const { code, stdout, stderr } = await cli(args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of words) expect(stdout).toContain(word);
  });

  it('fits help into 80 columns', async () => {
    const { stdout } = await cli(['audit', '--help'], { env: { COLUMNS: '80' } });

    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([[[]], [['controls']], [['sandbox']]])(
    'shows help, as a mistake, without a command: %j',
    async (args) => {
      const { code, stdout, stderr } = await cli(args);

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Usage: eks-auditor');
    },
  );
});

it('has a documentation of every command and option', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const all = [buildProgram()].flatMap(function below(command): Command[] {
    return [command, ...command.commands.flatMap(below)];
  });

  for (const command of all) {
    expect(page).toContain(command.name());
    for (const option of command.options) expect(page, command.name()).toContain(option.long);
  }
});

describe('bad usage', () => {
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
    { args: ['audit', '--control', 'endpoint'], words: ['--control', '"endpoint"', 'such as 5.4.1'] },
    { args: ['audit', '--control', '9.9.9'], words: ['--control: ', '1.5.0', '9.9.9', '2.1.1', '5.5.1'] },
    { args: ['audit', '--control', '5.6.1'], words: ['--control: ', '1.5.0', '5.6.1'] },
    {
      args: ['audit', '--role-name', 'arn:aws:iam::111122223333:role/a'],
      words: ['--role-name', 'not its ARN', 'arn:aws:iam::111122223333:role/a'],
    },
    { args: ['audit', '--external-id', 'x'], words: ['--external-id', '"x"', '2 to 1,224'] },
    { args: ['audit', '--output', '/no/such/folder/x.json'], words: ['--output', '/no/such/folder/x.json'] },
    { args: ['audit', '--output', '.'], words: ['--output', 'directory'] },
    { args: ['controls', 'show'], words: ["missing required argument 'id'"] },
    { args: ['controls', 'show', '5.4'], words: ['5.4', '5.4.1'] },
    { args: ['controls', 'lst'], words: ['Did you mean list?'] },
    { args: ['sandbox', 'serve', '--port', '70000'], words: ['--port', '70000', '0 to 65535'] },
    { args: ['sandbox', 'serve', '--world', '/no/such/world.yaml'], words: ['--world', 'ENOENT'] },
  ])('$args is refused with what is allowed', async ({ args, words }) => {
    expectComplaint(await cli(args), ...words);
  });
});

describe('broken configuration', () => {
  const aFile = (text: string) => {
    const path = join(aFolder(), 'config.yaml');
    writeFileSync(path, text);
    return path;
  };

  it.each([
    { what: 'an unknown key', text: 'targets: { acounts: [] }', words: ['targets.acounts'] },
    { what: 'a wrong type', text: 'limits: { accounts: many }', words: ['limits.accounts', '"many"'] },
    {
      what: 'a number where text belongs',
      text: 'targets: { accounts: [111122223333] }',
      words: ['targets.accounts.0'],
    },
    {
      what: 'an impossible combination',
      text: 'targets: { organizationalUnits: [ou-ab12-cd34ef56] }',
      words: ['targets.organizationalUnits', 'targets.organization: true'],
    },
    { what: 'no YAML', text: 'targets: [', words: ['not YAML or JSON: Flow sequence', 'column 11\n'] },
    { what: 'a list', text: '[]', words: ['the whole'] },
    {
      what: 'an unknown control',
      text: 'controls: { exclude: [9.9.9] }',
      words: ['controls.exclude', '9.9.9', '5.4.1'],
    },
    {
      what: 'no control left',
      text: 'controls: { include: [5.4.1], exclude: [5.4.1] }',
      words: ['controls.exclude'],
    },
  ])('$what is refused', async ({ text, words }) => {
    expectComplaint(await cli(['audit', '--config', aFile(text)]), ...words);
  });

  it('names the file that cannot be read', async () => {
    expectComplaint(await cli(['audit', '--config', '/no/such.yaml']), '/no/such.yaml', 'ENOENT');
  });

  it('names a variable that does not exist', async () => {
    const ended = await cli(['audit'], { env: { EKS_AUDITOR_REGION: 'eu-west-1' } });

    expectComplaint(ended, 'EKS_AUDITOR_REGION', 'EKS_AUDITOR_REGIONS');
  });

  it('leaves no empty report behind', async () => {
    const folder = aFolder();

    await cli(['audit', '--output', join(folder, 'report.json'), '--config', aFile('x: 1')]);

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('controls', () => {
  it('are listed with severity and what they judge', async () => {
    const { code, stdout } = await cli(['controls', 'list']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^5\.4\.1 +HIGH +cluster +Access to the control plane endpoint/m);
  });

  it('are those of the benchmark', async () => {
    const idsOf = async (benchmark: string) => {
      const { stdout } = await cli(['controls', 'list', '--format', 'json', '--benchmark', benchmark]);
      return JSON.parse(stdout).map((one: { id: string }) => one.id);
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

  it('are all shown that share an id', async () => {
    const { stdout } = await cli(['controls', 'show', '5.1.2', '--format', 'json']);

    expect(JSON.parse(stdout).map((one: { level: string }) => one.level)).toEqual(['account', 'region']);
  });
});

describe('sandbox serve', () => {
  const aWorld = (text: string) => {
    const path = join(aFolder(), 'world.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('serves the world of a file until it is told to stop', async () => {
    const world = aWorld('accounts: [{ id: "123456789012", name: mine }]');

    const ended = await cli(['sandbox', 'serve', '--port', '0', '--world', world], {
      input: async (child) => {
        await serving(child);
        child.kill('SIGINT');
      },
    });

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(ended.stdout).toContain('123456789012');
  });

  it.each([
    {
      what: 'an unknown key',
      text: 'acounts: []',
      words: ['acounts', 'there are partition, organization, accounts'],
    },
    { what: 'a wrong value', text: 'accounts: [{ id: "1" }]', words: ['accounts.0.id', '12 digits'] },
    { what: 'no YAML', text: 'accounts: [', words: ['not YAML or JSON'] },
  ])('refuses a world with $what', async ({ text, words }) => {
    const world = aWorld(text);

    expectComplaint(
      await cli(['sandbox', 'serve', '--port', '0', '--world', world]),
      '--world',
      world,
      ...words,
    );
  });

  it('names the port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? `${address?.port}` : '';

    expectComplaint(await cli(['sandbox', 'serve', '--port', port]), '--port', port, 'EADDRINUSE');
  });
});

describe('the process', () => {
  const crash = ['--import', 'data:text/javascript,JSON.stringify=()=>{throw new Error("boom")}'];
  const args = ['controls', 'list', '--format', 'json'];

  it('ends with 1 and without a stack trace when it crashes', async () => {
    const { code, stdout, stderr } = await cli(args, { node: crash });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('eks-auditor: This is a bug: boom\nRun it again with --debug to see where.\n');
  });

  it.each([
    { how: '--debug', more: ['--debug'], env: {} },
    { how: 'DEBUG', more: [], env: { DEBUG: 'other,eks-auditor' } },
  ])('shows the stack trace with $how', async ({ more, env }) => {
    const { code, stderr } = await cli([...args, ...more], { node: crash, env });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^\s+at /m);
  });

  it('ends quietly when whoever reads has seen enough', async () => {
    const ended = await cli(args, { input: (child) => child.stdout?.destroy() });

    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('writes colours only when they are wanted', async () => {
    const plain = await cli(['controls', 'list']);
    const forced = await cli(['controls', 'list'], { env: { FORCE_COLOR: '1' } });
    const refused = await cli(['controls', 'list'], { env: { FORCE_COLOR: '0' } });

    expect(plain.stdout).not.toContain('\u001b[');
    expect(forced.stdout).toContain('\u001b[');
    expect(refused.stdout).toBe(plain.stdout);
  });
});
