import type { ClusterList } from '../../shared/pipeline/list-clusters.ts';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import { plural } from '../../shared/report/text.ts';
import { asUserError } from './audit.ts';
import type { AwsOptions, ReportingOptions, TargetOptions } from './audit-options.ts';
import { prepareAws } from './aws-environment.ts';
import { type ClusterFormat, clusterRows, renderClusters } from './cluster-rows.ts';
import { configOf } from './config.ts';
import { isColoured, widthOf } from './formats.ts';
import { unlessInterrupted } from './interruption.ts';
import { messagesFor } from './messages.ts';

/** The options of `clusters list`, as commander passes them. */
export interface ClustersOptions extends AwsOptions, TargetOptions, Pick<ReportingOptions, 'quiet'> {
  readonly format: ClusterFormat;
}

/** Lists the clusters; sets the exit code: 4 where something could not be read. Throws UserError, Interrupted. */
export async function runClustersList(options: ClustersOptions): Promise<void> {
  const { say, warn } = messagesFor(options);
  const config = configOf(options, process.env, say);
  const requests = await prepareAws(options, process.env);
  const list = await listed({ config, requests });
  const rows = clusterRows(list, new Date().toISOString().slice(0, 10));
  const terminal = { width: widthOf(process.stdout, process.env), colour: isColoured(process.stdout) };
  process.exitCode = list.gaps.length > 0 ? EXIT_CODES.incomplete : EXIT_CODES.passed;
  process.stdout.write(renderClusters(options.format, rows, terminal));
  for (const gap of list.gaps) warn(`not seen: ${gap}`);
  const { caller } = list;
  const by = caller ? `, read by ${caller.arn} of account ${caller.accountId}` : '';
  say(`${plural(rows.length, 'cluster')} in ${plural(list.accounts, 'account')}${by}`);
}

async function listed(
  options: Omit<
    Parameters<typeof import('../../shared/pipeline/list-clusters.ts').listAllClusters>[0],
    'signal'
  >,
): Promise<ClusterList> {
  const { listAllClusters } = await import('../../shared/pipeline/list-clusters.ts');
  try {
    return await unlessInterrupted((signal) => listAllClusters({ ...options, signal }));
  } catch (error) {
    throw await asUserError(error);
  }
}
