import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundledPackages, noticesOf } from './bundled-packages.ts';
import { COMPILED, ROOT } from './paths.ts';
import { billOfMaterials } from './sbom.ts';

/** What the command line and the functions are compiled with alike. */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // The ES modules of the AWS SDK: half the size of its CommonJS modules.
  mainFields: ['module', 'main'],
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** Compiles the command line and writes what the package contains besides: notices and a bill of materials. */
export async function compile(): Promise<void> {
  rmSync(join(ROOT, COMPILED), { recursive: true, force: true });
  const usedBy = {
    'command line': bundledPackages(filesWithCode(await compileCommand())),
    functions: bundledPackages(filesWithCode(await functionsAsBundled())),
  };
  const folder = join(ROOT, COMPILED);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(Object.values(usedBy).flat()));
  writeFileSync(join(folder, 'sbom.cdx.json'), await billOfMaterials(usedBy));
}

async function compileCommand(): Promise<Metafile> {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: { 'eks-auditor': 'infra/cli/main.ts' },
    inject: ['infra/cli/es2024.ts'],
    outdir: COMPILED,
    chunkNames: 'chunks/[name]-[hash]',
    // One file for each dynamic import and what it shares with others: help and usage errors do not load the AWS SDK.
    splitting: true,
    target: 'node20.18',
    keepNames: true,
    banner: {
      // Some dependencies are CommonJS and require Node's own modules.
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  });
  return metafile;
}

/** What a deployment puts into the Lambda functions: nothing of it is written, only the libraries are looked up. */
async function functionsAsBundled(): Promise<Metafile> {
  const entryPoints = ['plan', 'audit', 'report'].map((name) => `functions/${name}/handler.ts`);
  const { metafile } = await build({
    ...COMMON,
    entryPoints,
    outdir: 'functions',
    target: 'node24',
    write: false,
  });
  return metafile;
}

/** The input files that are not shaken off completely. */
function filesWithCode({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
