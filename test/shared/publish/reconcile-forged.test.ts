import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../shared/publish/reconcile.ts';
import { aCluster, aControl, aPass, aReconcileInput, aRole, aVerdict, NOW, stored } from './builders.ts';

/*
 * Whoever administers an account can import what he likes under our product and ids, with our fingerprint.
 */

const OURS = stored(aVerdict());
const PASS = stored(aPass());
const HISTORY = '2026-01-01T00:00:00.000Z';

/** What somebody may write into a stored finding, so that it says something else. */
const forgeries: Readonly<Record<string, Partial<AwsSecurityFinding>>> = {
  status: { Compliance: { ...OURS.Compliance, Status: 'PASSED' } },
  'status and reasons': { Compliance: PASS.Compliance },
  'no status': { Compliance: undefined },
  severity: { FindingProviderFields: { ...OURS.FindingProviderFields, Severity: { Label: 'LOW' } } },
  'no severity of the provider': { FindingProviderFields: undefined, Severity: { Label: 'LOW' } },
  title: { Title: 'All is well' },
  'reason codes': { Compliance: { ...OURS.Compliance, StatusReasons: [{ ReasonCode: 'RESTRICTED' }] } },
  'no reason codes': { Compliance: { ...OURS.Compliance, StatusReasons: [] } },
  resource: { Resources: [{ Type: 'AwsEksCluster', Id: aCluster('other').id }] },
  'type of the resource': { Resources: [{ Type: 'Other', Id: aCluster().id }] },
  'another resource': { Resources: [...(OURS.Resources ?? []), { Type: 'Other', Id: 'call-this-number' }] },
  remediation: { Remediation: { Recommendation: { Text: 'Call this number.', Url: 'https://example.org' } } },
  'no remediation': { Remediation: undefined },
  'record state': { RecordState: 'ARCHIVED' },
  generator: { GeneratorId: 'another-tool' },
  requirements: { Compliance: { ...OURS.Compliance, RelatedRequirements: ['PCI DSS'] } },
  fingerprint: { ProductFields: { ...OURS.ProductFields, 'eks-auditor/fingerprint': 'of something else' } },
  'no fields': { ProductFields: undefined },
  'other fields': {
    ProductFields: JSON.parse('{"__proto__":"x","constructor":"y","eks-auditor/level":"account"}'),
  },
  cluster: { ProductFields: { ...OURS.ProductFields, 'eks-auditor/cluster': aCluster('other').id } },
};

/** What does not change what it says: it may make any of these believable. */
const disguises: Readonly<Record<string, Partial<AwsSecurityFinding>>> = {
  none: {},
  'updated in 2099': { UpdatedAt: '2099-12-31T23:59:59.999Z', LastObservedAt: '2099-12-31T23:59:59.999Z' },
  'updated a day from now': { UpdatedAt: '2026-11-23T10:15:00Z', LastObservedAt: NOW.toISOString() },
  'updated long ago': { UpdatedAt: '2020-01-01T00:00:00.000000Z' },
  'created in 2099': { CreatedAt: '2099-01-01T00:00:00Z', FirstObservedAt: '2099-01-01T00:00:00Z' },
  resolved: { Workflow: { Status: 'RESOLVED' } },
  'the top-level severity': { Severity: { Label: 'INFORMATIONAL' } },
  'other texts': {
    Description: 'Nothing to see here.',
    CompanyName: 'Somebody',
    SourceUrl: 'https://example.org',
  },
};

const aForgery = fc.uniqueArray(fc.constantFrom(...Object.keys(forgeries)), { minLength: 1, maxLength: 4 });
const aDisguise = fc.uniqueArray(fc.constantFrom(...Object.keys(disguises)), { maxLength: 3 });

function forged(names: readonly string[], from: typeof forgeries): Partial<AwsSecurityFinding> {
  return Object.assign({}, ...names.map((name) => from[name]));
}

