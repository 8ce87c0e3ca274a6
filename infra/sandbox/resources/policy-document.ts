/** A policy document: an object, or text, which need not be JSON. */
export type PolicyDocument = string | object;

/** The document as text, as AWS stores it. */
export function policyText(document: PolicyDocument): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
