import { expect } from 'vitest';
import type { ReportedVerdict } from '../../shared/model/reported-verdict.ts';

/** What is said of a finding in an event. */
export interface Detail {
  readonly eventId: string;
  readonly findingId: string;
  readonly change: string;
}

/** What changed between two reports of a finding, as people are told of it; the control knows no warnings. */
export function changeBetween(
  before: ReportedVerdict | undefined,
  after: ReportedVerdict | undefined,
): string | undefined {
  if (after === undefined) return before && 'gone';
  const wasAvailable = before !== undefined && before.status !== 'NOT_AVAILABLE';
  if (after.status === 'NOT_AVAILABLE') return wasAvailable ? 'notAvailable' : undefined;
  const known = wasAvailable ? before.status : before?.before?.status;
  if (after.status === 'FAILED' && known !== 'FAILED') return 'new';
  if (after.status === 'PASSED' && known === 'FAILED') return 'fixed';
  return known === undefined || wasAvailable ? undefined : 'seenAgain';
}

/** A change of a finding. It has to be told, must not be, or may be, where nobody can know whether a person suppressed it. */
export interface Change {
  readonly findingId: string;
  readonly change: string;
  readonly isTold: boolean | undefined;
}

interface Observed {
  readonly changes: readonly Change[];
  /** Those that are still to be sent. */
  readonly pending: readonly Detail[];
  /** Those that the bus took. */
  readonly delivered: readonly Detail[];
  /** Whether they may have been delivered without the auditor knowing it. */
  readonly isDisturbed: boolean;
}

/** The events of the findings of an account: each change raises one, which is sent again only if it may not have arrived. */
export class Told {
  /** By `eventId`, in the order of their first arrival. */
  readonly #delivered = new Map<string, Detail>();
  readonly #maySendAgain = new Set<string>();
  #pending = new Map<string, Detail>();

  /** After an invocation, or in the middle of one. */
  observe({ changes, pending, delivered, isDisturbed }: Observed): void {
    const known = new Set([...this.#delivered.keys(), ...this.#pending.keys()]);
    const before = this.#pending;
    this.#pending = new Map(pending.map((event) => [event.eventId, event]));
    for (const event of delivered) this.#deliver(event, isDisturbed);
    for (const eventId of before.keys()) expect(this.#isKept(eventId), `${eventId} is lost`).toBe(true);
    const raised = [...new Map([...this.#pending, ...this.#delivered]).values()];
    const wordsOf = (one: Pick<Change, 'findingId' | 'change'>) => `${one.change} ${one.findingId}`;
    const told = raised.filter(({ eventId }) => !known.has(eventId)).map(wordsOf);
    const expected = changes.filter((one) => one.isTold ?? told.includes(wordsOf(one)));
    expect(told.sort(), 'events of what changed').toEqual(expected.map(wordsOf).sort());
  }

  #isKept(eventId: string): boolean {
    return this.#pending.has(eventId) || this.#delivered.has(eventId);
  }

  #deliver(event: Detail, isDisturbed: boolean): void {
    const { eventId } = event;
    const first = this.#delivered.get(eventId);
    if (first !== undefined) {
      expect(event).toEqual(first);
      expect(this.#maySendAgain.has(eventId), `${eventId} is sent again`).toBe(true);
    }
    this.#delivered.set(eventId, first ?? event);
    if (isDisturbed) this.#maySendAgain.add(eventId);
    else this.#maySendAgain.delete(eventId);
  }

  /** Nothing is left to be sent. */
  get isAllSent(): boolean {
    return this.#pending.size === 0;
  }

  /** What is open to whoever follows the events, and knew these problems before. */
  open(known: Iterable<string>): Set<string> {
    const open = new Set(known);
    for (const { change, findingId } of this.#delivered.values()) {
      if (change === 'new') open.add(findingId);
      if (change === 'fixed' || change === 'gone') open.delete(findingId);
    }
    return open;
  }
}
