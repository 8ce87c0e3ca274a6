import { fileURLToPath } from 'node:url';
import { ensureVenv } from '../../infra/scripts/venv.ts';

/** The Python tools that the deployment is checked with. Returns their folder; takes a minute the first time. */
export function pythonTools(): Promise<string> {
  return ensureVenv(fileURLToPath(new URL('requirements.txt', import.meta.url)));
}