const others = [
  aVerdict({ resource: aRole('same'), clusterArn: aCluster().id }),
  aVerdict({ resource: aRole('changed'), clusterArn: aCluster().id, evidence: { now: 'another' } }),
  aVerdict({ resource: aRole('new'), clusterArn: aCluster().id }),
];
const neighbours = [
  stored(aVerdict({ resource: aRole('same'), clusterArn: aCluster().id })),
  stored(aVerdict({ resource: aRole('changed'), clusterArn: aCluster().id })),
  stored(aVerdict({ resource: aCluster('gone') })),
];

function plan(existing: readonly AwsSecurityFinding[]) {
  const verdicts = [aVerdict(), ...others];
  return reconcile(aReconcileInput({ existing, verdicts, controls: [aControl()] }));
}

function isVisiblyOurs(finding: AwsSecurityFinding | undefined): void {
  expect(finding).toMatchObject({
    GeneratorId: OURS.GeneratorId,
    Title: OURS.Title,
    Remediation: OURS.Remediation,
    Compliance: OURS.Compliance,
    FindingProviderFields: OURS.FindingProviderFields,
    Resources: OURS.Resources,
    RecordState: 'ACTIVE',
    ProductFields: {
      'eks-auditor/fingerprint': OURS.ProductFields?.['eks-auditor/fingerprint'],
      'eks-auditor/level': 'cluster',
      'eks-auditor/cluster': aCluster().id,
    },
  });
  expect(Object.keys(finding?.ProductFields ?? {})).not.toContain('__proto__');
}

describe('a finding that somebody forged under our id', () => {
  it.each(Object.keys(forgeries))('is corrected: %s', (name) => {
    const { create, update } = plan([{ ...OURS, ...forgeries[name] }]);
    isVisiblyOurs([...create, ...update].find(({ Id }) => Id === OURS.Id));
  });

  it.each(Object.keys(disguises))('and that says the same is no change: %s', (name) => {
    const { create, archive, update } = plan([{ ...OURS, ...disguises[name] }]);
    expect([...create, ...archive].map(({ Id }) => Id)).not.toContain(OURS.Id);
    // Too old, or of no age that can be believed, it is at most imported again.
    const events = update.map(({ ProductFields }) => ProductFields?.['eks-auditor/event']);
    expect(events.filter((event) => event !== 'refresh')).toEqual([]);
  });

  it('is corrected whatever is forged, later than it claims to be, and holds no other back', () => {
    const honest = plan([OURS, ...neighbours]);
    fc.assert(
      fc.property(aForgery, aDisguise, (names, disguise) => {
        const forgery = { ...OURS, ...forged(names, forgeries), ...forged(disguise, disguises) };
        const actual = plan([forgery, ...neighbours]);

        const sent = [...actual.create, ...actual.update].filter(({ Id }) => Id === OURS.Id);
        expect(sent).toHaveLength(1);
        isVisiblyOurs(sent[0]);
        const { UpdatedAt: updatedAt = '', CreatedAt: createdAt = '' } = sent[0] ?? {};
        expect(Date.parse(updatedAt)).toBeGreaterThan(Date.parse(forgery.UpdatedAt ?? ''));
        expect(Date.parse(createdAt)).toBeLessThanOrEqual(NOW.getTime());

        const ofOthers = (list: readonly AwsSecurityFinding[]) => list.filter(({ Id }) => Id !== OURS.Id);
        for (const kind of ['create', 'update', 'archive', 'unchanged', 'resolve', 'outdated'] as const)
          expect(ofOthers(actual[kind]), kind).toEqual(ofOthers(honest[kind]));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the time of its creation where that can be true', () => {
    const { update } = plan([{ ...OURS, ...forgeries.title, CreatedAt: HISTORY, FirstObservedAt: HISTORY }]);
    expect(update).toMatchObject([{ CreatedAt: HISTORY, FirstObservedAt: HISTORY }]);
  });
});
