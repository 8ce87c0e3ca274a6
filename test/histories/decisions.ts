import type { Execution } from './execution.ts';

interface Decision {
  readonly workflow: 'SUPPRESSED' | 'NEW';
  readonly at: number;
  /** A run that nothing disturbed has read it since, and the finding was not gone since. */
  isSeen: boolean;
}

/** What people decided on the findings of clusters. */
export class Decisions {
  readonly #last = new Map<string, Decision>();

  add(name: string, workflow: Decision['workflow']): void {
    this.#last.set(name, { workflow, at: Date.now(), isSeen: false });
  }

  of(name: string): Decision['workflow'] | undefined {
    return this.#last.get(name)?.workflow;
  }

  /** A run has read the finding, as far as nothing disturbed it. */
  seen(name: string, { startedAt, isDisturbed }: Execution): void {
    const decision = this.#last.get(name);
    if (decision && decision.at < startedAt && !isDisturbed) decision.isSeen = true;
  }

  gone(name: string): void {
    const decision = this.#last.get(name);
    if (decision) decision.isSeen = false;
  }

  /** Whether a change that a run finds is told; `undefined` when the run cannot know. */
  isTold(name: string, { startedAt, isDisturbed }: Execution): boolean | undefined {
    const decision = this.#last.get(name);
    if (decision === undefined) return true;
    const isKnown = decision.at < startedAt && (decision.isSeen || !isDisturbed);
    return isKnown ? decision.workflow === 'NEW' : undefined;
  }
}
