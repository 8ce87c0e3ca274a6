import { PreconditionFailed, type Store } from '../../shared/aws/store.ts';

/** Tries until nobody else writes the object at the same time. */
const TRIES = 10;

/** Replaces a text by what follows from it, if anything does. Returns whether. Rejects with S3's errors. */
export async function update(
  store: Store,
  key: string,
  change: (text: string | undefined) => string | undefined,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const stored = await store.getWithTag(key);
    const next = change(stored?.text);
    if (next === undefined) return false;
    try {
      await store.put(key, next, stored ? { ifMatch: stored.etag } : { ifNoneMatch: '*' });
      return true;
    } catch (error) {
      if (tries === TRIES || !(error instanceof PreconditionFailed)) throw error;
    }
  }
}
