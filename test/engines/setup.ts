import { ensureRic } from './lambda-runtime.ts';
import { pythonTools } from './python.ts';

/** Installs the engines before any test's time runs: minutes the first time, nothing afterwards. */
export async function setup(): Promise<void> {
  await Promise.all([ensureRic(), pythonTools()]);
}
