import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { generateIndexes } from '../../../infra/scripts/generate-indexes.ts';

const roots: string[] = [];

/** A root with these files in the folders of controls and collectors. */
function aRootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'indexes-'));
  roots.push(root);
  const allFiles = { 'shared/evaluate/controls/index.ts': '', 'shared/collect/collector.ts': '', ...files };
  for (const [path, text] of Object.entries(allFiles)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

describe('generateIndexes', () => {
  it('lists controls in the order of their file names', () => {
    const root = aRootWith({
      'shared/evaluate/controls/5-10-1-ten.ts': 'export const ten = control({});',
      'shared/evaluate/controls/5-2-1-two.ts': 'const helper = 1;\nexport const two = control({});',
      'shared/evaluate/controls/index.ts': 'export const stale = control({});',
    });

    const text = generateIndexes(root).get('shared/evaluate/controls/index.ts');

    expect(text).toContain("import { two } from './5-2-1-two.ts';\nimport { ten } from './5-10-1-ten.ts';\n");
    expect(text).toContain('export const controls: readonly Control[] = [two, ten];\n');
    expect(text).not.toContain('stale');
  });

  it('lists collectors of every level', () => {
    const root = aRootWith({
      'shared/collect/iam/authorization.ts': 'export const iam = accountCollector({});',
      'shared/collect/iam/users.ts': 'export const iamUsers = regionCollector({});',
      'shared/collect/eks/cluster.ts': 'export const eksCluster = clusterCollector({});',
      'shared/collect/collect.ts': 'export function collect() {}',
    });

    const text = generateIndexes(root).get('shared/collect/index.ts');

    expect(text).toContain('export const collectors: readonly Collector[] = [eksCluster, iam, iamUsers];\n');
  });

  it('writes a long list with one name a line', () => {
    const names = Array.from({ length: 12 }, (_, index) => `someLongName${index + 10}`);
    const files = names.map((name) => [
      `shared/collect/${name}.ts`,
      `export const ${name} = clusterCollector({});`,
    ]);

    const text = generateIndexes(aRootWith(Object.fromEntries(files))).get('shared/collect/index.ts');

    expect(text).toContain('= [\n  someLongName10,\n  someLongName11,\n');
  });

  it('rejects a file of a control that exports none', () => {
    const root = aRootWith({ 'shared/evaluate/controls/5-2-1-two.ts': 'export const two = 2;' });

    expect(() => generateIndexes(root)).toThrow(
      'shared/evaluate/controls/5-2-1-two.ts must export exactly one of controls',
    );
  });

  it('rejects a file that exports two', () => {
    const root = aRootWith({
      'shared/collect/eks.ts':
        'export const one = clusterCollector({});\nexport const two = clusterCollector({});',
    });

    expect(() => generateIndexes(root)).toThrow(
      'shared/collect/eks.ts must export exactly one of collectors, not one, two',
    );
  });
});
