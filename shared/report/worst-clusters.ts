import { SEVERITIES, type Severity, type Verdict } from '../model/verdict.ts';
import { shownStatusOf } from './shown-status.ts';
import { compareText } from './summary.ts';

/** A cluster and what failed in it. */
export interface ClusterFailures {
  readonly clusterArn: string;
  /** By severity, in the order of SEVERITIES. */
  readonly counts: readonly number[];
}

/** The clusters with the worst failures first: most CRITICAL, then most HIGH, and so on. Exceptions are none. Pure. */
export function worstClusters(verdicts: readonly Verdict[], most: number): ClusterFailures[] {
  const failures = verdicts.filter((verdict) => shownStatusOf(verdict) === 'FAILED');
  const byCluster = Map.groupBy(failures, ({ clusterArn }) => clusterArn);
  byCluster.delete(undefined);
  return [...byCluster]
    .map(([clusterArn = '', ofCluster]) => ({ clusterArn, counts: countsOf(ofCluster) }))
    .sort(compareClusters)
    .slice(0, most);
}

function countsOf(failures: readonly Verdict[]): number[] {
  return SEVERITIES.map((severity) => failures.filter((failure) => failure.severity === severity).length);
}

function compareClusters(a: ClusterFailures, b: ClusterFailures): number {
  const [worse] = SEVERITIES.map((_, index) => (b.counts[index] ?? 0) - (a.counts[index] ?? 0)).filter(
    Boolean,
  );
  return worse ?? compareText(a.clusterArn, b.clusterArn);
}

/** `2 CRITICAL · 8 HIGH`, or `undefined` where there is nothing. */
export function severitiesText(countOf: (severity: Severity) => number): string | undefined {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = countOf(severity);
    return count > 0 ? [`${count.toLocaleString('en')} ${severity}`] : [];
  });
  return parts.length > 0 ? parts.join(' · ') : undefined;
}
