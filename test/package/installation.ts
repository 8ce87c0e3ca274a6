import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { pathWith, run } from './npm.ts';

/** The major versions of Node that the tests run the package with. */
export const NODE_MAJORS = [20, 22, 24] as const;
export type NodeMajor = (typeof NODE_MAJORS)[number];

/** The executable of a version of Node. */
function nodeOf(major: NodeMajor): string {
  const { platform, arch } = process;
  const folder = new URL(`nodes/node_modules/node-${major}-${platform}-${arch}/bin/`, import.meta.url);
  return fileURLToPath(new URL(platform === 'win32' ? 'node.exe' : 'node', folder));
}

const BASE_ENVIRONMENT = {
  AWS_EC2_METADATA_DISABLED: 'true',
  // The SDK warns on Node 20 that its versions of 2027 will require a later one.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** The exit code of a process and what it printed. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The package, installed into a folder of its own by the npm of the machine under a version of Node. */
export class Installation {
  readonly node: string;
  readonly folder: string;

  private constructor(node: string, folder: string) {
    this.node = node;
    this.folder = folder;
  }

  static async create(major: NodeMajor): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), `eks-auditor-node-${major}-`));
    const installation = new Installation(nodeOf(major), folder);
    // Offline, because the package has no dependencies.
    await installation.npm('npm', ['install', '--offline', '--no-audit', '--no-fund', inject('tarball')]);
    return installation;
  }

  /** The installed files, `node_modules/eks-auditor`. */
  get packageFolder(): string {
    return join(this.folder, 'node_modules/eks-auditor');
  }

  get manifest(): { readonly version: string; readonly bin: Readonly<Record<string, string>> } {
    return JSON.parse(readFileSync(join(this.packageFolder, 'package.json'), 'utf8'));
  }

  npm(program: 'npm' | 'npx', args: readonly string[]): Promise<string> {
    return run(program, args, { cwd: this.folder, node: this.node });
  }

  /** Starts the command without credentials of this machine. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const executable = join(this.packageFolder, this.manifest.bin['eks-auditor'] ?? '');
    const child = spawn(this.node, [executable, ...args], {
      cwd: this.folder,
      env: { ...pathWith(this.node), ...BASE_ENVIRONMENT, HOME: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    return child;
  }

  /** Runs the command until it ends. */
  command(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const child = this.start(args, env);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    return promise;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
