import { Command } from 'commander';
import type { AuditOptions } from './audit-options.ts';
import {
  withAwsOptions,
  withControlOptions,
  withReportingOptions,
  withTargetOptions,
} from './shared-options.ts';

const EPILOGUE = `
A list can be written as --region a b, --region a --region b, or --region a,b.
Without --publish nothing is written to Security Hub, and nothing at all to AWS
unless the configuration says kubernetes.access: managed.
Exit codes and environment variables: eks-auditor --help`;

export function auditCommand(): Command {
  const command = new Command('audit').description(
    'audit clusters and report; with --publish, keep Security Hub in sync',
  );
  return withReportingOptions(withAwsOptions(withControlOptions(withTargetOptions(command))))
    .option('--publish', 'write findings to Security Hub')
    .option('--save-inventory <folder>', 'keep what was read, for evaluate; reads more, in more time')
    .option('--since <result>', 'compare with what an earlier audit --format json wrote')
    .addHelpText('after', EPILOGUE)
    .action(async (options: AuditOptions) => {
      // Loaded here, because help and usage errors should not wait for it.
      const { runAuditCommand } = await import('./audit.ts');
      await runAuditCommand(options);
    });
}
