/** A policy document: an object, or text, which may also be no JSON at all. */
export type PolicyDocument = string | object;

/** The document as AWS keeps it: text. */
export function policyText(document: PolicyDocument): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
