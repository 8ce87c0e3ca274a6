import {
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  GetFindingsCommand,
  type GetFindingsCommandInput,
  paginateGetFindings,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import {
  aFinding,
  as,
  management,
  member,
  names,
  other,
  productArn,
  region,
  running,
  security,
} from './support.ts';

function organization(aggregationRegion?: string) {
  const securityHub = {
    administrator: security,
    ...(aggregationRegion === undefined ? {} : { aggregationRegion }),
  };
  return anOrganization({ delegatedAdministrators: [security], securityHub })
    .account(member)
    .account(other);
}

async function imported(
  sandbox: Sandbox,
  accountId: string,
  inRegion: string,
  ...findings: Partial<AwsSecurityFinding>[]
) {
  const Findings = findings.map((finding) =>
    aFinding({ AwsAccountId: accountId, ProductArn: productArn(accountId, inRegion), ...finding }),
  );
  const answer = await new SecurityHubClient(as(sandbox, accountId, inRegion)).send(
    new BatchImportFindingsCommand({ Findings }),
  );
  expect(answer.FailedFindings).toEqual([]);
}

/** A hub with three findings; `find` returns the ids of those that match. */
async function storedFindings() {
  const sandbox = await running(organization());
  sandbox.setClock(() => new Date('2026-11-10T00:00:00Z'));
  await imported(
    sandbox,
    member,
    region,
    {
      Id: 'apple',
      GeneratorId: 'cis/5.4.1',
      ProductName: 'EKS Auditor',
      UpdatedAt: '2026-11-01T00:00:00Z',
      Compliance: { Status: 'FAILED' },
      ProductFields: { cluster: 'prod' },
      Confidence: 10,
      Resources: [
        { Type: 'AwsEksCluster', Id: 'cluster-a', Tags: { team: 'red' } },
        { Type: 'AwsIamRole', Id: 'role-a' },
      ],
    },
    {
      Id: 'apricot',
      GeneratorId: 'cis/5.4.2',
      ProductName: 'EKS Auditor',
      UpdatedAt: '2026-11-05T00:00:00Z',
      Compliance: { Status: 'PASSED' },
      ProductFields: { cluster: 'test' },
      Confidence: 50,
      RecordState: 'ARCHIVED',
    },
    { Id: 'banana', GeneratorId: 'other', UpdatedAt: '2026-11-09T00:00:00Z', Confidence: 90 },
  );
  const client = new SecurityHubClient(as(sandbox, member));
  const find = async (Filters: AwsSecurityFindingFilters, more: Partial<GetFindingsCommandInput> = {}) => {
    const { Findings } = await client.send(new GetFindingsCommand({ Filters, ...more }));
    return Findings?.map(({ Id }) => Id);
  };
  return { sandbox, client, find };
}

describe('GetFindings filters', () => {
  const cases: [what: string, filters: AwsSecurityFindingFilters, found: string[]][] = [
    ['nothing', {}, ['apple', 'apricot', 'banana']],
    ['EQUALS', { Id: [{ Value: 'apple', Comparison: 'EQUALS' }] }, ['apple']],
    ['EQUALS minding case', { Id: [{ Value: 'Apple', Comparison: 'EQUALS' }] }, []],
    ['PREFIX', { Id: [{ Value: 'ap', Comparison: 'PREFIX' }] }, ['apple', 'apricot']],
    ['NOT_EQUALS', { Id: [{ Value: 'apple', Comparison: 'NOT_EQUALS' }] }, ['apricot', 'banana']],
    ['PREFIX_NOT_EQUALS', { Id: [{ Value: 'ap', Comparison: 'PREFIX_NOT_EQUALS' }] }, ['banana']],
    [
      'two EQUALS of an attribute, joined by OR',
      { Id: ['apple', 'banana'].map((Value) => ({ Value, Comparison: 'EQUALS' })) },
      ['apple', 'banana'],
    ],
    [
      'two NOT_EQUALS of an attribute, joined by AND',
      { Id: ['apple', 'banana'].map((Value) => ({ Value, Comparison: 'NOT_EQUALS' })) },
      ['apricot'],
    ],
    [
      'PREFIX, then NOT_EQUALS',
      {
        Id: [
          { Value: 'ap', Comparison: 'PREFIX' },
          { Value: 'apple', Comparison: 'NOT_EQUALS' },
        ],
      },
      ['apricot'],
    ],
    [
      'two attributes, joined by AND',
      {
        GeneratorId: [{ Value: 'cis/', Comparison: 'PREFIX' }],
        RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }],
      },
      ['apple'],
    ],
    ['ProductName', { ProductName: [{ Value: 'EKS Auditor', Comparison: 'EQUALS' }] }, ['apple', 'apricot']],
    ['AwsAccountId', { AwsAccountId: [{ Value: member, Comparison: 'NOT_EQUALS' }] }, []],
    ['Region', { Region: [{ Value: region, Comparison: 'EQUALS' }] }, ['apple', 'apricot', 'banana']],
    ['ComplianceStatus', { ComplianceStatus: [{ Value: 'PASSED', Comparison: 'EQUALS' }] }, ['apricot']],
    ['SeverityLabel', { SeverityLabel: [{ Value: 'LOW', Comparison: 'EQUALS' }] }, []],
    [
      'WorkflowStatus',
      { WorkflowStatus: [{ Value: 'NEW', Comparison: 'EQUALS' }] },
      ['apple', 'apricot', 'banana'],
    ],
    ['any resource', { ResourceType: [{ Value: 'AwsIamRole', Comparison: 'EQUALS' }] }, ['apple']],
    [
      'ProductFields',
      { ProductFields: [{ Key: 'cluster', Value: 'test', Comparison: 'EQUALS' }] },
      ['apricot'],
    ],
    [
      'ProductFields that differ or are missing',
      { ProductFields: [{ Key: 'cluster', Value: 'test', Comparison: 'NOT_EQUALS' }] },
      ['apple', 'banana'],
    ],
    ['ResourceTags', { ResourceTags: [{ Key: 'team', Value: 'red', Comparison: 'EQUALS' }] }, ['apple']],
    ['numbers', { Confidence: [{ Gte: 50, Lte: 89 }] }, ['apricot']],
    [
      'UpdatedAt between',
      { UpdatedAt: [{ Start: '2026-11-02T00:00:00Z', End: '2026-11-06T00:00:00Z' }] },
      ['apricot'],
    ],
    ['UpdatedAt of the last days', { UpdatedAt: [{ DateRange: { Value: 3, Unit: 'DAYS' } }] }, ['banana']],
  ];

  it.each(cases)('select by %s', async (_what, filters, found) => {
    const { find } = await storedFindings();
    expect(await find(filters)).toEqual(found);
  });

  const ten = {
    AwsAccountId: member,
    CompanyName: 'x',
    ComplianceStatus: 'x',
    GeneratorId: 'x',
    Id: 'x',
    ProductArn: 'x',
    ProductName: 'x',
    RecordState: 'x',
    Region: 'x',
    Title: 'x',
  };
  const equals = (values: object) =>
    Object.fromEntries(
      Object.entries(values).map(([name, Value]) => [name, [{ Value, Comparison: 'EQUALS' }]]),
    );

  it.each<[string, AwsSecurityFindingFilters]>([
    ['11 attributes', equals({ ...ten, Type: 'x' })],
    ['21 values of an attribute', { Id: names(21).map((Value) => ({ Value, Comparison: 'EQUALS' })) }],
    ['a comparison that only automation rules know', { Id: [{ Value: 'a', Comparison: 'CONTAINS' }] }],
    ['no comparison', { Id: [{ Value: 'a' }] }],
    [
      'EQUALS with NOT_EQUALS on one attribute',
      {
        Id: [
          { Value: 'apple', Comparison: 'EQUALS' },
          { Value: 'banana', Comparison: 'NOT_EQUALS' },
        ],
      },
    ],
  ])('reject %s', async (_what, filters) => {
    const { find } = await storedFindings();
    await expect(find(filters)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  it('accept 10 attributes and 20 values', async () => {
    const { find } = await storedFindings();
    expect(await find(equals(ten))).toEqual([]);
    expect(
      await find({ Id: [...names(19), 'apple'].map((Value) => ({ Value, Comparison: 'EQUALS' })) }),
    ).toEqual(['apple']);
  });

  it('leave the order to SortCriteria', async () => {
    const { find } = await storedFindings();
    const SortCriteria = [{ Field: 'UpdatedAt', SortOrder: 'desc' as const }];
    expect(await find({}, { SortCriteria })).toEqual(['banana', 'apricot', 'apple']);
  });
});

describe('GetFindings pages', () => {
  it('have 100 findings at most', async () => {
    const sandbox = await running(organization());
    for (const batch of ['a', 'b']) {
      await imported(sandbox, member, region, ...names(100, batch).map((Id) => ({ Id })));
    }
    await imported(sandbox, member, region, { Id: 'last' });
    const client = new SecurityHubClient(as(sandbox, member));
    const pages: (string | undefined)[][] = [];
    for await (const { Findings = [] } of paginateGetFindings({ client }, { MaxResults: 100 })) {
      pages.push(Findings.map(({ Id }) => Id));
    }
    expect(pages.map((page) => page.length)).toEqual([100, 100, 1]);
    expect(new Set(pages.flat()).size).toBe(201);
    for (const MaxResults of [0, 101]) {
      await expect(client.send(new GetFindingsCommand({ MaxResults }))).rejects.toMatchObject({
        name: 'InvalidInputException',
      });
    }
  });

  it('reject the token of another query', async () => {
    const { client } = await storedFindings();
    const { NextToken } = await client.send(new GetFindingsCommand({ MaxResults: 1 }));
    const Filters: AwsSecurityFindingFilters = { Id: [{ Value: 'a', Comparison: 'PREFIX' }] };
    await expect(client.send(new GetFindingsCommand({ Filters, NextToken }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });
});

describe('the administrator of Security Hub', () => {
  async function everywhere(aggregationRegion?: string) {
    const sandbox = await running(organization(aggregationRegion));
    await imported(sandbox, member, region, { Id: 'here' });
    await imported(sandbox, other, 'us-east-1', { Id: 'there' });
    const readBy = async (accountId: string, inRegion: string) => {
      const client = new SecurityHubClient(as(sandbox, accountId, inRegion));
      return (await client.send(new GetFindingsCommand({}))).Findings?.map(({ Id }) => Id);
    };
    return { sandbox, readBy };
  }

  it('reads the findings of members in the same Region', async () => {
    const { readBy } = await everywhere();
    expect(await readBy(security, region)).toEqual(['here']);
    expect(await readBy(security, 'us-east-1')).toEqual(['there']);
    expect(await readBy(management, region)).toEqual([]);
  });

  it('reads those of every Region in the aggregation Region', async () => {
    const { readBy } = await everywhere(region);
    expect(await readBy(security, region)).toEqual(['here', 'there']);
    expect(await readBy(security, 'us-east-1')).toEqual(['there']);
    expect(await readBy(member, region)).toEqual(['here']);
  });

  it('updates the findings of members, which others cannot', async () => {
    const { sandbox } = await everywhere(region);
    const FindingIdentifiers = [{ Id: 'there', ProductArn: productArn(other, 'us-east-1') }];
    const update = (accountId: string) =>
      new SecurityHubClient(as(sandbox, accountId)).send(
        new BatchUpdateFindingsCommand({ FindingIdentifiers, Workflow: { Status: 'SUPPRESSED' } }),
      );
    expect((await update(member)).UnprocessedFindings).toHaveLength(1);
    expect((await update(security)).ProcessedFindings).toHaveLength(1);
    expect(sandbox.findings(other, 'us-east-1')[0]?.Workflow?.Status).toBe('SUPPRESSED');
  });
});
