import { DescribeHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { later, securityHubOfMember } from './security-hub-support.ts';
import { aFinding, as, member, names, other, productArn, region } from './support.ts';

const text = (length: number) => 'x'.repeat(length);
const type = 'Software and Configuration Checks/Industry and Regulatory Standards';

describe('Security Hub that is not enabled', () => {
  it('answers InvalidAccessException, in that Region only', async () => {
    const { sandbox, client, send, update } = await securityHubOfMember({ disabledRegions: [region] });
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

describe('an import', () => {
  it('has at most 100 findings', async () => {
    const { send, sandbox } = await securityHubOfMember();
    const findings = names(101).map((Id) => aFinding({ Id }));
    await expect(send(...findings)).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect(sandbox.findings(member, region)).toEqual([]);
    await expect(send()).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect(await send(...findings.slice(0, 100))).toMatchObject({ SuccessCount: 100, FailedCount: 0 });
  });

  it('has at most 6 MB', async () => {
    const { send } = await securityHubOfMember();
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
    const { send, sandbox } = await securityHubOfMember();
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
      const { send } = await securityHubOfMember();
      await expect(send(aFinding({ [field]: undefined }))).rejects.toMatchObject({
        name: 'InvalidInputException',
      });
    },
  );
});

describe('an import over a stored finding', () => {
  it.each(['2026-11-01T00:00:00.000Z', '2026-10-31T23:59:59.999Z'])(
    'is silently ignored when it is not later: %s',
    async (UpdatedAt) => {
      const { send, sandbox, stored } = await securityHubOfMember();
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
    const { send, sandbox, stored } = await securityHubOfMember();
    await send(aFinding());
    await send(aFinding({ UpdatedAt: later(), Title: 'Changed', Compliance: { Status: 'PASSED' } }));
    expect(sandbox.findings(member, region)).toHaveLength(1);
    expect(stored()).toMatchObject({
      Title: 'Changed',
      Compliance: { Status: 'PASSED' },
      UpdatedAt: later(),
    });
  });

  it('keeps the fields that customers own', async () => {
    const { send, update, stored } = await securityHubOfMember();
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

  it('changes severity and types by the provider fields', async () => {
    const { send, stored } = await securityHubOfMember();
    await send(aFinding());
    const FindingProviderFields = { Severity: { Label: 'LOW' as const }, Types: [type] };
    await send(aFinding({ UpdatedAt: later(), FindingProviderFields }));
    expect(stored()).toMatchObject({
      Severity: { Label: 'LOW', Normalized: 1 },
      Types: [type],
      FindingProviderFields,
    });
  });

  it('keeps the severity that a customer set', async () => {
    const { send, update, stored } = await securityHubOfMember();
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
    const { send, update, stored } = await securityHubOfMember();
    await send(aFinding(first));
    await update({ Workflow: { Status: before } });
    await send(aFinding({ UpdatedAt: later(), ...second }));
    expect(stored()?.Workflow).toEqual({ Status: after });
  });
});
