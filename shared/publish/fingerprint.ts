import { createHash } from 'node:crypto';
import { EVIDENCE_UNREADABLE, MISSING_EVIDENCE, type Verdict } from '../model/verdict.ts';

/** Hexadecimal digits: 128 bits. */
const LENGTH = 32;
/** Those at its end that stand for what could not be read, where there is such. */
const LENGTH_OF_MISSING = 8;

/**
 * A hash of what a person would call a change of a verdict: its status, severity, reason codes, resource and evidence,
 * and what could not be read. Neither the order they come in nor the wording of the reason, the time or this product's
 * version matter.
 */
export function fingerprint(
  verdict: Pick<Verdict, 'status' | 'severity' | 'reasonCode' | 'reasonCodes' | 'resource' | 'evidence'>,
): string {
  const { [MISSING_EVIDENCE]: missing, ...deciding } = verdict.evidence;
  const evidence = Object.entries(deciding).sort(([a], [b]) => (a < b ? -1 : 1));
  const decided = hash([
    verdict.status,
    verdict.severity,
    decidingCodes([verdict.reasonCode, ...verdict.reasonCodes]),
    verdict.resource.id,
    evidence,
  ]);
  if (missing === undefined) return decided;
  return decidedPart(decided) + hash([missing]).slice(0, LENGTH_OF_MISSING);
}

/** The part of a fingerprint that stays the same when only what could not be read changes. */
export function decidedPart(text: string): string {
  return text.slice(0, LENGTH - LENGTH_OF_MISSING);
}

/** The part of a fingerprint that says what could not be read, where there is such. */
export function missingPart(text: string): string {
  return text.slice(LENGTH - LENGTH_OF_MISSING);
}

/** What is missing beside a proven verdict does not decide it. `reasonCodes` begin with the worst. */
export function decidingCodes(reasonCodes: readonly string[]): string[] {
  const [worst] = reasonCodes;
  return [...new Set(reasonCodes)]
    .filter((code) => code !== EVIDENCE_UNREADABLE || code === worst)
    .toSorted();
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, LENGTH);
}
