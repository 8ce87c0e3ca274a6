import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Config } from '../../shared/config/config.ts';

/** The three steps that run as functions; each is `functions/<name>/handler.ts`. */
export const FUNCTION_NAMES = ['plan', 'audit', 'report'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The directory of each function's bundle: `index.mjs` and, beside it, what the function is configured with. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/** The name of the configuration within a bundle. An environment would hold no more than 4 KB of it. */
export const CONFIG_FILE = 'config.json';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the functions with their configuration into directories of their own. */
export async function bundleFunctions(config: Config): Promise<Bundles> {
  const [plan, audit, report] = await Promise.all(FUNCTION_NAMES.map((name) => bundle(name, config)));
  if (!plan || !audit || !report) throw new Error('a function was not bundled');
  return { plan, audit, report };
}

/** The only place that says how a function is bundled. */
async function bundle(name: FunctionName, config: Config): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `eks-auditor-${name}-`));
  await build({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/handler.ts`],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's ES modules: half the size of its CommonJS ones, and half the start.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: false,
    logLevel: 'warning',
    plugins: [shakeable, replacing({ ...IN_LAMBDA, ...(name === 'audit' ? {} : JSON_ONLY) })],
    banner: {
      // Some dependencies are CommonJS, and require Node's own modules.
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  await writeFile(join(directory, CONFIG_FILE), JSON.stringify(config));
  return directory;
}

/**
 * Two libraries are written so that esbuild keeps all of them for the sake of the little that is used:
 * - the SDK's schemas, for their keys are computed (`[_VpcId]: …`) of constants of the same file;
 * - zod, when it is imported as the object `z`, for an object is not shaken.
 * Without this the functions are twice as large.
 */
const shakeable: Plugin = {
  name: 'shakeable',
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
    esbuild.onLoad({ filter: /[\\/](functions|shared)[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace("import { z } from 'zod'", "import * as z from 'zod'"),
      loader: 'ts',
    }));
  },
};

function withLiteralKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w*) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return source.replace(/\[(_\w*)\]:/g, (key, name) =>
    constants.has(name) ? `${constants.get(name)}:` : key,
  );
}

type Replacements = Readonly<Record<string, string>>;

/** Lambda hands credentials over in the environment; the SDK's other providers would be an eighth of a function. */
const IN_LAMBDA: Replacements = {
  '@aws-sdk/credential-provider-node':
    "import{fromEnv}from'@aws-sdk/credential-provider-env';export const defaultProvider=fromEnv;",
};
/** The configuration beside a function is JSON; YAML is for the add-ons of clusters, which only the audit reads. */
const JSON_ONLY: Replacements = { yaml: 'export const parse=JSON.parse;' };

/** Puts other code in the place of packages. */
function replacing(replacements: Replacements): Plugin {
  return {
    name: 'replacing',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^[@\w/-]+$/ }, ({ path }) =>
        path in replacements ? { path, namespace: 'replaced' } : undefined,
      );
      esbuild.onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({
        contents: replacements[path] ?? '',
        resolveDir: ROOT,
      }));
    },
  };
}
