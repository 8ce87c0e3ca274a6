import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { aConfig, ROOT } from '../infra/cdk/synthesized.ts';

/** Runs the application as the CDK's command line does. */
async function synthesize(config: unknown): Promise<{ readonly code: unknown; readonly stderr: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'eks-auditor-app-'));
  const file = join(directory, 'eks-auditor.yaml');
  await writeFile(file, stringify(config));
  const environment = {
    ...process.env,
    CDK_OUTDIR: join(directory, 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify({ config: file }),
  };
  return new Promise((resolve) => {
    const arguments_ = [join(ROOT, 'infra/cdk/app.ts')];
    execFile(process.execPath, arguments_, { env: environment, cwd: ROOT }, (error, _stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}

test('a mistake in the configuration ends the synthesis with a message, and no stack trace', async () => {
  const config = aConfig({ deployment: { memberRole: { organizationalUnits: ['ou-1'] } } });

  const { code, stderr } = await synthesize(config);

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /Invalid configuration \S*eks-auditor\.yaml:\n {2}deployment\.memberRole\.organizationalUnits\[0\]: must be like ou-/,
  );
  expect(stderr).not.toContain('    at ');
}, 60_000);

test('a valid configuration is synthesized, bundles and all, without AWS', async () => {
  expect(await synthesize(aConfig())).toMatchObject({ code: 0 });
}, 120_000);
