import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type BundledPackage, referenceOf } from './bundled-packages.ts';
import { ROOT } from './paths.ts';

const NPM_SBOM = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];

interface CycloneDx {
  serialNumber?: string;
  metadata: { timestamp?: string };
  components: { 'bom-ref': string; properties?: { name: string; value: string }[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** The packages of each part of the project, by the name of the part. */
type Parts = Readonly<Record<string, readonly BundledPackage[]>>;

/**
 * The software bill of materials (CycloneDX, JSON): that of npm, limited to what is bundled. The property
 * `eks-auditor:part` of a component says what it is bundled into: the command line, which the package contains, the
 * functions, which a deployment makes of the same sources, or both.
 */
export async function billOfMaterials(parts: Parts): Promise<string> {
  const { stdout } = await runNpm(NPM_SBOM);
  // The format of `npm sbom`: https://cyclonedx.org/docs/1.5/json/
  const bom = JSON.parse(stdout) as CycloneDx;
  const [root] = bom.dependencies;
  const partsOf = partsByReference(parts);
  const isBundled = (reference: string) => partsOf.has(reference);
  bom.components = bom.components.flatMap((component) => {
    const own = (partsOf.get(component['bom-ref']) ?? []).map((value) => ({ name: PART, value }));
    return own.length === 0 ? [] : [{ ...component, properties: [...(component.properties ?? []), ...own] }];
  });
  bom.dependencies = bom.dependencies
    .filter((dependency) => dependency === root || isBundled(dependency.ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isBundled) }));
  // The same sources give the same package.
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

const PART = 'eks-auditor:part';

function partsByReference(parts: Parts): ReadonlyMap<string, readonly string[]> {
  const uses = Object.entries(parts).flatMap(([part, packages]) =>
    packages.map((bundled) => ({ part, reference: referenceOf(bundled) })),
  );
  const grouped = Map.groupBy(uses, ({ reference }) => reference);
  return new Map([...grouped].map(([reference, all]) => [reference, all.map(({ part }) => part)]));
}

/** Runs the npm that runs this script, otherwise the one in the PATH. */
function runNpm(args: readonly string[]): Promise<{ readonly stdout: string }> {
  const script = process.env.npm_execpath;
  const command = script === undefined ? ['npm', ...args] : [process.execPath, script, ...args];
  const [file = 'npm', ...rest] = command;
  return promisify(execFile)(file, rest, { cwd: ROOT, maxBuffer: 10_000_000 });
}
