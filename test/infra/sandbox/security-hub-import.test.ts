import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  type BatchUpdateFindingsCommandInput,
  DescribeHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { aFinding, as, member, names, other, productArn, region, running } from './support.ts';

const start = new Date('2026-11-02T00:00:00.000Z');

async function hub(options: { disabledRegions?: string[] } = {}) {
  const sandbox = await running(anOrganization().account(member, { securityHub: options }).account(other));
  sandbox.setClock(() => start);
  const client = new SecurityHubClient(as(sandbox, member));
  const send = (...Findings: AwsSecurityFinding[]) =>
    client.send(new BatchImportFindingsCommand({ Findings }));
  const update = (changes: Partial<BatchUpdateFindingsCommandInput>) => {
    const FindingIdentifiers = [{ Id: 'finding-1', ProductArn: productArn(member, region) }];
    return client.send(new BatchUpdateFindingsCommand({ FindingIdentifiers, ...changes }));
  };
  const stored = () => sandbox.findings(member, region)[0];
  return { sandbox, client, send, update, stored };
}

/** A time after what `aFinding` says, by so many minutes. */
function later(minutes = 1): string {
  return new Date(Date.parse('2026-11-01T00:00:00.000Z') + minutes * 60_000).toISOString();
}

const text = (length: number) => 'x'.repeat(length);
const entries = (count: number) => Object.fromEntries(names(count).map((name) => [name, 'value']));
const resource = { Type: 'AwsEksCluster', Id: 'arn:aws:eks:eu-west-1:333333333333:cluster/prod' };
const type = 'Software and Configuration Checks/Industry and Regulatory Standards';

describe('a hub that is off', () => {
  it('answers nothing, in that Region only', async () => {
    const { sandbox, client, send, update } = await hub({ disabledRegions: [region] });
    const off = { name: 'InvalidAccessException', $metadata: { httpStatusCode: 401 } };
    await expect(client.send(new DescribeHubCommand({}))).rejects.toMatchObject(off);
    await expect(client.send(new GetFindingsCommand({}))).rejects.toMatchObject(off);
    await expect(send(aFinding())).rejects.toMatchObject(off);
    await expect(update({ Workflow: { Status: 'RESOLVED' } })).rejects.toMatchObject(off);
    const elsewhere = new SecurityHubClient(as(sandbox, member, 'us-east-1'));
    const { HubArn } = await elsewhere.send(new DescribeHubCommand({}));
    expect(HubArn).toBe(`arn:aws:securityhub:us-east-1:${member}:hub/default`);
  });
});

