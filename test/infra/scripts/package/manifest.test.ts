import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { replaceManifest, restoreManifest } from '../../../../infra/scripts/package/manifest.ts';

const CHECKOUT = '{ "name": "eks-auditor", "version": "1.2.3", "dependencies": { "zod": "^4.0.0" } }';

/** A checkout with this manifest, which is removed when the test ends. */
function aCheckout(manifest = CHECKOUT) {
  const root = mkdtempSync(join(tmpdir(), 'eks-auditor-manifest-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const path = join(root, 'package.json');
  writeFileSync(path, manifest);
  return { root, path, read: () => readFileSync(path, 'utf8') };
}

describe('the manifest of the checkout', () => {
  it('is replaced by one without dependencies', () => {
    const { root, read } = aCheckout();

    replaceManifest(root);

    expect(JSON.parse(read())).toMatchObject({ name: 'eks-auditor', version: '1.2.3' });
    expect(JSON.parse(read())).not.toHaveProperty('dependencies');
  });

  it('is restored byte by byte', () => {
    const { root, read } = aCheckout();
    replaceManifest(root);

    restoreManifest(root);

    expect(read()).toBe(CHECKOUT);
    expect(existsSync(join(root, 'dist/package.json.saved'))).toBe(false);
  });

  it('is left as it is when it was never replaced', () => {
    const { root, read } = aCheckout();

    restoreManifest(root);

    expect(read()).toBe(CHECKOUT);
  });

  it('is left as it is when it was edited after an interrupted pack', () => {
    const { root, path, read } = aCheckout();
    replaceManifest(root);
    writeFileSync(path, '{ "name": "edited" }');

    restoreManifest(root);

    expect(read()).toBe('{ "name": "edited" }');
  });
});
