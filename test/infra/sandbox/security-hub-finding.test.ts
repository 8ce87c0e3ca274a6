import { type AwsSecurityFinding, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { later, securityHubOfMember } from './security-hub-support.ts';
import { aFinding, as, member, names, other, productArn, region } from './support.ts';

const text = (length: number) => 'x'.repeat(length);
const entries = (count: number) => Object.fromEntries(names(count).map((name) => [name, 'value']));
const resource = { Type: 'AwsEksCluster', Id: 'arn:aws:eks:eu-west-1:333333333333:cluster/prod' };
const type = 'Software and Configuration Checks/Industry and Regulatory Standards';

describe('a finding', () => {
  const atTheLimit: Partial<AwsSecurityFinding>[] = [
    { Id: text(512) },
    { Title: text(256) },
    { Title: '\u{1f512}'.repeat(256) },
    { Description: text(1024) },
    { GeneratorId: text(512) },
    { Remediation: { Recommendation: { Text: text(512), Url: 'https://example.com' } } },
    { ProductFields: { [text(128)]: text(2048) } },
    { ProductFields: entries(50) },
    { UserDefinedFields: { [text(128)]: text(1024) } },
    { Resources: Array.from({ length: 32 }, () => resource) },
    { Compliance: { Status: 'FAILED', RelatedRequirements: names(32) } },
    { Types: Array.from({ length: 50 }, () => type) },
    { Note: { Text: text(512), UpdatedBy: 'someone', UpdatedAt: later() } },
    { SourceUrl: text(200_000) },
    { Types: [type], Severity: { Normalized: 40 }, FindingProviderFields: undefined },
  ];

  it.each(atTheLimit)('is imported at its limits: case %#', async (overrides) => {
    const { send, sandbox } = await securityHubOfMember();
    expect(await send(aFinding(overrides))).toMatchObject({ SuccessCount: 1, FailedFindings: [] });
    expect(sandbox.findings(member, region)).toHaveLength(1);
  });

  const fields = aFinding().FindingProviderFields;
  const overTheLimit: [problem: string, overrides: Partial<AwsSecurityFinding>][] = [
    ['data.Id should NOT be longer than 512', { Id: text(513) }],
    ['data.Title should NOT be longer than 256', { Title: text(257) }],
    ['data.Description should NOT be longer than 1024', { Description: text(1025) }],
    ['data.GeneratorId should NOT be longer than 512', { GeneratorId: text(513) }],
    [
      'data.Remediation.Recommendation.Text should NOT be longer than 512',
      { Remediation: { Recommendation: { Text: text(513) } } },
    ],
    ['should NOT be longer than 2048', { ProductFields: { key: text(2049) } }],
    ['data.ProductFields should NOT have names longer than 128', { ProductFields: { [text(129)]: 'value' } }],
    ['data.ProductFields should NOT have more than 50', { ProductFields: entries(51) }],
    ['should NOT be longer than 1024', { UserDefinedFields: { key: text(1025) } }],
    [
      'data.Resources should NOT have more than 32',
      { Resources: Array.from({ length: 33 }, () => resource) },
    ],
    ['data.Resources should NOT have fewer than 1', { Resources: [] }],
    ['data.Resources[0].Id should NOT be longer than 512', { Resources: [{ ...resource, Id: text(513) }] }],
    [
      'data.Resources[0].Type should NOT be longer than 256',
      { Resources: [{ ...resource, Type: text(257) }] },
    ],
    ['data.Resources[0].Region should NOT be longer', { Resources: [{ ...resource, Region: text(17) }] }],
    [
      'data.Resources[0].Tags.team should match pattern',
      { Resources: [{ ...resource, Tags: { team: '' } }] },
    ],
    [
      'data.Resources[0].Tags should NOT have more than 50',
      { Resources: [{ ...resource, Tags: entries(51) }] },
    ],
    [
      'data.Resources[0].Details.Other should NOT have more than 50',
      { Resources: [{ ...resource, Details: { Other: entries(51) } }] },
    ],
    [
      'data.Compliance.RelatedRequirements should NOT have more than 32',
      { Compliance: { RelatedRequirements: names(33) } },
    ],
    ['data.Types should NOT have more than 50', { Types: Array.from({ length: 51 }, () => type) }],
    ['data.Types[0] should be namespace', { Types: ['Somewhere/Else'] }],
    ['data.Types[0] should be namespace', { Types: [`${type}/three/four`] }],
    ["data should have required property 'Severity'", { FindingProviderFields: { Types: [type] } }],
    ["data should have required property 'Types'", { FindingProviderFields: { Severity: { Label: 'LOW' } } }],
    [
      'data.FindingProviderFields.Severity.Original',
      { FindingProviderFields: { ...fields, Severity: { Label: 'LOW', Original: text(65) } } },
    ],
    ['data.Title should match pattern', { Title: ' ' }],
    ['data.Remediation.Recommendation.Text should match', { Remediation: { Recommendation: { Text: '' } } }],
    ['data.ProductFields.cluster should match pattern', { ProductFields: { cluster: '' } }],
    ['data.SchemaVersion', { SchemaVersion: '2017-01-01' }],
    ['data.UpdatedAt should match format', { UpdatedAt: '2026-11-01' }],
    ['data.CreatedAt should match format', { CreatedAt: 'yesterday' }],
    ['data.ProductName should NOT be longer than 128', { ProductName: text(129) }],
    ['data.CompanyName should NOT be longer than 128', { CompanyName: text(129) }],
    [
      'data.Note.Text should NOT be longer than 512',
      { Note: { Text: text(513), UpdatedBy: 'x', UpdatedAt: later() } },
    ],
    ['size exceeded 240 KB', { SourceUrl: text(240 * 1024) }],
    ['data.Title should be string', { Title: undefined }],
    ['data.Description should be string', { Description: undefined }],
    ['data.GeneratorId should be string', { GeneratorId: undefined }],
    ['data.CreatedAt', { CreatedAt: undefined }],
    ['data.UpdatedAt', { UpdatedAt: undefined }],
    ['data.Resources should be array', { Resources: undefined }],
    ['data.SchemaVersion', { SchemaVersion: undefined }],
  ];

  it.each(overTheLimit)('fails without the others: %s', async (problem, overrides) => {
    const { send, sandbox } = await securityHubOfMember();
    const bad = aFinding({ Id: 'bad', ...overrides });
    const answer = await send(aFinding(), bad);
    expect(answer).toMatchObject({ SuccessCount: 1, FailedCount: 1 });
    expect(answer.FailedFindings).toMatchObject([{ Id: bad.Id, ErrorCode: 'InvalidInput' }]);
    expect(answer.FailedFindings?.[0]?.ErrorMessage).toContain(problem);
    expect(sandbox.findings(member, region).map(({ Id }) => Id)).toEqual(['finding-1']);
  });

  it('has the fields that Security Hub adds', async () => {
    const { send, stored } = await securityHubOfMember();
    await send(
      aFinding({ ProductName: 'EKS Auditor', CompanyName: 'EKS Auditor', ProductFields: { mine: 'kept' } }),
    );
    expect(stored()).toMatchObject({
      Region: region,
      RecordState: 'ACTIVE',
      Workflow: { Status: 'NEW' },
      Severity: { Label: 'HIGH', Normalized: 70, Original: 'HIGH' },
      Types: aFinding().FindingProviderFields?.Types,
      ProductFields: {
        mine: 'kept',
        'aws/securityhub/FindingId': `${productArn(member, region)}/finding-1`,
        'aws/securityhub/ProductName': 'EKS Auditor',
        'aws/securityhub/CompanyName': 'EKS Auditor',
      },
    });
  });

  it('has provider fields from the top level when it was imported without them', async () => {
    const { send, stored } = await securityHubOfMember();
    await send(aFinding({ Types: [type], Severity: { Normalized: 40 }, FindingProviderFields: undefined }));
    expect(stored()).toMatchObject({
      Severity: { Label: 'MEDIUM', Normalized: 40 },
      FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: [type] },
    });
  });

  it.each([
    ['INFORMATIONAL', 0],
    ['LOW', 1],
    ['MEDIUM', 40],
    ['HIGH', 70],
    ['CRITICAL', 90],
  ] as const)('of severity %s is normalized to %i', async (Label, Normalized) => {
    const { send, stored } = await securityHubOfMember();
    await send(aFinding({ FindingProviderFields: { Severity: { Label }, Types: [type] } }));
    expect(stored()?.Severity).toMatchObject({ Label, Normalized });
  });

  it('keeps the workflow status it is created with', async () => {
    const { send, stored } = await securityHubOfMember();
    await send(aFinding({ Workflow: { Status: 'RESOLVED' } }));
    expect(stored()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('is stored in its account and Region only', async () => {
    const { send, sandbox } = await securityHubOfMember();
    await send(aFinding());
    for (const [accountId, inRegion] of [
      [other, region],
      [member, 'us-east-1'],
    ] as const) {
      const client = new SecurityHubClient(as(sandbox, accountId, inRegion));
      expect((await client.send(new GetFindingsCommand({}))).Findings).toEqual([]);
      expect(sandbox.findings(accountId, inRegion)).toEqual([]);
    }
  });

  it('is deleted 90 days after its last update', async () => {
    const { send, sandbox } = await securityHubOfMember();
    await send(aFinding(), aFinding({ Id: 'young', UpdatedAt: '2026-11-02T00:00:00.000Z' }));
    sandbox.setClock(() => new Date('2027-01-30T00:00:00.001Z'));
    expect(sandbox.findings(member, region).map(({ Id }) => Id)).toEqual(['young']);
  });

  it('is deleted 30 days after its last update when it is archived', async () => {
    const { send, sandbox } = await securityHubOfMember();
    await send(aFinding({ RecordState: 'ARCHIVED' }), aFinding({ Id: 'active' }));
    sandbox.setClock(() => new Date('2026-12-01T00:00:00.000Z'));
    expect(sandbox.findings(member, region)).toHaveLength(2);
    sandbox.setClock(() => new Date('2026-12-01T00:00:00.001Z'));
    expect(sandbox.findings(member, region).map(({ Id }) => Id)).toEqual(['active']);
  });
});
