import * as z from 'zod';
import { batchImportFindings } from '../../shared/aws/operations/security-hub.ts';
import { OUT_OF_TIME } from '../../shared/model/evidence.ts';
import type { Changes, Gap, Notice } from '../../shared/model/run.ts';
import type { PublishedRegions } from '../../shared/pipeline/publish-account.ts';
import type { Published } from '../../shared/publish/publish.ts';
import { changesSchema, gapSchema, noticesSchema } from '../../shared/report/run-result-parts.ts';

/** What publishing a Region came to, in all invocations. */
export interface PublishedRegion {
  readonly changes: Changes;
  /** How many workflows were set. */
  readonly workflowsSet: number;
  readonly gap?: Gap;
  readonly notices: readonly Notice[];
  /** Nothing of it is left to send. */
  readonly isDone: boolean;
  /** Ids of findings that a person suppressed; absent where Security Hub could not be read. */
  readonly suppressed?: readonly string[];
  /** Ids of findings that a later observation has updated meanwhile. */
  readonly outdated: readonly string[];
}

export const publishedRegionSchema = z.object({
  changes: changesSchema,
  workflowsSet: z.int().min(0).default(0),
  gap: gapSchema.exactOptional(),
  notices: noticesSchema,
  isDone: z.boolean(),
  suppressed: z.array(z.string()).exactOptional(),
  outdated: z.array(z.string()),
}) satisfies z.ZodType<PublishedRegion>;

export type PublishedSoFar = Readonly<Record<string, PublishedRegion>>;

/** Adds what this invocation published to what earlier ones did. */
export function addPublished(before: PublishedSoFar, now: PublishedRegions): PublishedSoFar {
  const added = [...now].map(([region, published]) => [region, join(before[region], published)] as const);
  return { ...before, ...Object.fromEntries(added) };
}

/** What was sent is counted where it was sent; all else in the last invocation that came to it. */
function join(
  before: PublishedRegion | undefined,
  { changes, workflowsSet, gap, notices, findings, suppressed = before?.suppressed, outOfTime }: Published,
): PublishedRegion {
  const sent = before?.changes;
  return {
    changes: {
      ...changes,
      created: changes.created + (sent?.created ?? 0),
      updated: changes.updated + (sent?.updated ?? 0),
      archived: changes.archived + (sent?.archived ?? 0),
      failed: [...(sent?.failed ?? []), ...changes.failed],
    },
    workflowsSet: workflowsSet + (before?.workflowsSet ?? 0),
    ...(gap && { gap }),
    notices,
    isDone: outOfTime !== true,
    ...(suppressed && { suppressed }),
    outdated: [
      ...(before?.outdated ?? []).filter((id) => !findings.has(id)),
      ...[...findings].flatMap(([id, { outcome }]) => (outcome === 'outdated' ? [id] : [])),
    ],
  };
}

/** Where time ran out once more and no other invocation follows: what is left is a gap. */
export function givenUp(published: PublishedSoFar): PublishedSoFar {
  return Object.fromEntries(
    Object.entries(published).map(([region, one]) => [
      region,
      one.isDone ? one : { gap: NO_TIME_TO_PUBLISH, ...one },
    ]),
  );
}

const NO_TIME_TO_PUBLISH: Gap = {
  what: 'security-hub',
  kind: 'failed',
  code: OUT_OF_TIME,
  operation: batchImportFindings.action,
  detail: 'There was no time to bring all findings up to date. The next run does the rest.',
};

/** How much was sent and set, and how many Regions are done: what does not grow makes no progress. */
export function progressOf(published: PublishedSoFar): number {
  return Object.values(published).reduce((sum, { changes, workflowsSet, isDone }) => {
    return sum + changes.created + changes.updated + changes.archived + workflowsSet + Number(isDone);
  }, 0);
}
