import { Command, InvalidArgumentError, Option } from 'commander';
import { ACCESS_LEVELS } from '../../shared/model/cluster-access.ts';
import type { AccessOptions } from './access.ts';
import { appendValues } from './list-option.ts';
import { withAwsOptions, withTargetOptions } from './shared-options.ts';

const EPILOGUE = `
Without --yes nothing is changed: it says what it would do.
The role is role.name of the configuration, EksAuditorMember by default. Its
access is granted by role.accessName (EksAuditorAccess) where that can be
assumed, and with your own rights in your own account. Both roles usually trust
the deployed auditor only: --access-role-name names one that trusts you. Only
the entry of this role is ever created or deleted; grant leaves one that exists.

Exit codes:
  0  nothing is missing; or all was done, or would be
  2  invalid usage, configuration or credentials
  4  something is missing, failed, or could not be read`;

export function accessCommand(): Command {
  const command = new Command('access').description(
    'the access of the auditing role to the Kubernetes API of clusters',
  );
  return command
    .addCommand(
      actionCommand('status', 'what access the role has to each cluster, and what is missing').addOption(
        levelOption('what the role should be able to read'),
      ),
    )
    .addCommand(
      actionCommand('grant', 'give the role an access entry in clusters where it has none')
        .addOption(levelOption('what the entry is for'))
        .option('--yes', 'do it'),
    )
    .addCommand(actionCommand('revoke', 'delete the access entry of the role').option('--yes', 'do it'))
    .addCommand(manifestCommand())
    .addHelpText('after', EPILOGUE);
}

function actionCommand(action: 'status' | 'grant' | 'revoke', description: string): Command {
  return withAwsOptions(withTargetOptions(new Command(action).description(description), clusterOption()))
    .option(
      '--access-role-name <name>',
      'role that grants, and looks where that role cannot be assumed (default: EksAuditorAccess)',
    )
    .addOption(
      new Option('--format <format>', 'format of the output')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .option('--quiet', 'no messages, only errors')
    .action(async (options: AccessOptions) => {
      // Loaded here, because help and usage errors should not wait for it.
      const { runAccess } = await import('./access.ts');
      await runAccess(action, options);
    });
}

function clusterOption(): Option {
  return new Option('--cluster <pattern...>', 'only clusters of these names or ARNs, with *').argParser(
    appendPatterns,
  );
}

function appendPatterns(value: string, previous: readonly string[] | undefined): string[] {
  const patterns = appendValues(value, previous);
  if (patterns.includes('')) throw new InvalidArgumentError('A pattern is empty.');
  return patterns;
}

function levelOption(description: string): Option {
  return new Option(
    '--level <level>',
    `${description}: view by AmazonEKSViewPolicy, group by the ClusterRole of access manifest`,
  )
    .choices(ACCESS_LEVELS)
    .default('view');
}

function manifestCommand(): Command {
  return new Command('manifest')
    .description('print the ClusterRole of --level group, for kubectl apply -f -')
    .action(async () => {
      const { accessManifest } = await import('../../shared/collect/kubernetes/manifest.ts');
      process.stdout.write(accessManifest());
    });
}
