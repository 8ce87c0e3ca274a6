import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../shared/model/run.ts';
import { aTestOrganization, MANAGEMENT, PAYMENTS, REGION, SHOP } from '../../harness.ts';
import { aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf, expectUsageError } from './cli-process.ts';

const SECRET = 'canary-of-an-environment-value';

function aWorld() {
  return aTestOrganization()
    .account(PAYMENTS, { name: 'payments', roles: [] })
    .account(SHOP, { name: 'shop' }, (account) =>
      account.cluster('storefront', {
        region: REGION,
        addons: [
          {
            addonName: 'vpc-cni',
            configurationValues: `{"enableNetworkPolicy":"true","env":{"TOKEN":"${SECRET}"}}`,
          },
        ],
      }),
    );
}

/** An audit of one Region by one control that keeps its inventory, and its result. */
async function anInventory(folder = join(aFolder(), 'evidence')) {
  const sandbox = await aSandbox(aWorld());
  const args = ['audit', '--organization', '--region', REGION, '--control', '5.4.4', '--format', 'json'];
  const audited = await cli([...args, '--save-inventory', folder], { env: credentialsOf(sandbox) });
  return { folder, audited, result: JSON.parse(audited.stdout) as RunResult };
}

async function evaluate(folder: string, ...args: readonly string[]): Promise<RunResult> {
  const { stdout } = await cli(['evaluate', folder, '--format', 'json', ...args]);
  return JSON.parse(stdout);
}

describe('an inventory', () => {
  it('is judged again, without credentials, as it was by the audit', async () => {
    const { folder, result } = await anInventory();

    expect(await evaluate(folder, '--control', '5.4.4')).toEqual(result);
  });

  it('has what other versions and all other controls need, at the time of the run', async () => {
    const { folder, result } = await anInventory();

    const other = await evaluate(folder, '--benchmark', '1.3.0');

    expect(other.run).toEqual({ ...result.run, benchmark: '1.3.0' });
    const of = (account: string) => other.verdicts.filter(({ scope }) => scope.accountId === account);
    expect(new Set(of(SHOP).map(({ control }) => control)).size).toBeGreaterThan(10);
    expect(of(SHOP).filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
  });

  it('is for its owner only, and says what it costs', async () => {
    const { folder, audited } = await anInventory();

    const names = readdirSync(folder, { recursive: true, withFileTypes: true });
    const modes = names.map((entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o777);
    expect(names.map(({ name }) => name)).toContain('manifest.json');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(new Set(modes)).toEqual(new Set([0o600, 0o700]));
    expect(audited.stderr).toContain('those of all controls of all versions');
    expect(audited.stderr).toContain('as many requests as an audit by every control');
  });

  it('names run, time, version, options and the digest of each file', async () => {
    const { folder, result } = await anInventory();

    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ run: result.run, options: result.options });
    expect(manifest.files).toContainEqual({
      name: `accounts/${MANAGEMENT}.json`,
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('holds no value of an environment, and judges the add-on all the same', async () => {
    const { folder, result } = await anInventory();

    const text = readFileSync(join(folder, `accounts/${SHOP}.json`), 'utf8');
    expect(text).toContain('enableNetworkPolicy');
    expect(text).not.toContain(SECRET);
    expect(result.verdicts.map(({ reasonCode }) => reasonCode)).toEqual(['ENFORCEMENT_ON']);
  });

  it('is refused where files have changed or are missing, each by its name', async () => {
    const { folder } = await anInventory();
    const changed = join(folder, `accounts/${SHOP}.json`);
    writeFileSync(changed, readFileSync(changed, 'utf8').replace('"true', '"false'));
    rmSync(join(folder, `accounts/${MANAGEMENT}.json`));

    const result = await cli(['evaluate', folder]);

    expectUsageError(
      result,
      `accounts/${SHOP}.json has changed`,
      `accounts/${MANAGEMENT}.json cannot be read`,
    );
    expect(result.stderr).not.toContain(PAYMENTS);
  });

  it('is refused where the file that names all others has changed', async () => {
    const { folder } = await anInventory();
    const manifest = join(folder, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(REGION, 'us-east-2'));

    expectUsageError(await cli(['evaluate', folder]), 'manifest.json does not have its digest');
  });

  it('is refused where it is nested too deeply', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'manifest.json'), `{"run":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);

    expectUsageError(await cli(['evaluate', folder]), 'manifest.json is nested too deeply');
  });

  it('is not written where something is already', async () => {
    const folder = join(aFolder(), 'evidence');
    mkdirSync(join(folder, 'other'), { recursive: true });

    expectUsageError(await cli(['audit', '--save-inventory', folder]), folder, 'not empty');
  });
});
