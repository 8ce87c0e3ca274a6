import { randomUUID } from 'node:crypto';

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** Of its last delivery. */
  receipt: string;
  /** Hidden from other receivers until then. */
  visibleAt: number;
}

/** A standard queue. What was received and not deleted is delivered again after the visibility timeout. */
export class SandboxQueue {
  /** Oldest first. */
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #visibilityTimeoutMs: number;

  constructor(visibilityTimeoutSeconds: number) {
    this.#visibilityTimeoutMs = visibilityTimeoutSeconds * 1_000;
  }

  send(body: string): void {
    const id = randomUUID();
    this.#messages.set(id, { id, body, receipt: '', visibleAt: 0 });
  }

  /** How many there are, visible or not. */
  get size(): number {
    return this.#messages.size;
  }

  receive(count: number, now: Date): readonly Readonly<QueuedMessage>[] {
    const received: QueuedMessage[] = [];
    for (const message of this.#messages.values()) {
      if (received.length === count) {
        break;
      }
      if (message.visibleAt <= now.getTime()) {
        message.receipt = `${message.id}/${randomUUID()}`;
        message.visibleAt = now.getTime() + this.#visibilityTimeoutMs;
        received.push(message);
      }
    }
    return received;
  }

  /** An older receipt than the last one deletes nothing, and is no error. */
  delete(receipt: string): void {
    const [id = ''] = receipt.split('/');
    if (this.#messages.get(id)?.receipt === receipt) {
      this.#messages.delete(id);
    }
  }
}
