import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundledPackages, noticesOf } from './bundled-packages.ts';
import { COMPILED, ROOT } from './paths.ts';
import { billOfMaterials } from './sbom.ts';

/** Compiles the command line and writes what the package contains besides: notices and a bill of materials. */
export async function compile(): Promise<void> {
  rmSync(join(ROOT, COMPILED), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { 'eks-auditor': 'infra/cli/main.ts' },
    inject: ['infra/cli/es2024.ts'],
    outdir: COMPILED,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    // One file for each dynamic import and what it shares with others: help and usage errors do not load the AWS SDK.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    // The ES modules of the AWS SDK: half the size of its CommonJS modules.
    mainFields: ['module', 'main'],
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
    banner: {
      // Some dependencies are CommonJS and require Node's own modules.
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  });
  const packages = bundledPackages(filesWithCode(metafile));
  const folder = join(ROOT, COMPILED);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
  writeFileSync(join(folder, 'sbom.cdx.json'), await billOfMaterials(packages));
}

/** The input files that are not shaken off completely. */
function filesWithCode({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
