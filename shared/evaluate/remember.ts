import type { Once } from '../model/control.ts';

/** An empty memory. */
export function remember(): Once {
  const values = new Map<string, unknown>();
  return <T>(key: string, work: () => T): T => {
    if (!values.has(key)) values.set(key, work());
    // A key is for one type of value.
    return values.get(key) as T;
  };
}
