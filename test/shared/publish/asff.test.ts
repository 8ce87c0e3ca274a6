import { describe, expect, it } from 'vitest';
import { accountResource } from '../../../shared/model/resource.ts';
import { productArn, toArchived, toFinding } from '../../../shared/publish/asff.ts';
import { fingerprint } from '../../../shared/publish/fingerprint.ts';
import {
  aCluster,
  aContext,
  aControl,
  aPass,
  aRole,
  aVerdict,
  findingOf,
  NOW,
  notAvailableVerdict,
  SCOPE,
  stored,
} from './builders.ts';

describe('a new finding', () => {
  it("is of the account's own default product, with its partition and Region", () => {
    expect(productArn({ partition: 'aws-cn', accountId: '333333333333', region: 'cn-north-1' })).toBe(
      'arn:aws-cn:securityhub:cn-north-1:333333333333:product/333333333333/default',
    );
    expect(findingOf()).toMatchObject({
      SchemaVersion: '2018-10-08',
      ProductArn: productArn(SCOPE),
      ProductName: 'EKS Auditor',
      CompanyName: 'Example Corp',
      AwsAccountId: '222222222222',
      RecordState: 'ACTIVE',
    });
  });

  it('has the GeneratorId of its control whatever the benchmark version', () => {
    const [a, b] = (['1.5.0', '2.0.0'] as const).map((benchmark) =>
      toFinding(aVerdict(), aControl(), aContext({ benchmark })),
    );
    expect(a?.GeneratorId).toBe('eks-auditor/endpoint-access');
    expect(b?.GeneratorId).toBe(a?.GeneratorId);
    expect(b?.Id).toBe(a?.Id);
  });

  it('is titled by control, described by reason and says how to fix it', () => {
    expect(findingOf()).toMatchObject({
      Title: 'Restrict access to the control plane endpoint (CIS EKS 1.5.0, 5.4.1)',
      Description: 'The endpoint is open to 0.0.0.0/0.',
      Remediation: {
        Recommendation: {
          Text: 'Name the networks that may reach the endpoint.',
          Url: 'https://example.com/fix',
        },
      },
    });
  });

  it('was first observed, created and updated now', () => {
    const now = NOW.toISOString();
    expect(findingOf()).toMatchObject({
      FirstObservedAt: now,
      LastObservedAt: now,
      CreatedAt: now,
      UpdatedAt: now,
    });
  });

  it.each([
    ['a failure that of the verdict', aVerdict({ severity: 'CRITICAL' }), 'CRITICAL'],
    ['a warning LOW', aVerdict({ status: 'WARNING', severity: 'HIGH' }), 'LOW'],
    ['what could not be judged LOW', notAvailableVerdict({ severity: 'HIGH' }), 'LOW'],
    ['what passes INFORMATIONAL', aPass({ severity: 'HIGH' }), 'INFORMATIONAL'],
  ])('has as severity for %s', (_, verdict, label) => {
    const finding = findingOf(verdict);
    expect(finding.FindingProviderFields?.Severity).toEqual({ Label: label, Original: verdict.severity });
    expect(finding.Severity?.Label).toBe(label);
  });

  it('states its type to Security Hub and, at creation, on the top level', () => {
    const types = [
      'Software and Configuration Checks/Industry and Regulatory Standards/CIS Amazon EKS Benchmark',
    ];
    expect(findingOf().FindingProviderFields?.Types).toEqual(types);
    expect(findingOf().Types).toEqual(types);
  });

  it('gives every reason with its meaning', () => {
    const verdict = aVerdict({ reasonCodes: ['OPEN', 'BROAD'] });
    expect(findingOf(verdict).Compliance).toMatchObject({
      Status: 'FAILED',
      StatusReasons: [
        { ReasonCode: 'OPEN', Description: 'everyone may reach the endpoint' },
        { ReasonCode: 'BROAD', Description: 'too many may reach the endpoint' },
      ],
    });
  });

  it('explains unreadable evidence, which is no row of a control', () => {
    expect(findingOf(notAvailableVerdict()).Compliance).toMatchObject({
      Status: 'NOT_AVAILABLE',
      StatusReasons: [{ ReasonCode: 'EVIDENCE_UNREADABLE', Description: 'Evidence could not be read' }],
    });
  });

  it('names the requirements and the standard', () => {
    expect(findingOf().Compliance).toMatchObject({
      RelatedRequirements: [
        'CIS Amazon EKS Benchmark v1.3.0/5.4.1',
        'CIS Amazon EKS Benchmark v1.5.0/5.4.1',
        'CIS Amazon EKS Benchmark v1.6.0/5.4.1',
        'CIS Amazon EKS Benchmark v1.7.0/5.4.1',
        'CIS Amazon EKS Benchmark v1.8.0/5.4.1',
        'CIS Amazon EKS Benchmark v2.0.0/5.4.1',
        'NIST.800-53.r5 AC-4',
        'NIST.800-53.r5 SC-7',
      ],
      AssociatedStandards: [{ StandardsId: 'standards/cis-amazon-eks-benchmark/v/1.5.0' }],
    });
  });

  it('is created resolved when it passes, and new when it does not', () => {
    expect(findingOf(aPass()).Workflow).toEqual({ Status: 'RESOLVED' });
    expect(findingOf().Workflow).toBeUndefined();
    expect(findingOf(notAvailableVerdict()).Workflow).toBeUndefined();
  });

  it('carries its fingerprint, event, version, level, cluster and evidence', () => {
    const verdict = aVerdict({
      resource: aRole('node'),
      clusterArn: aCluster().id,
      evidence: { b: '2', a: '', c: ' ' },
    });
    expect(findingOf(verdict).ProductFields).toEqual({
      'eks-auditor/fingerprint': fingerprint(verdict),
      'eks-auditor/event': 'new',
      'eks-auditor/version': '1.0.0',
      'eks-auditor/level': 'cluster',
      'eks-auditor/cluster': aCluster().id,
      'eks-auditor/evidence/a': '(none)',
      'eks-auditor/evidence/b': '2',
      'eks-auditor/evidence/c': '(none)',
    });
  });

  it('names no cluster when none was judged', () => {
    const verdict = aVerdict({ resource: accountResource('222222222222') });
    expect(findingOf(verdict, { level: 'account' }).ProductFields).not.toHaveProperty('eks-auditor/cluster');
  });

  it('keeps its own fields when there is too much evidence', () => {
    const evidence = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`A${index}`, 'x']));
    const fields = findingOf(aVerdict({ evidence })).ProductFields ?? {};
    expect(Object.keys(fields)).toHaveLength(50);
    expect(fields['eks-auditor/fingerprint']).toBeDefined();
    expect(fields['eks-auditor/cluster']).toBeDefined();
  });

  it('lists evidence by name', () => {
    const names = (evidence: Record<string, string>) =>
      Object.keys(findingOf(aVerdict({ evidence })).ProductFields ?? {}).slice(-3);

    for (const evidence of [
      { c: '3', a: '1', b: '2' },
      { b: '2', c: '3', a: '1' },
    ])
      expect(names(evidence)).toEqual(['a', 'b', 'c'].map((name) => `eks-auditor/evidence/${name}`));
  });

  it('cuts a description on a word', () => {
    const description = findingOf(aVerdict({ reason: 'word '.repeat(300) })).Description ?? '';
    expect(description).toHaveLength(1020);
    expect(description.endsWith('word…')).toBe(true);
  });
});

