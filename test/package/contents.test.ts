import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { Installation } from './installation.ts';

let installation: Installation;
let files: string[];
beforeAll(async () => {
  installation = await Installation.create(22);
  files = readdirSync(installation.packageFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installation.packageFolder, join(entry.parentPath, entry.name)));
});
afterAll(() => installation.remove());

const read = (file: string) => readFileSync(join(installation.packageFolder, file), 'utf8');

describe('the package', () => {
  it('contains compiled JavaScript, documentation and licences, and no sources', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'docs/cli.md']));
    expect(files.filter((file) => /\.ts$|test/.test(file))).toEqual([]);
  });

  it('has no dependencies and no scripts', () => {
    expect(installation.manifest).toEqual({
      name: 'eks-auditor',
      version: packageJson.version,
      description: packageJson.description,
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '>=20.18' },
      bin: { 'eks-auditor': 'dist/command/eks-auditor.js' },
      files: ['dist/command', 'docs'],
    });
  });

  it('names each bundled library in its notices and its bill of materials, with its version and licence', () => {
    const bundled = new Set(
      files
        .filter((file) => file.endsWith('.js'))
        .flatMap((file) => [...read(file).matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)])
        .map(([, name]) => name),
    );

    expect(bundled).toContain('@aws-sdk/client-eks');
    expect(new Set(componentsOf('command line').map(({ name }) => name))).toEqual(bundled);
    for (const name of bundled) expect(notices()).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(bill().components.filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
    expect(bill().components.filter(({ version }) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });

  it('names what a deployment bundles into the functions as well', () => {
    const names = componentsOf('functions').map(({ name }) => name);

    expect(names).toEqual(expect.arrayContaining(['@middy/core', '@aws-lambda-powertools/logger', 'zod']));
    expect(componentsOf('command line').map(({ name }) => name)).not.toContain('@middy/core');
    for (const name of names) expect(notices()).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('names each library once, under a licence that allows it', () => {
    const references = bill().components.map((component) => component['bom-ref']);
    const licences = new Set(
      bill().components.flatMap(({ licenses = [] }) => licenses.map(({ license }) => license.id)),
    );

    expect(new Set(references).size).toBe(references.length);
    expect([...licences].sort()).toEqual(['Apache-2.0', 'ISC', 'MIT', 'MIT-0']);
  });

  it('does not load the AWS SDK for help and usage errors', () => {
    const atStart = staticImportsOf('dist/command/eks-auditor.js');

    expect(atStart.map(read).join('\n')).toContain('// node_modules/commander/');
    expect(atStart.map(read).join('\n')).not.toContain('// node_modules/@aws-sdk/');
  });
});

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

function notices(): string {
  return read('dist/command/THIRD-PARTY-NOTICES.txt');
}

function bill(): { readonly components: readonly Component[] } {
  return JSON.parse(read('dist/command/sbom.cdx.json'));
}

/** What is bundled into a part of the project. */
function componentsOf(part: string): readonly Component[] {
  return bill().components.filter(({ properties = [] }) =>
    properties.some(({ name, value }) => name === 'eks-auditor:part' && value === part),
  );
}

/** A file and the files that it imports other than by `import()`. */
function staticImportsOf(start: string): string[] {
  const found = new Set([start]);
  // A set also iterates over what is added meanwhile.
  for (const file of found) {
    for (const [, path] of read(file).matchAll(/^(?:import .*|import |\} from )"(\.[^"]+)";$/gm)) {
      found.add(join(dirname(file), path ?? ''));
    }
  }
  return [...found];
}

it('packing leaves the manifest of the checkout as it was', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');

  expect(JSON.parse(manifest)).toHaveProperty('optionalDependencies');
});
