import { loadConfig } from '../../shared/config/load-config.ts';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import { redacted } from '../../shared/report/redact.ts';
import type { AuditOptions } from './audit-options.ts';
import { readAsUser } from './config.ts';
import { messagesFor } from './messages.ts';
import { readResult } from './read-result.ts';
import { openReports } from './reports.ts';

/** The options of `report`, as commander passes them. */
export type RenderOptions = Pick<AuditOptions, 'format' | 'output' | 'redact' | 'config'>;

/** Renders a saved result; sets the exit code. What it says failed or not, it was read. Throws UserError. */
export async function renderAgain(path: string, options: RenderOptions): Promise<void> {
  const { config: file } = options;
  const config = readAsUser(() => loadConfig(process.env, file === undefined ? {} : { file }));
  const reports = await openReports(options);
  const saved = await readResult(path);
  const result = options.redact ? redacted(saved) : saved;
  const { warn } = messagesFor({});
  const { areAll } = await reports.write(result, { config, environment: process.env, warn });
  process.exitCode = areAll ? EXIT_CODES.passed : EXIT_CODES.outputNotWritten;
}
