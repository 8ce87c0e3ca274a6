import type { Config } from '../../shared/config/config.ts';
import { ConfigError } from '../../shared/config/config-error.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import type { AuditOptions } from './audit-options.ts';
import { readResult } from './read-result.ts';
import { openReports } from './reports.ts';
import { UserError } from './user-error.ts';

/** The options of `report`, as commander passes them. */
export type RenderOptions = Pick<AuditOptions, 'format' | 'output' | 'redact' | 'config'>;

/** Renders a saved result; sets the exit code. What it says failed or not, it was read. Throws UserError. */
export async function renderAgain(path: string, options: RenderOptions): Promise<void> {
  const config = configOf(options.config);
  const reports = await openReports(options);
  const result = await readResult(path);
  const warn = (message: string) => process.stderr.write(`eks-auditor: ${message}\n`);
  const written = await reports.write(result, { config, environment: process.env, warn });
  process.exitCode = written ? EXIT_CODES.passed : EXIT_CODES.outputNotWritten;
}

function configOf(file: string | undefined): Config {
  try {
    return loadConfig(process.env, file === undefined ? {} : { file });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}
