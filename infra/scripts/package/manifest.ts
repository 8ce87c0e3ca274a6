import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMPILED, EXECUTABLE, ROOT } from './paths.ts';

/*
 * npm packs the package.json of the folder as it is and has no setting to publish another one. The one of the checkout
 * would install the Node and the libraries that only a checkout needs. Therefore `prepack` puts the published manifest in
 * its place and `postpack` restores it; a pack that was interrupted in between is repaired by the next one.
 */

/** What the published manifest takes over from that of the checkout. */
interface CheckoutManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** The package.json of the published package: everything is bundled, therefore it has no dependencies. */
function publishedManifest({ name, version, description, license }: CheckoutManifest) {
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    // Before 20.18, util.styleText ignores NO_COLOR and whether the output is a terminal.
    engines: { node: '>=20.18' },
    bin: { [name]: EXECUTABLE },
    files: [COMPILED, 'docs'],
  };
}

/** Puts the published manifest in the place of that of the checkout. */
export function replaceManifest(root = ROOT): void {
  const { manifest, saved } = pathsIn(root);
  const text = readFileSync(manifest, 'utf8');
  mkdirSync(dirname(saved), { recursive: true });
  writeFileSync(saved, text);
  writeFileSync(manifest, publishedText(text));
}

/** Restores the manifest of the checkout where the published one is in its place; otherwise changes nothing. */
export function restoreManifest(root = ROOT): void {
  const { manifest, saved } = pathsIn(root);
  if (!existsSync(saved)) return;
  const text = readFileSync(saved, 'utf8');
  if (readFileSync(manifest, 'utf8') === publishedText(text)) writeFileSync(manifest, text);
  rmSync(saved);
}

/** The manifest, and where that of the checkout is kept while the published one is in its place. */
function pathsIn(root: string) {
  return { manifest: join(root, 'package.json'), saved: join(root, 'dist/package.json.saved') };
}

function publishedText(checkoutManifest: string): string {
  return `${JSON.stringify(publishedManifest(JSON.parse(checkoutManifest)), undefined, 2)}\n`;
}
