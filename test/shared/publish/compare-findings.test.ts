import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { toFinding, withEvent } from '../../../shared/publish/asff.ts';
import { compareFindings } from '../../../shared/publish/compare-findings.ts';
import { aContext, aControl, aRole, aVerdict } from './builders.ts';

const FINDING = toFinding(aVerdict({ related: [aRole('a'), aRole('b')] }), aControl(), aContext());

/** The finding without some of its fields, as somebody else may have imported it. */
function without(...fields: readonly (keyof AwsSecurityFinding)[]): AwsSecurityFinding {
  return { ...FINDING, ...Object.fromEntries(fields.map((field) => [field, undefined])) };
}

describe('compareFindings', () => {
  it('finds no difference in the event, the description, times and the order of lists', () => {
    const [main, ...related] = FINDING.Resources ?? [];
    const stored = {
      ...withEvent(FINDING, 'refresh'),
      Description: 'Counts move.',
      UpdatedAt: '2020-01-01T00:00:00.000Z',
      Resources: [...(main ? [main] : []), ...related.toReversed()],
    };

    expect(compareFindings(stored, FINDING)).toBe('none');
  });

  it('takes the top-level severity where the provider’s is missing', () => {
    const { FindingProviderFields: _, ...older } = FINDING;

    expect(compareFindings({ ...older, Severity: { Label: 'HIGH' } }, FINDING)).toBe('none');
    expect(compareFindings({ ...older, Severity: { Label: 'LOW' } }, FINDING)).toBe('changed');
    expect(compareFindings(without('FindingProviderFields', 'Severity'), FINDING)).toBe('changed');
  });

  it.each(['Compliance', 'Resources', 'ProductFields', 'RecordState'] as const)(
    'is a change where %s is missing',
    (field) => {
      expect(compareFindings(without(field), FINDING)).toBe('changed');
    },
  );

  it.each(['Title', 'Remediation'] as const)('is a new label where %s is missing', (field) => {
    expect(compareFindings(without(field), FINDING)).toBe('relabelled');
  });

  it('is a change when another resource than an instance is related', () => {
    const other = toFinding(aVerdict({ related: [aRole('a'), aRole('c')] }), aControl(), aContext());

    expect(compareFindings(other, FINDING)).toBe('changed');
  });

  it('reads a severity without a label like a missing one', () => {
    const older = { ...FINDING, FindingProviderFields: {}, Severity: { Label: 'HIGH' as const } };

    expect(compareFindings(older, FINDING)).toBe('none');
  });

  it('tells no missing list from an empty one', () => {
    const bare = without('Compliance', 'Resources');

    expect(compareFindings(bare, { ...bare, Compliance: {}, Resources: [] })).toBe('none');
    const lists = { StatusReasons: [], RelatedRequirements: [], AssociatedStandards: [] };
    expect(compareFindings(bare, { ...bare, Compliance: lists })).toBe('none');
  });

  it('is a new label with another standard', () => {
    const AssociatedStandards = [{ StandardsId: 'standards/cis-amazon-eks-benchmark/v/1.3.0' }];
    const older = { ...FINDING, Compliance: { ...FINDING.Compliance, AssociatedStandards } };

    expect(compareFindings(older, FINDING)).toBe('relabelled');
  });

  it('is a new label where the requirements or the standard are missing', () => {
    const { RelatedRequirements: _, AssociatedStandards: __, ...compliance } = FINDING.Compliance ?? {};

    expect(compareFindings({ ...FINDING, Compliance: compliance }, FINDING)).toBe('relabelled');
  });

  describe('with something that could not be read', () => {
    const DENIED = 'ec2:DescribeInstances failed with AccessDenied';
    const THROTTLED = 'ec2:DescribeInstances failed with Throttling';

    function failed(reasonCodes: string[], unreadable?: string, status: Verdict['status'] = 'FAILED') {
      const missing = unreadable === undefined ? [] : ['EVIDENCE_UNREADABLE'];
      const [reasonCode = 'EVIDENCE_UNREADABLE'] = reasonCodes;
      const evidence = {
        ...(reasonCodes[0] && { rows: reasonCodes.join() }),
        ...(unreadable && { unreadable }),
      };
      const verdict = aVerdict({ status, reasonCode, reasonCodes: [...reasonCodes, ...missing], evidence });
      return toFinding(verdict, aControl(), aContext());
    }

    it.each([
      ['is missing now', failed(['OPEN']), failed(['OPEN'], DENIED)],
      ['is there again', failed(['OPEN'], DENIED), failed(['OPEN'])],
      ['is missing for another reason', failed(['OPEN'], DENIED), failed(['OPEN'], THROTTLED)],
      ['takes a row with it', failed(['OPEN', 'BROAD']), failed(['BROAD'], DENIED)],
      ['brings a row back', failed(['BROAD'], DENIED), failed(['OPEN'])],
      [
        'is missing for another reason and leaves nothing proven',
        failed([], DENIED, 'NOT_AVAILABLE'),
        failed([], THROTTLED, 'NOT_AVAILABLE'),
      ],
    ])('is a new label when it %s', (_, stored, finding) => {
      expect(compareFindings(stored, finding)).toBe('relabelled');
    });

    it.each([
      ['another row is proven while it stays missing', failed(['OPEN'], DENIED), failed(['BROAD'], DENIED)],
      ['nothing is proven any more', failed(['OPEN']), failed([], DENIED, 'NOT_AVAILABLE')],
      [
        'it is there again and all is well',
        failed(['OPEN'], DENIED),
        failed(['RESTRICTED'], undefined, 'PASSED'),
      ],
    ])('is a change when %s', (_, stored, finding) => {
      expect(compareFindings(stored, finding)).toBe('changed');
    });

    it('is no difference while it stays the same', () => {
      expect(compareFindings(failed(['OPEN'], DENIED), failed(['OPEN'], DENIED))).toBe('none');
    });
  });
});
