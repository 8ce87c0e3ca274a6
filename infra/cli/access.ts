import type { AccessLevel } from '../../shared/model/cluster-access.ts';
import type { AccessList, AccessRequest } from '../../shared/pipeline/cluster-access.ts';
import { EXIT_CODES } from '../../shared/report/exit-code.ts';
import { plural } from '../../shared/report/text.ts';
import { type AccessFormat, accessRows, isIncomplete, renderAccess } from './access-rows.ts';
import { asUserError } from './audit.ts';
import type { AwsOptions, ReportingOptions, TargetOptions } from './audit-options.ts';
import { prepareAws } from './aws-environment.ts';
import { configOf } from './config.ts';
import { isColoured, widthOf } from './formats.ts';
import { unlessInterrupted } from './interruption.ts';
import { messagesFor } from './messages.ts';

/** The options of `access status`, `grant` and `revoke`, as commander passes them. */
export interface AccessOptions extends AwsOptions, TargetOptions, Pick<ReportingOptions, 'quiet'> {
  readonly format: AccessFormat;
  readonly level?: AccessLevel;
  readonly yes?: true;
}

/** Shows and changes access to clusters; sets the exit code: 4 where something is missing. Throws UserError, Interrupted. */
export async function runAccess(action: AccessRequest['action'], options: AccessOptions): Promise<void> {
  const { say, warn } = messagesFor(options);
  // The names of clusters that are audited have no wildcards.
  const { cluster: clusters = [], ...targets } = options;
  const config = configOf(targets, process.env, say);
  const requests = await prepareAws(options, process.env);
  const { level = 'view', yes: isConfirmed = false } = options;
  const list = await listed({ ...{ config, requests, action, level, clusters, isConfirmed } });
  const rows = accessRows(list);
  const terminal = { width: widthOf(process.stdout, process.env), colour: isColoured(process.stdout) };
  process.exitCode = isIncomplete(action, list) ? EXIT_CODES.incomplete : EXIT_CODES.passed;
  process.stdout.write(renderAccess(options.format, rows, terminal));
  for (const gap of list.gaps) warn(`not seen: ${gap}`);
  say(`access of the role ${config.role.name}: ${summary(list)}`);
}

function summary({ clusters, accounts }: AccessList): string {
  const complete = clusters.filter(({ missing }) => missing.length === 0).length;
  const counted = (outcome: string) => clusters.filter(({ change }) => change?.outcome === outcome).length;
  const planned = counted('planned');
  const parts = [
    `${plural(clusters.length, 'cluster')} in ${plural(accounts, 'account')}: ${complete} without anything missing`,
    ...(counted('done') > 0 ? [`${counted('done')} changed`] : []),
    ...(counted('failed') > 0 ? [`${counted('failed')} failed`] : []),
    ...(planned > 0 ? [`${planned} would be changed: nothing was, --yes does it`] : []),
  ];
  return parts.join('; ');
}

async function listed(
  options: Omit<
    Parameters<typeof import('../../shared/pipeline/cluster-access.ts').clusterAccess>[0],
    'signal'
  >,
): Promise<AccessList> {
  const { clusterAccess } = await import('../../shared/pipeline/cluster-access.ts');
  try {
    return await unlessInterrupted((signal) => clusterAccess({ ...options, signal }));
  } catch (error) {
    throw await asUserError(error);
  }
}
