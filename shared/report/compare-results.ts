import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ChangedVerdict, ChangesSince, VerdictChange } from '../model/verdict-change.ts';
import { findingId } from '../publish/ids.ts';
import { changedByKind } from './changed-verdicts.ts';
import { lookedAtBy } from './looked-at.ts';
import { type Reported, reportedVerdict, verdictChanges } from './verdict-changes.ts';

/**
 * What changed from one result to another. What either run was not to look at, or could not, is in none of the lists. Pure.
 */
export function compareResults(before: RunResult, after: RunResult): ChangesSince {
  const earlier = lookedAtBy(before);
  const later = lookedAtBy(after);
  const { changes, reported } = verdictChanges(reportedIn(before), {
    verdicts: after.verdicts,
    isGone: later.isComplete,
    outdated: new Set(),
    suppressed: new Map(),
  });
  const isComparable = ({ change, before: judged, findingId: id }: VerdictChange): boolean => {
    const now = reported.get(id);
    return judged !== undefined || change === 'gone' || (now !== undefined && earlier.isSelected(now));
  };
  const { id: runId, startedAt } = before.run;
  return { since: { runId, startedAt }, ...changedByKind(changes.filter(isComparable)) };
}

/** The verdicts of a result; of those that are not available, as what they were last judged, as far as the result tells. */
function reportedIn({ verdicts, changes }: RunResult): Reported {
  const judged = new Map((changes.notAvailable ?? []).map((change) => [keyOf(change), change.from]));
  return new Map(
    verdicts.map((verdict) => {
      const reported = reportedVerdict(verdict);
      const before = verdict.status === 'NOT_AVAILABLE' ? judged.get(keyOf(verdict)) : undefined;
      return [findingId(verdict), { ...reported, ...(before && { before }) }];
    }),
  );
}

function keyOf({ control, resource, scope, clusterArn }: Verdict | ChangedVerdict): string {
  return JSON.stringify([control, resource.id, scope.accountId, scope.region, clusterArn]);
}
