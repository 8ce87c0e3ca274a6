import { expect } from 'vitest';
import type { RequestLogEntry } from '../../infra/sandbox/sandbox.ts';
import type { AccountResult } from '../../shared/model/run.ts';
import type { Invocation } from './auditor.ts';
import type { Execution } from './execution.ts';
import type { Change, Detail } from './told.ts';

interface RunEvent {
  readonly runId: string;
  readonly changes: Readonly<Record<string, number>>;
}

/** What was told of a run. */
interface Announcement {
  readonly events: RunEvent[];
  readonly changes: Change[];
  digests: number;
}

/** What runs were announced with: an event of each, and a digest of those in which something changed. */
export class Announced {
  readonly #taken = new WeakSet<RequestLogEntry>();
  readonly #runs = new Map<string, Announcement>();

  #of(runId: string): Announcement {
    const announcement = this.#runs.get(runId) ?? { events: [], changes: [], digests: 0 };
    this.#runs.set(runId, announcement);
    return announcement;
  }

  /** Takes what arrived since the last time, and returns the events of findings. */
  take(runId: string, { requests }: Invocation): Detail[] {
    const announcement = this.#of(runId);
    const findings: Detail[] = [];
    for (const request of requests) {
      if (request.status !== 200 || this.#taken.has(request)) continue;
      this.#taken.add(request);
      if (request.operation === 'sns:Publish') announcement.digests += 1;
      if (request.operation !== 'events:PutEvents') continue;
      const entries = request.params.Entries as { readonly DetailType: string; readonly Detail: string }[];
      for (const { DetailType: type, Detail: detail } of entries) {
        if (type === 'EKS Auditor Run') announcement.events.push(JSON.parse(detail));
        else findings.push(JSON.parse(detail));
      }
    }
    expect(announcement.events.length, `events of the run ${runId}`).toBeLessThanOrEqual(1);
    expect(announcement.digests, `digests of the run ${runId}`).toBeLessThanOrEqual(1);
    return findings;
  }

  /** A run has found changes. */
  found(runId: string, changes: readonly Change[]): void {
    this.#of(runId).changes.push(...changes);
  }

  /** A run that nothing disturbed tells all that changed, and only that. */
  checkReport({ run }: Execution, result: AccountResult | undefined): void {
    const { events, changes, digests } = this.#of(run.id);
    if (changes.some(({ isTold }) => isTold === undefined)) return;
    const told = changes.filter(({ isTold }) => isTold === true);
    const counts: Record<string, number> = {};
    for (const { change } of told) counts[change] = (counts[change] ?? 0) + 1;
    const said = Object.entries(events[0]?.changes ?? {}).filter(([, count]) => count > 0);
    expect(Object.fromEntries(said), `changes of the run ${run.id}`).toEqual(counts);
    const isWanted = told.length > 0 || result?.firstAudit === true;
    expect([events.length, digests], `events and digests of the run ${run.id}`).toEqual([
      1,
      isWanted ? 1 : 0,
    ]);
  }
}
