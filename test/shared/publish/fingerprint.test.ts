import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidedPart, fingerprint, missingPart } from '../../../shared/publish/fingerprint.ts';
import { aCluster, aVerdict } from './builders.ts';

/** A proven verdict beside which something is missing. */
function lacking(unreadable: string | undefined) {
  const proven = aVerdict();
  if (unreadable === undefined) return proven;
  return aVerdict({
    reasonCodes: [...proven.reasonCodes, 'EVIDENCE_UNREADABLE'],
    evidence: { ...proven.evidence, unreadable },
  });
}

describe('a fingerprint', () => {
  it('is 32 hexadecimal digits', () => {
    expect(fingerprint(aVerdict())).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['status', aVerdict({ status: 'WARNING' })],
    ['severity', aVerdict({ severity: 'CRITICAL' })],
    ['reason codes', aVerdict({ reasonCodes: ['OPEN', 'BROAD'] })],
    ['resource', aVerdict({ resource: aCluster('dev') })],
    ['evidence', aVerdict({ evidence: { publicAccessCidrs: '::/0' } })],
    ['names of the evidence', aVerdict({ evidence: { cidrs: '0.0.0.0/0' } })],
  ])('changes with the %s', (_, changed) => {
    expect(fingerprint(changed)).not.toBe(fingerprint(aVerdict()));
  });

  it.each([
    ['wording of the reason', aVerdict({ reason: 'Said in another way.' })],
    ['tags of the resource', aVerdict({ resource: { ...aCluster(), tags: { team: 'a' } } })],
    ['related resources', aVerdict({ related: [aCluster('dev')] })],
  ])('does not change with the %s', (_, changed) => {
    expect(fingerprint(changed)).toBe(fingerprint(aVerdict()));
  });

  it.each([
    ['ec2:DescribeInstances failed with AccessDenied', 'ec2:DescribeSubnets failed with AccessDenied'],
    ['eks:ListAddons failed with ThrottlingException', 'eks:ListAddons failed with AccessDeniedException'],
  ])('changes in its second part only with what is missing: %s, then %s', (before, after) => {
    const [complete, ...incomplete] = [undefined, before, after].map((missing) =>
      fingerprint(lacking(missing)),
    );

    expect(new Set([complete, ...incomplete]).size).toBe(3);
    expect(new Set(incomplete.map(missingPart)).size).toBe(2);
    expect(incomplete.map(decidedPart)).toEqual(incomplete.map(() => decidedPart(complete ?? '')));
  });

  it('changes in its first part when what is missing leaves nothing proven', () => {
    const missing = { unreadable: 'eks:ListAddons failed with AccessDeniedException' };
    const unproven = aVerdict({
      status: 'NOT_AVAILABLE',
      reasonCode: 'EVIDENCE_UNREADABLE',
      reasonCodes: ['EVIDENCE_UNREADABLE'],
      evidence: missing,
    });

    expect(decidedPart(fingerprint(unproven))).not.toBe(decidedPart(fingerprint(aVerdict())));
  });

  it('does not depend on the order of reason codes', () => {
    const [a, b] = [
      ['OPEN', 'BROAD'],
      ['BROAD', 'OPEN'],
    ].map((reasonCodes) => fingerprint(aVerdict({ reasonCodes })));
    expect(a).toBe(b);
  });

  it('does not depend on the order of evidence', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (evidence) => {
        const reversed = Object.fromEntries(Object.entries(evidence).toReversed());
        expect(fingerprint(aVerdict({ evidence: reversed }))).toBe(fingerprint(aVerdict({ evidence })));
      }),
    );
  });

  it('keeps a value apart from its name', () => {
    const fingerprints = [{ a: 'b', c: 'd' }, { a: 'b","c":"d' }].map((evidence) =>
      fingerprint(aVerdict({ evidence })),
    );
    expect(fingerprints[0]).not.toBe(fingerprints[1]);
  });
});
