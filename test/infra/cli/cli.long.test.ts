import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../infra/cli/program.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { aSandbox, NARROW } from './audit-process.ts';
import { aFolder, cli, cliProcess, credentialsOf, shellProcess } from './cli-process.ts';

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

  it('are shown with their reason codes, what is read, and how to fix them', async () => {
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

  it('writes colours only where FORCE_COLOR requests them', async () => {
    const plain = await cli(['controls', 'list']);
    const forced = await cli(['controls', 'list'], { env: { FORCE_COLOR: '1' } });
    const refused = await cli(['controls', 'list'], { env: { FORCE_COLOR: '0' } });

    expect(plain.stdout).not.toContain('\u001b[');
    expect(forced.stdout).toContain('\u001b[');
    expect(refused.stdout).toBe(plain.stdout);
  });
});

it('uses the configuration of the working folder by itself, and says so', async () => {
  const folder = aFolder();
  writeFileSync(join(folder, 'eks-auditor.yaml'), 'targets: { organization: true }');
  const sandbox = await aSandbox();

  const { stderr, stdout } = await shellProcess(
    'cd "$FOLDER" && "$0" "$@"',
    ['audit', ...NARROW, '--format', 'json'],
    { env: { ...credentialsOf(sandbox), FOLDER: folder } },
  );

  expect(stderr).toMatch(/^using \.\/eks-auditor\.yaml: the whole organization, 1 Region\n/);
  expect(JSON.parse(stdout).coverage.accounts).toHaveLength(4);
});
