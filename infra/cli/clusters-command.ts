import { Command, Option } from 'commander';
import type { ClustersOptions } from './clusters.ts';
import { withAwsOptions, withTargetOptions } from './shared-options.ts';

export function clustersCommand(): Command {
  const list = new Command('list').description(
    'list clusters: account, Region, version and the end of its support, endpoint, nodes, access',
  );
  return new Command('clusters').description('the clusters that an audit would see').addCommand(
    withAwsOptions(withTargetOptions(list))
      .addOption(
        new Option('--format <format>', 'format of the output')
          .choices(['table', 'json', 'csv'])
          .default('table'),
      )
      .option('--quiet', 'no messages, only errors')
      .action(async (options: ClustersOptions) => {
        const { runClustersList } = await import('./clusters.ts');
        await runClustersList(options);
      }),
  );
}
