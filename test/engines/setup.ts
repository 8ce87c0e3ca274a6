import { ensureRuntimeClient } from './lambda-runtime.ts';
import { pythonTools } from './python.ts';

/** Installs the engines before the tests start, which takes minutes the first time. */
export async function setup(): Promise<void> {
  await Promise.all([ensureRuntimeClient(), pythonTools()]);
}
