import { Command, Option } from 'commander';
import { BENCHMARKS, type Config, ConfigError, loadConfig, type Override } from '../../../shared/config.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { exitCodeOf } from '../../../shared/report/exit-code.ts';
import { UserError } from '../user-error.ts';
import { FORMATS, type Format, renderAs } from './formats.ts';
import { unlessInterrupted } from './interruption.ts';
import { collect } from './lists.ts';
import { type Output, openOutput } from './output.ts';
import { progressLine } from './progress.ts';
import { checkControls } from './select-controls.ts';

interface AuditOptions {
  readonly organization?: true;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly cluster?: readonly string[];
  readonly control?: readonly string[];
  readonly benchmark?: string;
  readonly roleName?: string;
  readonly externalId?: string;
  readonly config?: string;
  readonly publish?: true;
  readonly format?: Format;
  readonly output?: string;
  readonly exitZero?: true;
}

const EPILOGUE = `
Lists may be given as --region a b, --region a --region b, or --region a,b.
Without --publish nothing is written to AWS.
Exit codes and environment variables: eks-auditor --help`;

export function auditCommand(): Command {
  return new Command('audit')
    .description('audit clusters and report; with --publish, bring Security Hub in step')
    .addOption(
      new Option('--organization', 'all accounts of the organization; otherwise your own').conflicts(
        'account',
      ),
    )
    .addOption(list('--account <id...>', 'these accounts'))
    .addOption(list('--region <region...>', 'only these Regions; otherwise all that are enabled'))
    .addOption(list('--cluster <name...>', 'only clusters of these names'))
    .addOption(list('--control <id...>', 'only these controls, such as 5.4.1'))
    .addOption(
      new Option('--benchmark <version>', 'version of the CIS Amazon EKS Benchmark').choices(BENCHMARKS),
    )
    .option('--role-name <name>', 'role to assume in every account but your own (default: EksAuditorMember)')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--config <file>', 'configuration, YAML or JSON; options given here win')
    .option('--publish', 'write findings to Security Hub')
    .addOption(
      new Option('--format <format>', 'format of the report (default: by --output, or table)').choices(
        FORMATS,
      ),
    )
    .option('--output <file>', 'write the report there instead of to the standard output')
    .option('--exit-zero', 'exit with 0 even if something failed')
    .addHelpText('after', EPILOGUE)
    .action((options: AuditOptions) => runCommand(options));
}

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

async function runCommand(options: AuditOptions): Promise<void> {
  const config = configure(options, process.env);
  checkControls(config, options.control ? '--control' : 'controls.include');
  const output = await openOutput(options.output);
  let text: string;
  let result: RunResult;
  try {
    result = await audit(config, options.publish ?? false);
    text = render(result, config, options, output);
  } catch (error) {
    await output.abandon();
    throw error;
  }
  // Before writing, because whoever reads may stop reading.
  process.exitCode = exitCodeOf(result, { exitZero: options.exitZero ?? false });
  await output.write(text);
  if (output.path !== undefined && process.stderr.isTTY)
    process.stderr.write(`The report is in ${output.path}.\n`);
}

async function audit(config: Config, publish: boolean): Promise<RunResult> {
  // The SDK takes a while to load, and most commands do without it.
  const { runAudit } = await import('../run-audit.ts');
  const line = progressLine(process.stderr);
  try {
    return await unlessInterrupted((signal) =>
      runAudit({ config, publish, signal, progress: (progress) => line.show(progress) }),
    );
  } finally {
    line.clear();
  }
}

function render(result: RunResult, config: Config, options: AuditOptions, output: Output): string {
  return renderAs(options.format ?? formatOf(output.path), result, {
    config,
    environment: process.env,
    ...(output.path === undefined && { terminal: process.stdout }),
    warn: (message) => process.stderr.write(`eks-auditor: ${message}\n`),
  });
}

/** A file's name tells its format, where it does. */
function formatOf(path: string | undefined): Format {
  return FORMATS.find((format) => path?.toLowerCase().endsWith(`.${format}`)) ?? 'table';
}

/** Options that set one field of the configuration each. */
const FIELDS = [
  { flag: '--organization', option: 'organization', path: ['targets', 'organization'] },
  { flag: '--account', option: 'account', path: ['targets', 'accounts'] },
  { flag: '--region', option: 'region', path: ['targets', 'regions'] },
  { flag: '--cluster', option: 'cluster', path: ['targets', 'clusters'] },
  { flag: '--control', option: 'control', path: ['controls', 'include'] },
  { flag: '--benchmark', option: 'benchmark', path: ['benchmark'] },
  { flag: '--role-name', option: 'roleName', path: ['role', 'name'] },
  { flag: '--external-id', option: 'externalId', path: ['role', 'externalId'] },
] as const satisfies readonly { flag: string; option: keyof AuditOptions; path: Override['path'] }[];

/** The configuration with the command line's options, which were checked by themselves first, to name the right one. */
function configure(options: AuditOptions, environment: NodeJS.ProcessEnv): Config {
  const given = FIELDS.flatMap(({ flag, option, path }) => {
    const value = options[option];
    return value === undefined ? [] : [{ flag, path, value }];
  });
  for (const one of given) checkOption(one);
  return loadConfig(environment, {
    ...(options.config !== undefined && { file: options.config }),
    overrides: given,
  });
}

function checkOption({ flag, path, value }: Override & { readonly flag: string }): void {
  try {
    loadConfig({}, { overrides: [{ path, value }] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [problem = ''] = error.problems;
    throw new UserError(`${flag}${problem.slice(problem.indexOf(':'))}`, { cause: error });
  }
}
