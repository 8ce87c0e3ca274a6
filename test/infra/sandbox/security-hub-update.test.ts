import { describe, expect, it } from 'vitest';
import { later, securityHubOfMember, start } from './security-hub-support.ts';
import { aFinding, member, names, productArn, region } from './support.ts';

const text = (length: number) => 'x'.repeat(length);

describe('BatchUpdateFindings', () => {
  it('changes what customers own and leaves UpdatedAt', async () => {
    const { send, update, stored } = await securityHubOfMember();
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

  it('returns the findings that it did not process', async () => {
    const { send, update } = await securityHubOfMember();
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
  ])('rejects %s', async (_case, changes) => {
    const { send, update } = await securityHubOfMember();
    await send(aFinding());
    await expect(update(changes)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});

describe('Imported events', () => {
  it('are sent for every finding of every import and update', async () => {
    const { send, update, sandbox } = await securityHubOfMember();
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
    const { send, sandbox } = await securityHubOfMember();
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