describe('a changed finding', () => {
  const existing = stored(aVerdict(), {
    FirstObservedAt: '2026-01-01T00:00:00.000Z',
    CreatedAt: '2026-01-02T00:00:00.000Z',
  });

  it('keeps when it was first observed and created', () => {
    expect(toFinding(aPass(), aControl(), aContext(), existing)).toMatchObject({
      FirstObservedAt: '2026-01-01T00:00:00.000Z',
      CreatedAt: '2026-01-02T00:00:00.000Z',
      UpdatedAt: NOW.toISOString(),
    });
  });

  it.each([
    ['within the time that clocks differ', '2026-11-22T12:19:59.999+02:00'],
    ['within one millisecond', NOW.toISOString()],
  ])('has the time of its observation, although Security Hub holds a later one %s', (_, UpdatedAt) => {
    const observedAt = '2026-11-22T10:14:00.000Z';
    const finding = toFinding(aPass({ observedAt }), aControl(), aContext(), { ...existing, UpdatedAt });
    expect(finding).toMatchObject({ UpdatedAt: observedAt, LastObservedAt: observedAt });
  });

  it('is updated later than one that is from the future', () => {
    const forged = { ...existing, UpdatedAt: '2099-01-01T02:00:00.500+02:00' };
    const finding = toFinding(aPass(), aControl(), aContext(), forged);
    expect(finding).toMatchObject({
      UpdatedAt: '2099-01-01T00:00:00.501Z',
      LastObservedAt: NOW.toISOString(),
    });
  });

  it.each(['2099-01-01T00:00:00.000Z', 'never'])('does not keep the time %s of its creation', (time) => {
    const forged = { ...existing, CreatedAt: time, FirstObservedAt: time };
    expect(toFinding(aPass(), aControl(), aContext(), forged)).toMatchObject({
      FirstObservedAt: NOW.toISOString(),
      CreatedAt: NOW.toISOString(),
    });
  });

  it('was first observed when it was created if nothing else is known', () => {
    const older = { ...existing, FirstObservedAt: undefined };
    expect(toFinding(aPass(), aControl(), aContext(), older).FirstObservedAt).toBe(existing.CreatedAt);
  });

  it('omits the fields that Security Hub and people own', () => {
    const finding = toFinding(aPass(), aControl(), aContext(), existing);
    expect(finding).not.toHaveProperty('Workflow');
    expect(finding).not.toHaveProperty('Severity');
    expect(finding).not.toHaveProperty('Types');
    expect(finding.FindingProviderFields?.Severity?.Label).toBe('INFORMATIONAL');
  });

  it('starts its history when the finding in Security Hub has none', () => {
    const bare = { ...existing, FirstObservedAt: undefined, CreatedAt: undefined, UpdatedAt: undefined };
    const now = NOW.toISOString();
    expect(toFinding(aPass(), aControl(), aContext(), bare)).toMatchObject({
      FirstObservedAt: now,
      CreatedAt: now,
      UpdatedAt: now,
    });
  });
});

