import { describe, expect, it } from 'vitest';
import { parseAccountResult, parsePlan } from '../../functions/report/stored-run.ts';
import { StoredDocumentError, serializeDocument } from '../../functions/runtime/stored-document.ts';
import { parseOrganization } from '../../functions/runtime/stored-organization.ts';
import { absent, present } from '../../shared/model/evidence.ts';
import { type AccountResult, NO_CHANGES, type Plan } from '../../shared/model/run.ts';
import { denied } from '../builders.ts';
import { aGap, anAccount, aVerdict } from '../shared/report/builders.ts';

const PLAN: Plan = {
  run: {
    id: '20261122T101500Z-3f2a9c',
    trigger: 'manual',
    startedAt: '2026-11-22T10:15:00.000Z',
    version: '0.2.0',
    benchmark: '2.0.0',
    publish: true,
  },
  organization: { id: present('o-a1b2c3d4e5'), accountIds: ['111111111111'] },
  targets: [
    { partition: 'aws', accountId: '111111111111', regions: [{ region: 'eu-west-1', disabled: true }] },
  ],
  clusters: ['prod'],
  skipped: [],
};
const RESULT: AccountResult = {
  coverage: anAccount({ gaps: [aGap()] }),
  clusters: ['payments'],
  verdicts: [aVerdict()],
  changes: NO_CHANGES,
  notices: [
    { code: 'FINDINGS_SUPPRESSED', accountId: '111111111111', region: 'eu-west-1', detail: 'x', count: 1 },
  ],
};

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

describe('a document of the bucket', () => {
  it('is read as it was written', () => {
    expect(parsePlan(serializeDocument(PLAN), PLAN.run)).toEqual(PLAN);
    expect(parseAccountResult(serializeDocument(RESULT), 'all.json')).toEqual(RESULT);
    const { organization } = PLAN;
    expect(parseOrganization(serializeDocument(organization), 'organization.json')).toEqual(organization);
  });

  it('that is nested too deeply in what is not looked into is refused as well', () => {
    const text = serializeDocument(RESULT).replace('"resource":{', `"resource":{"details":{"x":${DEEP}},`);

    expect(() => parseAccountResult(text, 'all.json')).toThrow(StoredDocumentError);
  });

  it.each<[string, Plan['organization']]>([
    ['there is none', { id: absent, accountIds: [] }],
    ['its id is not known', { id: denied('organizations:DescribeOrganization'), accountIds: [] }],
    [
      'its accounts are not known',
      {
        id: present('o-a1b2c3d4e5'),
        accountIds: ['111111111111'],
        membersUnreadable: denied('organizations:ListAccounts'),
      },
    ],
  ])('says of the organization that %s', (_, organization) => {
    const text = serializeDocument({ ...PLAN, organization });
    expect(parsePlan(text, PLAN.run).organization).toEqual(organization);
  });

  it('that is the plan of another run is refused', () => {
    expect(() => parsePlan(serializeDocument(PLAN), { id: 'another' })).toThrow(
      `runs/another/plan.json is the plan of the run ${PLAN.run.id}`,
    );
  });

  it.each([
    ['is missing', undefined, 'is not in the bucket'],
    ['is no JSON', '{', 'is not JSON'],
    ['has no version', JSON.stringify(PLAN), 'has format version none; this version of EKS Auditor reads 2'],
    ['is nested too deeply', `{"formatVersion":2,"run":${DEEP}}`, 'is nested too deeply'],
    ['has a version that is nested too deeply', `{"formatVersion":${DEEP}}`, 'is nested too deeply'],
    ['is of another version', JSON.stringify({ ...PLAN, formatVersion: 1 }), 'has format version 1; '],
    ['is no object', '[]', 'has format version none; '],
    [
      'lacks what is needed',
      JSON.stringify({ ...PLAN, targets: [{ accountId: '1' }], formatVersion: 2 }),
      'cannot be read: targets[0].partition: ',
    ],
  ])('that %s is refused by its key', (_, text, message) => {
    expect(() => parsePlan(text, PLAN.run)).toThrow(StoredDocumentError);
    expect(() => parsePlan(text, PLAN.run)).toThrow(`runs/${PLAN.run.id}/plan.json ${message}`);
  });
});
