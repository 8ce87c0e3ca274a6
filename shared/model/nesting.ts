/** Far more than any document of the auditor has. */
const MAX_DEPTH = 100;

/**
 * Whether lists and mappings are in each other deeper than in any honest document. JSON.parse reads them however deep they
 * are; what calls itself for each, such as JSON.stringify, would end with an error of the stack.
 */
export function isNestedTooDeeply(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isNestedTooDeeply(inner, depth - 1));
}
