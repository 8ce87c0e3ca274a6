import { createHash } from 'node:crypto';
import { EVIDENCE_UNREADABLE, type Verdict } from '../model/verdict.ts';

/** Hexadecimal digits of a fingerprint: 128 bits. */
const LENGTH = 32;

/**
 * A hash of what a person would call a change of a verdict: its status, severity, reason codes, resource and evidence.
 * Neither the order they come in nor the wording of the reason, the time or this product's version matter.
 */
export function fingerprint(
  verdict: Pick<Verdict, 'status' | 'severity' | 'reasonCode' | 'reasonCodes' | 'resource' | 'evidence'>,
): string {
  const evidence = Object.entries(verdict.evidence).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [verdict.status, verdict.severity, decidingCodes(verdict), verdict.resource.id, evidence];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, LENGTH);
}

/** Evidence missing beside a proven verdict is no change of it: it comes and goes, and must alert nobody again. */
function decidingCodes({ reasonCode, reasonCodes }: Pick<Verdict, 'reasonCode' | 'reasonCodes'>): string[] {
  return reasonCodes.filter((code) => code !== EVIDENCE_UNREADABLE || code === reasonCode).toSorted();
}
