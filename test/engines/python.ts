import { fileURLToPath } from 'node:url';
import { ensureVenv } from '../../infra/scripts/venv.ts';

/** Installs the Python tools that check the deployment, which takes minutes the first time. Returns their directory. */
export function pythonTools(): Promise<string> {
  return ensureVenv(fileURLToPath(new URL('requirements.txt', import.meta.url)));
}
