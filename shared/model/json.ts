/** Far more than any document of the auditor has. */
const MAX_DEPTH = 100;

/** Says what is wrong with a text, as an error of the caller's. */
type Refuse = (problem: 'not JSON' | 'nested too deeply', options?: ErrorOptions) => Error;

/**
 * Parses JSON that somebody else may have written. JSON.parse reads it however deep it is; what calls itself for each list
 * and mapping, such as JSON.stringify, would end with an error of the stack. Throws what `refuse` returns.
 */
export function parseJson(text: string, refuse: Refuse): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw refuse('not JSON', { cause });
  }
  if (isNestedTooDeeply(document, MAX_DEPTH)) throw refuse('nested too deeply');
  return document;
}

function isNestedTooDeeply(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isNestedTooDeeply(inner, depth - 1));
}
