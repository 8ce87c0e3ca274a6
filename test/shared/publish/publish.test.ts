import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import type { Scope } from '../../../shared/model/scope.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import { refreshAgeDays } from '../../../shared/publish/observation.ts';
import {
  aCluster,
  aContext,
  aPass,
  aRole,
  aVerdict,
  NOW,
  notAvailableVerdict,
  SCOPE,
  stored,
} from './builders.ts';
import {
  calls,
  counts,
  DAY,
  findings,
  NOTHING,
  OTHER,
  onlyFinding,
  onRoles,
  publish,
  SECURITY,
  sandbox,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

describe('publishing', () => {
  it('imports what is new', async () => {
    const result = await publish([aVerdict(), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
    expect(result.gap).toBeUndefined();
    expect(findings().map((finding) => finding.Id)).toEqual(
      [aVerdict(), ...onRoles(2)].map((verdict) => stored(verdict).Id),
    );
    expect(sandbox.events).toHaveLength(3);
  });

  it('of an unchanged Region imports nothing and emits nothing', async () => {
    const verdicts = [
      aVerdict(),
      aPass({ resource: aCluster('dev') }),
      notAvailableVerdict({ resource: aRole('x') }),
    ];
    await publish(verdicts);
    sandbox.clearEvents();
    sandbox.clearLog();
    const result = await publish(verdicts, { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, unchanged: 3 });
    expect(sandbox.calls().map((call) => call.operation)).toEqual(['securityhub:GetFindings']);
    expect(sandbox.events).toEqual([]);
  });

  it('requests active findings of its own product, account and Region only', async () => {
    await publish([]);
    const [request] = sandbox.calls({ operation: 'securityhub:GetFindings' });
    expect(request?.params.Filters).toEqual({
      ProductArn: [{ Value: productArn(SCOPE), Comparison: 'EQUALS' }],
      GeneratorId: [{ Value: 'eks-auditor/', Comparison: 'PREFIX' }],
      AwsAccountId: [{ Value: SCOPE.accountId, Comparison: 'EQUALS' }],
      Region: [{ Value: SCOPE.region, Comparison: 'EQUALS' }],
      RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }],
    });
  });

  it('recognizes its findings when the product name changes', async () => {
    await publish([aVerdict()]);
    const renamed = aContext({ productName: 'Our Auditor' });
    expect(counts(await publish([aVerdict()], { days: 1, context: renamed }))).toEqual({
      ...NOTHING,
      unchanged: 1,
    });
  });

  it('without verdicts reads once and archives what is gone', async () => {
    await publish([aVerdict()]);
    sandbox.clearLog();
    const result = await publish([], { days: 1, clusterNames: present([]) });
    expect(counts(result)).toEqual({ ...NOTHING, archived: 1 });
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
    expect(calls('GetFindings')).toBe(1);
  });

  it('without verdicts and findings only reads', async () => {
    expect(counts(await publish([]))).toEqual(NOTHING);
    expect(sandbox.calls().map((call) => call.operation)).toEqual(['securityhub:GetFindings']);
  });

  it('imports an unchanged finding again after about 30 days', async () => {
    await publish([aVerdict()]);
    const age = Math.ceil(refreshAgeDays(stored(aVerdict()).Id ?? '', 30));
    expect(counts(await publish([aVerdict()], { days: age - 1 }))).toEqual({ ...NOTHING, unchanged: 1 });
    expect(counts(await publish([aVerdict()], { days: age }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      CreatedAt: NOW.toISOString(),
      UpdatedAt: new Date(NOW.getTime() + age * DAY).toISOString(),
    });
  });

  it('keeps a finding from expiring', async () => {
    for (let days = 0; days <= 200; days += 10) await publish([aVerdict()], { days });
    expect(onlyFinding()?.CreatedAt).toBe(NOW.toISOString());
  });

  it('reads findings beyond the first page', async () => {
    await publish(onRoles(250));
    sandbox.clearLog();
    expect(counts(await publish(onRoles(250), { days: 1 }))).toEqual({ ...NOTHING, unchanged: 250 });
    expect(calls('GetFindings')).toBe(3);
  });

  it("leaves other accounts' and Regions' findings alone where they are aggregated", async () => {
    const home: Scope = { ...SCOPE, accountId: SECURITY };
    const scopes: Scope[] = [SCOPE, { ...SCOPE, accountId: OTHER }, { ...home, region: 'us-east-1' }];
    for (const scope of scopes)
      await publish([aVerdict({ scope, resource: aCluster('prod', scope) })], { scope });
    const result = await publish([], { scope: home, days: 1, clusterNames: present([]) });
    expect(counts(result)).toEqual(NOTHING);
    expect(scopes.flatMap((scope) => findings(scope).map((finding) => finding.RecordState))).toEqual([
      'ACTIVE',
      'ACTIVE',
      'ACTIVE',
    ]);
  });
});
