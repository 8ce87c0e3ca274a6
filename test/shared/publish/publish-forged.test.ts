import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { aPass, aVerdict, findingOf, NOW, SCOPE } from './builders.ts';
import {
  calls,
  counts,
  findings,
  hubOf,
  importAsOwner,
  NOTHING,
  onlyFinding,
  onRoles,
  publish,
  sandbox,
  setWorkflow,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

const FUTURE = '2099-01-01T00:00:00.000Z';
const ours = findingOf(aVerdict());
const { Id: ID = '' } = ours;
/** A pass with the fingerprint of our failure. */
const forged = {
  ...findingOf(aPass()),
  ProductFields: { ...ours.ProductFields },
};

describe('a pass that somebody imported under the id of a failure, with our fingerprint', () => {
  it.each([
    ['as it is', {}],
    ['of 2099', { UpdatedAt: FUTURE, LastObservedAt: FUTURE, CreatedAt: FUTURE, FirstObservedAt: FUTURE }],
    ['of another generator', { GeneratorId: 'another-tool' }],
    ['of another generator and 2099', { GeneratorId: 'another-tool', UpdatedAt: FUTURE }],
    ['archived in 2099', { RecordState: 'ARCHIVED' as const, UpdatedAt: FUTURE }],
    ['with fields that are none', { ProductFields: JSON.parse('{"__proto__":"x","constructor":"y"}') }],
  ])('is corrected: %s', async (_, forgery) => {
    await importAsOwner({ ...forged, ...forgery });

    const result = await publish([aVerdict(), ...onRoles(2)], { days: 1 });

    const finding = findings().find(({ Id }) => Id === ID);
    expect(finding).toMatchObject({
      GeneratorId: 'eks-auditor/endpoint-access',
      Compliance: { Status: 'FAILED', StatusReasons: [{ ReasonCode: 'OPEN' }] },
      Severity: { Label: 'HIGH' },
      RecordState: 'ACTIVE',
      Workflow: { Status: 'NEW' },
    });
    expect(findings()).toHaveLength(3);
    expect(result.changes.failed).toEqual([]);
    expect(counts(await publish([aVerdict(), ...onRoles(2)], { days: 2 }))).toEqual({
      ...NOTHING,
      unchanged: 3,
    });
  });

  it('of another generator and 2099 is found as well among many that are new', async () => {
    await importAsOwner({ ...forged, GeneratorId: 'another-tool', UpdatedAt: FUTURE });

    await publish([aVerdict(), ...onRoles(99)], { days: 1 });

    expect(findings().find(({ Id }) => Id === ID)).toMatchObject({ Compliance: { Status: 'FAILED' } });
    // The active ones, the archive and those of others, instead of five times twenty by id.
    expect(calls('GetFindings')).toBe(3);
  });
});

describe('a finding from the future', () => {
  it('is named in every run, also when it is as it should be', async () => {
    await importAsOwner({ ...forged, UpdatedAt: FUTURE });
    const notice = {
      code: 'FINDING_FROM_THE_FUTURE',
      accountId: SCOPE.accountId,
      region: SCOPE.region,
      detail: expect.stringContaining('later than now'),
      count: 1,
      findingIds: [ID],
    };

    expect((await publish([aVerdict()], { days: 1 })).notices).toEqual([notice]);
    const second = await publish([aVerdict()], { days: 2 });

    expect(second.notices).toEqual([notice]);
    expect(counts(second)).toEqual({ ...NOTHING, unchanged: 1 });
  });

  it('is imported again when it was not for long, or Security Hub would delete it', async () => {
    await importAsOwner({ ...forged, UpdatedAt: FUTURE });
    await publish([aVerdict()], { days: 1 });

    expect(counts(await publish([aVerdict()], { days: 42 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      UpdatedAt: '2099-01-01T00:00:00.002Z',
      LastObservedAt: new Date(NOW.getTime() + 42 * 24 * 60 * 60 * 1000).toISOString(),
    });
  });

  it('is resolved when it passes', async () => {
    await importAsOwner({ ...ours, UpdatedAt: FUTURE });

    expect(counts(await publish([aPass()], { days: 1 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'PASSED' },
      Workflow: { Status: 'RESOLVED' },
    });
  });

  it('is archived when its resource is gone', async () => {
    await importAsOwner({ ...ours, UpdatedAt: FUTURE });

    const result = await publish([], { days: 1, clusterNames: present([]) });

    expect(result.archived).toEqual([ID]);
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
  });

  it.each([10, 11])('is one of %i, of which ten are named', async (count) => {
    const many = onRoles(count).map((verdict) => ({ ...findingOf(verdict), UpdatedAt: FUTURE }));
    await importAsOwner(...many);

    const { notices } = await publish(onRoles(count), { days: 1 });

    expect(notices).toMatchObject([{ count }]);
    expect(notices[0]?.findingIds).toEqual(
      many
        .map(({ Id }) => Id)
        .toSorted()
        .slice(0, 10),
    );
  });
});

describe('a finding that somebody imported under our generator, of a cluster that there is not', () => {
  const { 'eks-auditor/cluster': cluster = '' } = ours.ProductFields ?? {};
  const fields = Array.from({ length: 49 }, (_, index) => [`${index}`, 'x'.repeat(2048)]);

  it.each<[string, Partial<AwsSecurityFinding>]>([
    ['with as many fields as there may be', { ProductFields: Object.fromEntries(fields) }],
    ['with texts of two units a character', { Id: '😀'.repeat(512), Title: '😀'.repeat(256) }],
    ['as large as there may be', { Network: { SourceDomain: 'x'.repeat(235_000) } }],
    [
      'with resources as large as there may be',
      { Resources: [{ Type: 'Other', Id: 'x', Details: { AwsEksCluster: { Name: 'x'.repeat(242_500) } } }] },
    ],
  ])('is archived like any other, and fails no run: %s', async (_, forgery) => {
    await importAsOwner({
      ...forged,
      ...forgery,
      ProductFields: { ...forgery.ProductFields, 'eks-auditor/cluster': cluster },
    });

    const result = await publish([], { days: 1, clusterNames: present([]) });

    expect(result.changes.failed).toEqual([]);
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
  });
});

describe('failures that somebody suppressed', () => {
  it('are a notice of their Region, in every run', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');

    for (const days of [1, 2]) {
      const { notices, findings: published } = await publish([aVerdict()], { days });
      expect(notices).toMatchObject([{ code: 'FINDINGS_SUPPRESSED', count: 1, findingIds: [ID] }]);
      expect(published.get(ID)).toEqual({ outcome: 'unchanged' });
    }
  });

  it('before they ever failed, too, and not as long as they pass', async () => {
    await publish([aPass()]);
    await setWorkflow('SUPPRESSED');

    expect((await publish([aPass()], { days: 1 })).notices).toEqual([]);
    expect((await publish([aVerdict()], { days: 2 })).notices).toMatchObject([
      { code: 'FINDINGS_SUPPRESSED', count: 1 },
    ]);
    expect(sandbox.events.map(({ detail }) => detail.findings[0].Workflow?.Status)).toEqual(['SUPPRESSED']);
  });
});

describe('more findings under our ids than are read', () => {
  it('are a gap; what was judged is updated, and nothing is archived', async () => {
    await publish(onRoles(25));
    const gone = onRoles(1, { evidence: { now: 'another' } });
    sandbox.clearLog();

    const result = await publish([...gone, aVerdict()], {
      days: 1,
      clusterNames: present([]),
      maxFindings: 24,
    });

    expect(result.gap).toEqual({
      what: 'security-hub',
      kind: 'failed',
      code: 'TOO_MANY_FINDINGS',
      operation: 'securityhub:GetFindings',
      detail: expect.stringContaining('more than 24 findings'),
    });
    expect(counts(result)).toEqual({ ...NOTHING, created: 1, updated: 1 });
    expect(result.archived).toEqual([]);
    expect(calls('GetFindings')).toBe(2);
  });

  it('are more than 100,000 where nothing else is said', async () => {
    const hub = hubOf(SCOPE);
    const limits: (number | undefined)[] = [];
    const securityHub: typeof hub = {
      ...hub,
      list(listing, input, most) {
        limits.push(most);
        return hub.list(listing, input, most);
      },
    };

    await publish([], { securityHub });

    expect(limits).toEqual([100_000]);
  });

  it('are not those that are just as many', async () => {
    await publish(onRoles(25));

    const result = await publish([], { days: 1, clusterNames: present([]), maxFindings: 25 });

    expect(result.gap).toBeUndefined();
    expect(result.archived).toHaveLength(25);
  });

  it('are not read to their end', async () => {
    await publish(onRoles(250));
    sandbox.clearLog();

    await publish([], { days: 1, maxFindings: 100 });

    expect(calls('GetFindings')).toBe(2);
  });
});
