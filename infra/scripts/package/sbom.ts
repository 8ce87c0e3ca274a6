import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BundledPackage } from './bundled-packages.ts';
import { ROOT } from './paths.ts';

const NPM_SBOM = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];

interface CycloneDx {
  serialNumber?: string;
  metadata: { timestamp?: string };
  components: { 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** The software bill of materials of the package (CycloneDX, JSON): that of npm, limited to what is bundled. */
export async function billOfMaterials(packages: readonly BundledPackage[]): Promise<string> {
  const { stdout } = await runNpm(NPM_SBOM);
  // The format of `npm sbom`: https://cyclonedx.org/docs/1.5/json/
  const bom = JSON.parse(stdout) as CycloneDx;
  const [root] = bom.dependencies;
  const references = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const isBundled = (reference: string) => references.has(reference);
  bom.components = bom.components.filter((component) => isBundled(component['bom-ref']));
  bom.dependencies = bom.dependencies
    .filter((dependency) => dependency === root || isBundled(dependency.ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isBundled) }));
  // The same sources give the same package.
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

/** Runs the npm that runs this script, otherwise the one in the PATH. */
function runNpm(args: readonly string[]): Promise<{ readonly stdout: string }> {
  const script = process.env.npm_execpath;
  const command = script === undefined ? ['npm', ...args] : [process.execPath, script, ...args];
  const [file = 'npm', ...rest] = command;
  return promisify(execFile)(file, rest, { cwd: ROOT, maxBuffer: 10_000_000 });
}
