import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

/** A dependency with code in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Its files of licences and notices. */
  readonly texts: readonly string[];
}

/** The dependencies that bundled files belong to, by name. Throws when one has no licence. */
export function bundledPackages(files: readonly string[]): BundledPackage[] {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  return [...folders].sort().map((folder) => readPackage(join(ROOT, folder)));
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} has no licence`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
  return {
    name,
    version,
    license,
    texts: files.map((file) => readFileSync(join(folder, file), 'utf8').trim()),
  };
}

/** The text of the third-party notices: each package once, and those with the same licence text in one section. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const each = new Map(packages.map((bundled) => [referenceOf(bundled), bundled]));
  const ordered = [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bundled]) => bundled);
  const sections = Map.groupBy(ordered, ({ license, texts }) => [license, ...texts].join('\n\n'));
  return [...sections]
    .map(([text, members]) => {
      const names = members.map(({ name, version }) => `${name} ${version}`);
      return `${names.join('\n')}\n\n${text}\n`;
    })
    .join(`\n${'='.repeat(80)}\n\n`);
}

/** How a bill of materials refers to a package: `zod@4.6.7`. */
export function referenceOf({ name, version }: Pick<BundledPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}