describe('a whole import', () => {
  it('takes 100 findings and not one more', async () => {
    const { send, sandbox } = await hub();
    const findings = names(101).map((Id) => aFinding({ Id }));
    await expect(send(...findings)).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect(sandbox.findings(member, region)).toEqual([]);
    await expect(send()).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect(await send(...findings.slice(0, 100))).toMatchObject({ SuccessCount: 100, FailedCount: 0 });
  });

  it('takes 6 MB and not more', async () => {
    const { send } = await hub();
    const large = names(31).map((Id) => aFinding({ Id, SourceUrl: text(210_000) }));
    await expect(send(...large)).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect(await send(...large.slice(0, 20))).toMatchObject({ SuccessCount: 20 });
  });

  it.each([
    ['another account', { AwsAccountId: other }],
    ['the product of another account', { ProductArn: productArn(other, region) }],
    ['the product of another Region', { ProductArn: productArn(member, 'us-east-1') }],
    [
      'a product of its own name',
      { ProductArn: `arn:aws:securityhub:${region}:${member}:product/${member}/other` },
    ],
    ['no Region', { ProductArn: `arn:aws:securityhub:${region}::product/aws/securityhub` }],
  ])('is denied when one finding is of %s', async (_case, overrides) => {
    const { send, sandbox } = await hub();
    await expect(send(aFinding(), aFinding({ Id: 'foreign', ...overrides }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: securityhub:BatchImportFindings'),
    });
    expect(sandbox.findings(member, region)).toEqual([]);
    expect(sandbox.events).toEqual([]);
  });

  it.each(['Id', 'ProductArn', 'AwsAccountId'] as const)(
    'is invalid when a finding has no %s',
    async (field) => {
      const { send } = await hub();
      await expect(send(aFinding({ [field]: undefined }))).rejects.toMatchObject({
        name: 'InvalidInputException',
      });
    },
  );
});

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
    const { send, sandbox } = await hub();
    expect(await send(aFinding(overrides))).toMatchObject({ SuccessCount: 1, FailedFindings: [] });
    expect(sandbox.findings(member, region)).toHaveLength(1);
  });

  const fields = aFinding().FindingProviderFields;
  const beyond: [problem: string, overrides: Partial<AwsSecurityFinding>][] = [
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

  it.each(beyond)('fails alone: %s', async (problem, overrides) => {
    const { send, sandbox } = await hub();
    const bad = aFinding({ Id: 'bad', ...overrides });
    const answer = await send(aFinding(), bad);
    expect(answer).toMatchObject({ SuccessCount: 1, FailedCount: 1 });
    expect(answer.FailedFindings).toMatchObject([{ Id: bad.Id, ErrorCode: 'InvalidInput' }]);
    expect(answer.FailedFindings?.[0]?.ErrorMessage).toContain(problem);
    expect(sandbox.findings(member, region).map(({ Id }) => Id)).toEqual(['finding-1']);
  });

  it('gets what Security Hub adds', async () => {
    const { send, stored } = await hub();
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

  it('gets its provider fields from the top level when it brings none', async () => {
    const { send, stored } = await hub();
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
    const { send, stored } = await hub();
    await send(aFinding({ FindingProviderFields: { Severity: { Label }, Types: [type] } }));
    expect(stored()?.Severity).toMatchObject({ Label, Normalized });
  });

  it('may be born with a workflow status', async () => {
    const { send, stored } = await hub();
    await send(aFinding({ Workflow: { Status: 'RESOLVED' } }));
    expect(stored()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('belongs to its account and Region alone', async () => {
    const { send, sandbox } = await hub();
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

  it('is gone 90 days after its last update', async () => {
    const { send, sandbox } = await hub();
    await send(aFinding(), aFinding({ Id: 'young', UpdatedAt: '2026-11-02T00:00:00.000Z' }));
    sandbox.setClock(() => new Date('2027-01-30T00:00:00.001Z'));
    expect(sandbox.findings(member, region).map(({ Id }) => Id)).toEqual(['young']);
  });
});

describe('an import over a stored finding', () => {
  it.each(['2026-11-01T00:00:00.000Z', '2026-10-31T23:59:59.999Z'])(
    'is silently ignored when it is not later: %s',
    async (UpdatedAt) => {
      const { send, sandbox, stored } = await hub();
      await send(aFinding());
      expect(await send(aFinding({ UpdatedAt, Title: 'Changed' }))).toMatchObject({
        SuccessCount: 1,
        FailedCount: 0,
      });
      expect(stored()?.Title).toBe('A title');
      expect(sandbox.events).toHaveLength(1);
    },
  );

  it('replaces what the provider owns and keeps one finding', async () => {
    const { send, sandbox, stored } = await hub();
    await send(aFinding());
    await send(aFinding({ UpdatedAt: later(), Title: 'Changed', Compliance: { Status: 'PASSED' } }));
    expect(sandbox.findings(member, region)).toHaveLength(1);
    expect(stored()).toMatchObject({
      Title: 'Changed',
      Compliance: { Status: 'PASSED' },
      UpdatedAt: later(),
    });
  });

  it('cannot touch what customers keep about it', async () => {
    const { send, update, stored } = await hub();
    await send(aFinding());
    await update({
      Note: { Text: 'Accepted', UpdatedBy: 'ann' },
      UserDefinedFields: { ticket: 'SEC-1' },
      VerificationState: 'TRUE_POSITIVE',
      Workflow: { Status: 'NOTIFIED' },
    });
    await send(
      aFinding({
        UpdatedAt: later(),
        Note: { Text: 'Mine', UpdatedBy: 'auditor', UpdatedAt: later() },
        UserDefinedFields: { ticket: 'mine' },
        VerificationState: 'UNKNOWN',
        Workflow: { Status: 'RESOLVED' },
      }),
    );
    expect(stored()).toMatchObject({
      Note: { Text: 'Accepted', UpdatedBy: 'ann' },
      UserDefinedFields: { ticket: 'SEC-1' },
      VerificationState: 'TRUE_POSITIVE',
      Workflow: { Status: 'NOTIFIED' },
    });
  });

  it('changes severity and types through the provider fields', async () => {
    const { send, stored } = await hub();
    await send(aFinding());
    const FindingProviderFields = { Severity: { Label: 'LOW' as const }, Types: [type] };
    await send(aFinding({ UpdatedAt: later(), FindingProviderFields }));
    expect(stored()).toMatchObject({
      Severity: { Label: 'LOW', Normalized: 1 },
      Types: [type],
      FindingProviderFields,
    });
  });

  it('does not overrule the severity that a customer chose', async () => {
    const { send, update, stored } = await hub();
    await send(aFinding());
    await update({ Severity: { Label: 'CRITICAL' } });
    await send(aFinding({ UpdatedAt: later() }));
    expect(stored()).toMatchObject({
      Severity: { Label: 'CRITICAL', Normalized: 90 },
      FindingProviderFields: { Severity: { Label: 'HIGH' } },
    });
  });

  const passed = { Compliance: { Status: 'PASSED' as const } };
  it.each([
    ['RESOLVED', 'NEW', passed, { Compliance: { Status: 'FAILED' } }],
    ['NOTIFIED', 'NEW', passed, { Compliance: { Status: 'WARNING' } }],
    ['RESOLVED', 'NEW', passed, { Compliance: { Status: 'NOT_AVAILABLE' } }],
    ['RESOLVED', 'RESOLVED', passed, passed],
    ['SUPPRESSED', 'SUPPRESSED', passed, { Compliance: { Status: 'FAILED' } }],
    ['RESOLVED', 'RESOLVED', { Compliance: { Status: 'WARNING' } }, { Compliance: { Status: 'FAILED' } }],
    ['NOTIFIED', 'NOTIFIED', {}, passed],
    ['RESOLVED', 'NEW', { RecordState: 'ARCHIVED' }, { RecordState: 'ACTIVE' }],
    ['NOTIFIED', 'NEW', { RecordState: 'ARCHIVED' }, {}],
    ['SUPPRESSED', 'SUPPRESSED', { RecordState: 'ARCHIVED' }, { RecordState: 'ACTIVE' }],
    ['RESOLVED', 'RESOLVED', { RecordState: 'ACTIVE' }, { RecordState: 'ARCHIVED' }],
  ] as const)('turns workflow %s into %s: case %#', async (before, after, first, second) => {
    const { send, update, stored } = await hub();
    await send(aFinding(first));
    await update({ Workflow: { Status: before } });
    await send(aFinding({ UpdatedAt: later(), ...second }));
    expect(stored()?.Workflow).toEqual({ Status: after });
  });
});

describe('BatchUpdateFindings', () => {
  it('changes what customers own and leaves UpdatedAt', async () => {
    const { send, update, stored } = await hub();
    await send(aFinding());
    const answer = await update({
      Workflow: { Status: 'RESOLVED' },
      Note: { Text: 'Done', UpdatedBy: 'ann' },
    });
    expect(answer.ProcessedFindings).toEqual([{ Id: 'finding-1', ProductArn: productArn(member, region) }]);
    expect(stored()).toMatchObject({
      Workflow: { Status: 'RESOLVED' },
      Note: { Text: 'Done', UpdatedBy: 'ann', UpdatedAt: start.toISOString() },
      UpdatedAt: aFinding().UpdatedAt,
    });
  });

  it('says which findings it did not process', async () => {
    const { send, update } = await hub();
    await send(aFinding(), aFinding({ Id: 'finding-2' }));
    const ProductArn = productArn(member, region);
    const FindingIdentifiers = ['finding-1', 'missing', 'finding-2', 'finding-2'].map((Id) => ({
      Id,
      ProductArn,
    }));
    const answer = await update({ FindingIdentifiers, Workflow: { Status: 'NOTIFIED' } });
    expect(answer.ProcessedFindings?.map(({ Id }) => Id)).toEqual(['finding-1']);
    expect(
      answer.UnprocessedFindings?.map(({ FindingIdentifier, ErrorCode }) => [
        FindingIdentifier?.Id,
        ErrorCode,
      ]),
    ).toEqual([
      ['missing', 'FindingNotFound'],
      ['finding-2', 'DuplicatedFindingIdentifier'],
      ['finding-2', 'DuplicatedFindingIdentifier'],
    ]);
  });

  it.each([
    [
      '101 findings',
      { FindingIdentifiers: names(101).map((Id) => ({ Id, ProductArn: productArn(member, region) })) },
    ],
    ['no finding', { FindingIdentifiers: [] }],
    ['an unknown workflow status', { Workflow: { Status: 'DONE' as 'NEW' } }],
    ['a confidence of 101', { Confidence: 101 }],
    ['a note of 513 characters', { Note: { Text: text(513), UpdatedBy: 'ann' } }],
  ])('refuses %s', async (_case, changes) => {
    const { send, update } = await hub();
    await send(aFinding());
    await expect(update(changes)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});

describe('Imported events', () => {
  it('are emitted one a finding, for every import and every update', async () => {
    const { send, update, sandbox } = await hub();
    await send(aFinding(), aFinding({ Id: 'finding-2' }), aFinding({ Id: 'bad', Title: '' }));
    await send(aFinding({ UpdatedAt: later() }));
    await update({ Workflow: { Status: 'NOTIFIED' } });
    expect(sandbox.events.map(({ detail }) => detail.findings.map(({ Id }) => Id))).toEqual([
      ['finding-1'],
      ['finding-2'],
      ['finding-1'],
      ['finding-1'],
    ]);
    expect(sandbox.events.map(({ detail }) => detail.findings[0].Workflow?.Status)).toEqual([
      'NEW',
      'NEW',
      'NEW',
      'NOTIFIED',
    ]);
    sandbox.clearEvents();
    expect(sandbox.events).toEqual([]);
  });

  it('have the envelope of EventBridge', async () => {
    const { send, sandbox } = await hub();
    await send(aFinding());
    expect(sandbox.events[0]).toMatchObject({
      version: '0',
      source: 'aws.securityhub',
      'detail-type': 'Security Hub Findings - Imported',
      account: member,
      region,
      time: start.toISOString(),
      resources: [`${productArn(member, region)}/finding-1`],
    });
  });
});
