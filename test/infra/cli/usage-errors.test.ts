import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNSAFE } from '../../shared/report/hostile-texts.ts';
import { aFolder, cli, expectUsageError } from './cli-process.ts';

describe('a name that moves the cursor', () => {
  const name = 'x\u001b[31m\u202e';

  it.each([
    ['audit', `--${name}`],
    ['audit', '--config', name],
    ['audit', '--account', name],
    ['audit', '--output', `${name}/a.html`],
    ['controls', 'show', name],
    ['evaluate', name],
    ['exceptions', 'check', name],
    ['report', name],
    ['report', '--output', `${name}.pdf`, name],
  ])('is just a name in what is wrong with it: %s %s', async (...args) => {
    const result = await cli(args);

    expectUsageError(result, 'x\\u001b[31m\\u202e');
    expect(result.stderr.replaceAll('\n', '')).not.toMatch(UNSAFE);
  });

  it('is just a name where it is a key of a configuration', async () => {
    const file = join(aFolder(), 'audit.yaml');
    writeFileSync(file, JSON.stringify({ [name]: 1 }));

    expectUsageError(await cli(['audit', '--config', file]), 'x\\u001b[31m\\u202e: unknown key');
  });
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
    { args: ['audit', '--format', 'xml'], words: ['--format', 'xml', 'table, json, html, csv, markdown'] },
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
    {
      args: ['audit', '--external-id', '/no/such/file'],
      words: ['--external-id', 'ENOENT', 'EKS_AUDITOR_EXTERNAL_ID'],
    },
    { args: ['audit', '--fail-on', 'BAD'], words: ['--fail-on', 'BAD', 'CRITICAL, HIGH'] },
    { args: ['audit', '--severity', 'BAD'], words: ['--severity', 'BAD', 'CRITICAL, HIGH'] },
    { args: ['audit', '--only', 'passed'], words: ['--only', 'failed, warnings, not-available, excepted'] },
    { args: ['audit', '--quiet', '--verbose'], words: ['--quiet', '--verbose'] },
    { args: ['audit', '--profile', 'staging'], words: ['--profile staging: there is no such profile'] },
    { args: ['audit', '--config', ''], words: ['the name of its file is empty'] },
    {
      args: ['audit', '--save-inventory', '/no/such/folder'],
      words: ['--save-inventory', 'no such directory'],
    },
    { args: ['evaluate', '/no/such/folder'], words: ['/no/such/folder', 'manifest.json'] },
    { args: ['completion', 'tcsh'], words: ['tcsh', 'bash, zsh, fish'] },
    {
      args: ['controls', 'show', '5.6.1'],
      words: ['5.6.1', 'fargate in 1.3.0', '--benchmark 1.3.0'],
    },
    { args: ['audit', '--output', '/no/such/folder/x.json'], words: ['--output', '/no/such/folder/x.json'] },
    { args: ['audit', '--output', '.'], words: ['--output', 'directory'] },
    { args: ['report'], words: ["missing required argument 'result'"] },
    { args: ['report', '/no/such.json'], words: ['/no/such.json', 'no such file'] },
    { args: ['matrix', '--format', 'html'], words: ['--format', 'html', 'markdown, csv'] },
    { args: ['matrix', '--benchmark', '1.4.0'], words: ['--benchmark', '1.4.0', '1.3.0'] },
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