describe('an archived finding', () => {
  const existing = stored(aVerdict(), {
    Severity: { Label: 'CRITICAL', Normalized: 90 },
    Note: { Text: 'ours', UpdatedBy: 'ann', UpdatedAt: NOW.toISOString() },
    AwsAccountName: 'payments',
    ProcessedAt: NOW.toISOString(),
  });
  const withHubFields = {
    ...existing,
    ProductFields: { ...existing.ProductFields, 'aws/securityhub/FindingId': 'x' },
  };

  it('keeps its content, has a later time, and is archived', () => {
    expect(toArchived(withHubFields, NOW.toISOString(), NOW)).toMatchObject({
      Id: existing.Id,
      Title: existing.Title,
      Compliance: existing.Compliance,
      Resources: existing.Resources,
      CreatedAt: existing.CreatedAt,
      FirstObservedAt: existing.FirstObservedAt,
      UpdatedAt: NOW.toISOString(),
      FindingProviderFields: existing.FindingProviderFields,
      RecordState: 'ARCHIVED',
    });
    expect(toArchived(withHubFields, NOW.toISOString(), NOW).ProductFields).toEqual({
      ...existing.ProductFields,
      'eks-auditor/event': 'archived',
    });
  });

  it('sends no field that Security Hub or a person owns', () => {
    const sent = Object.keys(toArchived(withHubFields, NOW.toISOString(), NOW));
    for (const field of ['Workflow', 'Note', 'Severity', 'Types', 'Region', 'AwsAccountName', 'ProcessedAt'])
      expect(sent).not.toContain(field);
  });

  it('adds the provider fields that an older finding lacks', () => {
    const { FindingProviderFields: _, ProductFields: __, ...older } = existing;
    expect(toArchived(older, NOW.toISOString(), NOW).FindingProviderFields).toEqual({
      Severity: { Label: 'CRITICAL', Original: undefined },
      Types: existing.Types,
    });
  });

  it('is informational where nothing says how severe it was', () => {
    const { FindingProviderFields: _, Severity: __, Types: ___, ...bare } = existing;
    expect(toArchived(bare, NOW.toISOString(), NOW).FindingProviderFields).toEqual({
      Severity: { Label: 'INFORMATIONAL', Original: undefined },
      Types: existing.FindingProviderFields?.Types,
    });
  });
});
