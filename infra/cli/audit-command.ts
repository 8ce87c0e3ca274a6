import { Command, Option } from 'commander';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import { collect } from './lists.ts';

export const FORMATS = ['table', 'json', 'asff', 'html', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** The options of `audit`, as commander hands them over. */
export interface AuditOptions {
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
    .addOption(list('--control <control...>', 'only these controls, such as endpoint-access or 5.4.1'))
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
    .action(async (options: AuditOptions) => {
      // Loaded when it is needed: help and mistakes should not wait for the AWS SDK.
      const { runAuditCommand } = await import('./audit.ts');
      await runAuditCommand(options);
    });
}

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}
