import type { Config } from '../../shared/config/config.ts';
import { ConfigError } from '../../shared/config/config-error.ts';
import { loadConfig, type Override } from '../../shared/config/load-config.ts';
import {
  type Benchmark,
  type ControlKey,
  describeUnknownControl,
  findControlKey,
} from '../../shared/model/benchmarks.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { exitCodeOf } from '../../shared/report/exit-code.ts';
import { summarize } from '../../shared/report/summary.ts';
import { verdictsText } from '../../shared/report/table.ts';
import type { AuditOptions } from './audit-options.ts';
import { unlessInterrupted } from './interruption.ts';
import { startProgressLine } from './progress.ts';
import { openReports } from './reports.ts';
import { UserError } from './user-error.ts';

/** Audits and reports; sets the exit code. Throws UserError, Interrupted. */
export async function runAuditCommand(options: AuditOptions): Promise<void> {
  const config = configOf(options, process.env);
  const reports = await openReports(options);
  const result = await audit(config, options.publish ?? false);
  const exitZero = options.exitZero ?? false;
  // Before writing, because the process ends when the reader closes the pipe.
  process.exitCode = exitCodeOf(result, { exitZero });
  const warn = (message: string) => process.stderr.write(`eks-auditor: ${message}\n`);
  const written = await reports.write(result, { config, environment: process.env, warn });
  process.exitCode = exitCodeOf(result, { exitZero, outputFailed: !written });
  if (reports.paths.length > 0 && process.stderr.isTTY)
    process.stderr.write(`${verdictsText(summarize(result))}\nReport: ${reports.paths.join(', ')}\n`);
}

async function audit(config: Config, publish: boolean): Promise<RunResult> {
  // Loaded here, because the AWS SDK takes a while to load and usage errors are found without it.
  const [{ runAudit }, { CallerError }, { PlanError }] = await Promise.all([
    import('../../shared/pipeline/run-audit.ts'),
    import('../../shared/aws/environment.ts'),
    import('../../shared/plan/plan-error.ts'),
  ]);
  const progressLine = startProgressLine(process.stderr);
  try {
    return await unlessInterrupted((signal) =>
      runAudit({ config, publish, signal, progress: progressLine.show }),
    );
  } catch (error) {
    if (error instanceof CallerError || error instanceof PlanError) {
      throw new UserError(error.message, { cause: error });
    }
    throw error;
  } finally {
    progressLine.clear();
  }
}

/** Options that set one field of the configuration each. */
const CONFIG_OPTIONS = [
  { flag: '--organization', option: 'organization', path: ['targets', 'organization'] },
  { flag: '--account', option: 'account', path: ['targets', 'accounts'] },
  { flag: '--region', option: 'region', path: ['targets', 'regions'] },
  { flag: '--cluster', option: 'cluster', path: ['targets', 'clusters'] },
  { flag: '--control', option: 'control', path: ['controls', 'include'] },
  { flag: '--benchmark', option: 'benchmark', path: ['benchmark'] },
  { flag: '--role-name', option: 'roleName', path: ['role', 'name'] },
  { flag: '--external-id', option: 'externalId', path: ['role', 'externalId'] },
] as const satisfies readonly { flag: string; option: keyof AuditOptions; path: Override['path'] }[];

/** The configuration with the command line's options. Throws UserError. */
function configOf(options: AuditOptions, environment: NodeJS.ProcessEnv): Config {
  const overrides = CONFIG_OPTIONS.flatMap(({ flag, option, path }) => {
    const value = options[option];
    return value === undefined ? [] : [{ flag, path, value }];
  });
  const file = options.config;
  const load = (given: readonly Override[]) =>
    loadConfig(environment, { ...(file !== undefined && { file }), overrides: given });
  try {
    if (options.control === undefined) return load(overrides);
    const { benchmark } = load(overrides.filter(({ flag }) => flag !== '--control'));
    const value = controlKeys(options.control, benchmark);
    return load(
      overrides.map((override) => (override.flag === '--control' ? { ...override, value } : override)),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(describeError(error, overrides), { cause: error });
  }
}

/** `--control` takes numbers of the selected version as well; the configuration takes keys only. Throws UserError. */
function controlKeys(names: readonly string[], benchmark: Benchmark): ControlKey[] {
  return names.map((name) => {
    const key = findControlKey(name, benchmark);
    if (key === undefined) throw new UserError(`--control: ${describeUnknownControl(name, benchmark)}`);
    return key;
  });
}

/** The problems of the options, named by their flags; where there are none, those of the configuration. */
function describeError(
  error: ConfigError,
  overrides: readonly (Override & { readonly flag: string })[],
): string {
  const problems = error.problems.flatMap((problem) => {
    const field = problem.slice(0, problem.indexOf(':'));
    const option = overrides.find(({ path }) => isWithin(field, path.join('.')));
    return option === undefined ? [] : [`${option.flag}${problem.slice(field.length)}`];
  });
  return problems.length > 0 ? problems.join('\n') : error.message;
}

/** Whether a field is the one of a path or below it: `targets.regions[0]` is within `targets.regions`. */
function isWithin(field: string, path: string): boolean {
  return field.startsWith(path) && /^$|^[.[]/.test(field.slice(path.length));
}
