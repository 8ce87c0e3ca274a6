import type { Config } from '../../shared/config/config.ts';
import type { Evaluation } from '../../shared/model/evaluation.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ReportedVerdict } from '../../shared/model/reported-verdict.ts';
import { clusterNameIn } from '../../shared/model/resource.ts';
import { controlsOf } from '../../shared/pipeline/read-account.ts';
import { type Reported, verdictChanges } from '../../shared/report/verdict-changes.ts';
import type { AccountState } from '../runtime/account-state.ts';
import type { AuditedAccount } from './slice.ts';

/** Compares what was found with what was reported last. Pure. */
export function compareWithState(
  state: AccountState,
  { reading: { inventory }, evaluation, published }: AuditedAccount,
  config: Config,
) {
  const before: Reported = new Map(state.reported);
  const regions = Object.entries(published);
  const { changes, reported } = verdictChanges(before, {
    verdicts: evaluation.verdicts,
    isGone: goneBy(evaluation, inventory, config),
    outdated: new Set(regions.flatMap(([, { outdated }]) => outdated)),
    suppressed: new Map(
      regions.flatMap(([region, { suppressed }]) =>
        suppressed ? [[region, new Set(suppressed)] as const] : [],
      ),
    ),
  });
  const withClusters = inventory.regions.filter(({ clusters }) => clusters.length > 0);
  return {
    reported,
    ofResult: {
      verdictChanges: changes,
      regionsWithClusters: withClusters.map(({ scope }) => scope.region),
      ...(!state.isAudited && { firstAudit: true as const }),
    },
  };
}

/**
 * Tells what is gone: its cluster is not listed any more, or all that the verdict could have come of was read and it did
 * not come again.
 */
function goneBy(
  { completeSubjects }: Evaluation,
  { regions }: Inventory,
  config: Config,
): (reported: ReportedVerdict) => boolean {
  const selected = new Set(controlsOf(config).map(({ key }) => key));
  const keyOf = (subject: Pick<ReportedVerdict, 'control' | 'level' | 'region' | 'clusterArn'>) =>
    [subject.control, subject.level, subject.region, subject.clusterArn ?? ''].join(' ');
  const complete = new Set(completeSubjects.map(keyOf));
  const only = config.targets.clusters;
  const isClusterGone = ({ region, clusterArn }: ReportedVerdict): boolean => {
    const names = regions.find(({ scope }) => scope.region === region)?.clusterNames;
    const name = clusterArn === undefined ? undefined : clusterNameIn(clusterArn);
    if (names?.state !== 'present' || name === undefined) return false;
    return (only.length === 0 || only.includes(name)) && !names.value.includes(name);
  };
  return (reported) =>
    selected.has(reported.control) && (isClusterGone(reported) || complete.has(keyOf(reported)));
}
