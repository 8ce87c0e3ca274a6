import { Command, Option } from 'commander';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import type { AuditOptions } from './audit-options.ts';
import { appendValues } from './list-option.ts';
import { formatOption, outputOption, redactOption } from './report-options.ts';

const EPILOGUE = `
A list can be written as --region a b, --region a --region b, or --region a,b.
Without --publish nothing is written to AWS.
Exit codes and environment variables: eks-auditor --help`;

export function auditCommand(): Command {
  return new Command('audit')
    .description('audit clusters and report; with --publish, keep Security Hub in sync')
    .addOption(
      new Option('--organization', 'all accounts of the organization (default: your own)').conflicts(
        'account',
      ),
    )
    .addOption(listOption('--account <id...>', 'these accounts'))
    .addOption(listOption('--region <region...>', 'only these Regions (default: all enabled)'))
    .addOption(listOption('--cluster <name...>', 'only clusters of these names'))
    .addOption(listOption('--control <control...>', 'only these controls, such as endpoint-access or 5.4.1'))
    .addOption(
      new Option('--benchmark <version>', 'version of the CIS Amazon EKS Benchmark').choices(BENCHMARKS),
    )
    .option('--role-name <name>', 'role to assume in every account but your own (default: EksAuditorMember)')
    .option('--external-id <id>', 'external id that the role requires')
    .option('--config <file>', 'configuration, YAML or JSON; options of the command line take precedence')
    .option('--publish', 'write findings to Security Hub')
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(redactOption())
    .option('--exit-zero', 'exit with 0 even if a verdict is FAILED')
    .addHelpText('after', EPILOGUE)
    .action(async (options: AuditOptions) => {
      // Loaded here, because help and usage errors should not wait for it.
      const { runAuditCommand } = await import('./audit.ts');
      await runAuditCommand(options);
    });
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(appendValues);
}
