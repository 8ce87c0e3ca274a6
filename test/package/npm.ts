import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The scripts of npm itself, which any Node can run. */
const SCRIPTS = { npm: 'npm-cli.js', npx: 'npx-cli.js' } as const;

export interface NpmOptions {
  readonly cwd: string;
  /** The Node that runs npm and what npm starts; by default this process's. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `npm` or `npx` and returns what it printed. Throws when it fails. */
export async function run(
  program: keyof typeof SCRIPTS,
  args: readonly string[],
  { cwd, node = process.execPath, env = {} }: NpmOptions,
): Promise<string> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('Unknown npm: start these tests with `npm run test:package`');
  const { stdout } = await promisify(execFile)(node, [join(dirname(npm), SCRIPTS[program]), ...args], {
    cwd,
    env: { ...process.env, ...pathWith(node), ...env },
    maxBuffer: 10_000_000,
  });
  return stdout;
}

/** The variable PATH, with which `node` is the given one. */
export function pathWith(node: string): { readonly PATH: string } {
  return { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
}
