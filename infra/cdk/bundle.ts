import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import type { Config } from '../../shared/config/config.ts';

/** The three steps that run as functions; each is `functions/<name>/handler.ts`. */
export const FUNCTION_NAMES = ['plan', 'audit', 'report'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The directory of each function's bundle: `index.mjs` and, beside it, the configuration of the function. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/** The name of the configuration file in a bundle. Lambda's environment variables hold no more than 4 KB. */
export const CONFIG_FILE = 'config.json';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles each function, with its configuration, into a directory of its own. The external id is in that of the audit only. */
export async function bundleFunctions(config: Config): Promise<Bundles> {
  // Only the audit function assumes roles.
  const { externalId: _, ...role } = config.role;
  const withoutExternalId = { ...config, role };
  const [plan, audit, report] = await Promise.all([
    bundle('plan', withoutExternalId),
    bundle('audit', config),
    bundle('report', withoutExternalId),
  ]);
  return { plan, audit, report };
}

async function bundle(name: FunctionName, config: Config): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `eks-auditor-${name}-`));
  await build({
    cwd: ROOT,
    input: `functions/${name}/handler.ts`,
    platform: 'node',
    transform: { target: 'node24' },
    resolve: {
      // The SDK's ES modules: what is not used of them is left out.
      mainFields: ['module', 'main'],
      alias: {
        '@aws-sdk/credential-provider-node': join(ROOT, 'infra/cdk/lambda-credentials.ts'),
        '@smithy/core/event-streams': join(ROOT, 'infra/cdk/without-event-streams.ts'),
      },
    },
    output: {
      file: join(directory, 'index.mjs'),
      format: 'esm',
      codeSplitting: false,
      minify: true,
      // Nobody reads them in Lambda, which loads every byte.
      comments: false,
      // Errors are told apart by their names, clients by those of their classes.
      keepNames: true,
    },
  });
  await writeFile(join(directory, CONFIG_FILE), JSON.stringify(config));
  return directory;
}
