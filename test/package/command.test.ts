import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runResultSchema } from '../../shared/report/run-result-schema.ts';
import { Installation, NODE_MAJORS } from './installation.ts';

describe.each(NODE_MAJORS)('on Node %i', (major) => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.create(major);
  });
  afterAll(() => installation.remove());

  it('npx runs the command', async () => {
    expect(await installation.npm('npx', ['eks-auditor', '--version'])).toBe(
      `${installation.manifest.version}\n`,
    );
  });

  it('prints help', async () => {
    const { code, stdout, stderr } = await installation.command(['--help']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: eks-auditor');
  });

  it('lists controls, without colours where the output is not a terminal', async () => {
    const { code, stdout, stderr } = await installation.command(['controls', 'list']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^5\.4\.1 +HIGH +cluster /m);
    expect(stdout).not.toContain('\u001b[');
  });

  it('shows a control, in colours where they are forced', async () => {
    const { stdout } = await installation.command(['controls', 'show', '5.4.1'], { FORCE_COLOR: '1' });

    expect(stdout).toContain('OPEN_TO_INTERNET');
    expect(stdout).toContain('\u001b[');
  });

  it('rejects an unknown option', async () => {
    const { code, stderr } = await installation.command(['audit', '--no-such-option']);

    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--no-such-option'");
  });

  it('audits the organization of its own sandbox', async () => {
    const sandbox = await serveSandbox(installation);
    const audit = (...args: readonly string[]) =>
      installation.command(
        ['audit', '--organization', '--region', 'eu-west-1', ...args],
        sandbox.environment,
      );

    const json = await audit('--quiet', '--format', 'json');
    const table = await audit('--quiet', '--publish', '--output', 'report.html');
    await sandbox.stop();

    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 3, stderr: '' });
    const result = runResultSchema.parse(JSON.parse(json.stdout));
    expect(new Set(result.verdicts.map(({ status }) => status))).toEqual(
      new Set(['PASSED', 'FAILED', 'WARNING']),
    );
    expect(table).toEqual({ code: 3, stdout: '', stderr: '' });
    expect(readFileSync(join(installation.folder, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });
});

/** A sandbox that the package serves, and the environment variables that it prints. */
async function serveSandbox(installation: Installation) {
  const child = installation.start(['sandbox', 'serve', '--port', '0']);
  const ended = once(child, 'close');
  const text = await new Promise<string>((resolve) => {
    let printed = '';
    child.stdout.on('data', (chunk: string) => {
      printed += chunk;
      if (printed.includes('Ctrl+C')) resolve(printed);
    });
  });
  const variables = [...text.matchAll(/(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]);
  return {
    environment: Object.fromEntries(variables),
    async stop() {
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
  };
}
