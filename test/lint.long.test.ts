import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The other folders that each folder may import. In `shared`, nearly the order in which data flows. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'shared/model': [],
  'shared/config': ['model'],
  'shared/aws': ['config', 'model'],
  'shared/plan': ['config', 'model', 'aws'],
  'shared/collect': ['config', 'model', 'aws', 'plan'],
  'shared/evaluate': ['model'],
  'shared/publish': ['config', 'model', 'aws', 'plan', 'collect'],
  'shared/report': ['config', 'model', 'aws', 'plan', 'collect', 'evaluate', 'publish'],
  'shared/pipeline': ['config', 'model', 'aws', 'plan', 'collect', 'evaluate', 'publish', 'report'],
  functions: ['shared'],
  'infra/cdk': ['functions', 'shared'],
  'infra/sandbox': [],
  'infra/demo': ['sandbox', 'shared'],
  'infra/bench': ['cdk', 'sandbox', 'shared'],
  'infra/cli': ['demo', 'sandbox', 'shared', 'scripts'],
  'infra/scripts': ['shared'],
  test: ['functions', 'shared', 'bench', 'cdk', 'cli', 'demo', 'sandbox', 'scripts'],
};

const FOLDERS = Object.keys(ALLOWED);

/** Whether a file in `from` may import one in `to`; a whole tree is named by its first folder. */
function isAllowed(from: string, to: string): boolean {
  const [tree = '', folder = ''] = to.split('/');
  return from === to || [tree, folder].some((name) => ALLOWED[from]?.includes(name));
}

const report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

/** The rules that files break, by path, under the project's own lint configuration. */
function lint(files: Readonly<Record<string, string>>): Map<string, string[]> {
  const folder = aProject(files);
  const { stdout } = spawnSync(
    join(ROOT, 'node_modules/.bin/biome'),
    ['lint', '--reporter=json', '--max-diagnostics=none'],
    { cwd: folder, encoding: 'utf8' },
  );
  const broken = new Map<string, string[]>();
  for (const { category, location } of report.parse(JSON.parse(stdout)).diagnostics) {
    broken.set(location.path, [...(broken.get(location.path) ?? []), category]);
  }
  return broken;
}

/** A temporary project of these files and of the configuration of this one. */
function aProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'eks-auditor-lint-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['.gitignore', 'biome.json', 'biome.imports.json', 'knip.json', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function importing(specifier: string): string {
  return `import { value } from '${specifier}';\n\nexport const copy = value;\n`;
}

describe('imports between folders', () => {
  const targets = Object.fromEntries(FOLDERS.map((to) => [`${to}/target.ts`, 'export const value = 1;\n']));
  const imports = FOLDERS.flatMap((from) =>
    FOLDERS.map((to) => ({
      path: `${from}/nested/imports-${to.replace('/', '-')}.ts`,
      specifier: posix.relative(`${from}/nested`, `${to}/target.ts`),
      allowed: isAllowed(from, to),
    })),
  );

  it('are those that the design allows, and no others', () => {
    const files = Object.fromEntries(imports.map(({ path, specifier }) => [path, importing(specifier)]));

    const broken = lint({ ...targets, ...files });

    const forbidden = imports.filter(({ allowed }) => !allowed).map(({ path }) => path);
    expect([...broken.keys()].sort()).toEqual(forbidden.sort());
    expect(new Set([...broken.values()].flat())).toEqual(new Set(['lint/style/noRestrictedImports']));
  });

  it('are restricted in every folder that there is', () => {
    const foldersOf = (tree: string) =>
      readdirSync(join(ROOT, tree), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${tree}/${entry.name}`);

    expect(FOLDERS).toEqual(expect.arrayContaining([...foldersOf('shared'), ...foldersOf('infra')]));
  });

  it.each(['shared/model', 'shared/evaluate'])('bring no AWS SDK and nothing of Node into %s', (folder) => {
    const packages = [
      'node:fs',
      'node:fs/promises',
      '@aws-sdk/client-s3',
      '@smithy/types',
      '@aws-lambda-powertools/metrics',
    ];
    const files = packages.map((name, index) => [`${folder}/imports-${index}.ts`, importing(name)]);

    const broken = lint(Object.fromEntries(files));

    expect([...broken.values()]).toEqual(packages.map(() => ['lint/style/noRestrictedImports']));
  });

  it('form no circle, not even one of types', () => {
    const broken = lint({
      'shared/plan/first.ts':
        "import type { Second } from './second.ts';\n\nexport interface First {\n  readonly second: Second;\n}\n",
      'shared/plan/second.ts':
        "import type { First } from './first.ts';\n\nexport interface Second {\n  readonly first: First;\n}\n",
    });

    expect(broken).toEqual(
      new Map([
        ['shared/plan/first.ts', ['lint/suspicious/noImportCycles']],
        ['shared/plan/second.ts', ['lint/suspicious/noImportCycles']],
      ]),
    );
  });
});

it('shared/model and shared/evaluate read no clock, no environment and no chance', () => {
  const rules = {
    'Date.now()': 'lint/style/noRestrictedGlobals',
    'new Date()': 'lint/style/noRestrictedGlobals',
    'performance.now()': 'lint/style/noRestrictedGlobals',
    'process.env': 'lint/style/noRestrictedGlobals',
    'crypto.randomUUID()': 'lint/style/noRestrictedGlobals',
    'Math.random()': 'lint/nursery/noJsRestrictedProperties',
  };
  const impure = ['shared/model', 'shared/evaluate'].flatMap((folder) =>
    Object.entries(rules).map(([expression, rule], index) => ({
      path: `${folder}/impure-${index}.ts`,
      expression,
      rule,
    })),
  );

  const broken = lint(
    Object.fromEntries(impure.map(({ path, expression }) => [path, `export const value = ${expression};\n`])),
  );

  expect(broken).toEqual(new Map(impure.map(({ path, rule }) => [path, [rule]])));
});

it('a promise is awaited or returned', () => {
  const path = 'shared/plan/forgotten.ts';
  const text =
    "async function save(): Promise<void> {\n  await Promise.reject(new Error('not saved'));\n}\n\nexport function finish(): void {\n  save();\n}\n";

  expect(lint({ [path]: text })).toEqual(new Map([[path, ['lint/nursery/noFloatingPromises']]]));
});

it('exports and files that nobody imports are found', () => {
  const folder = aProject({
    'functions/plan/handler.ts': importing('../../shared/plan/exports.ts'),
    'shared/plan/exports.ts':
      'export const value = 1;\nexport const unused = 2;\nexport interface Unused {}\n',
    'shared/plan/unused.ts': 'export const value = 1;\n',
  });

  const { stdout } = spawnSync(
    join(ROOT, 'node_modules/.bin/knip'),
    ['--reporter=json', '--include=files,exports,types', '--no-config-hints'],
    { cwd: folder, encoding: 'utf8' },
  );

  expect(JSON.parse(stdout).issues).toEqual([
    expect.objectContaining({ file: 'shared/plan/unused.ts', files: [{ name: 'shared/plan/unused.ts' }] }),
    expect.objectContaining({
      file: 'shared/plan/exports.ts',
      exports: [expect.objectContaining({ name: 'unused' })],
      types: [expect.objectContaining({ name: 'Unused' })],
    }),
  ]);
});
