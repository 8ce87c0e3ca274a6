import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, run, signedIn } from '../harness.ts';
import { aConfig, synthesized } from '../infra/cdk/synthesized.ts';
import { matches, rulesOf, type Transformer } from './event-matcher.ts';

describe('alerts', () => {
  const route = {
    name: 'endpoints',
    controls: ['endpoint-access'],
    accounts: [PAYMENTS],
    targets: [{ queue: 'arn:aws:sqs:eu-west-1:111122223333:tickets' }],
  };
  const rules = rulesOf(synthesized(aConfig({ deployment: { alerts: { routes: [route] } } })).auditor).filter(
    (rule) =>
      rule.Description.startsWith('EKS Auditor: failed') || rule.Description === 'EKS Auditor: resolved',
  );

  const audited = { controls: { include: ['endpoint-access'] } };
  const open = { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ['0.0.0.0/0'] };
  const closed = { endpointPublicAccess: false, endpointPrivateAccess: true };

  async function anOpenCluster(): Promise<Sandbox> {
    const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { region: REGION, resourcesVpcConfig: open }),
    );
    return signedIn(world);
  }

  /** The descriptions, sorted, of the rules that match the events since the last call, once for each event. */
  async function matchedRules(sandbox: Sandbox): Promise<string[]> {
    const pairs = sandbox.events.flatMap((event) => rules.map((rule) => ({ rule, event })));
    const matched = await matches(pairs.map(({ rule, event }) => [rule.EventPattern, event]));
    sandbox.clearEvents();
    return pairs
      .filter((_, index) => matched[index])
      .map(({ rule }) => rule.Description)
      .sort();
  }

  test('are sent once by each rule when a finding fails, once when it is resolved, and not while it is unchanged', async () => {
    const sandbox = await anOpenCluster();

    await run(audited);
    const found = await matchedRules(sandbox);
    await run(audited);
    const unchanged = await matchedRules(sandbox);
    sandbox.account(PAYMENTS).updateCluster(REGION, 'prod', { resourcesVpcConfig: closed });
    await run(audited);
    const resolved = await matchedRules(sandbox);

    const byRoute = 'EKS Auditor: failed, CRITICAL, HIGH, MEDIUM, LOW';
    expect(found).toEqual([byRoute, 'EKS Auditor: failed, HIGH']);
    expect(unchanged).toEqual([]);
    expect(resolved).toEqual(['EKS Auditor: resolved']);
  });

  test('are not sent when another version of the benchmark relabels the findings', async () => {
    const sandbox = await anOpenCluster();
    await run({ ...audited, benchmark: '1.5.0' });
    sandbox.clearEvents();

    await run({ ...audited, benchmark: '1.8.0' });

    expect(sandbox.events.length).toBeGreaterThan(0);
    expect(await matchedRules(sandbox)).toEqual([]);
  });

  test('are not sent for findings that passed from the beginning', async () => {
    const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { region: REGION, resourcesVpcConfig: closed }),
    );
    const sandbox = await signedIn(world);

    await run(audited);

    expect(sandbox.events.length).toBeGreaterThan(0);
    expect(await matchedRules(sandbox)).toEqual([]);
  });

  test.each([
    ['of another product', { ProductName: 'Inspector' }],
    ['of another standard', { GeneratorId: 'cis-aws-foundations-benchmark/1.1' }],
    ['that a person suppressed', { Workflow: { Status: 'SUPPRESSED' } }],
    ['whose owner was notified', { Workflow: { Status: 'NOTIFIED' } }],
    ['whose resource is gone', { RecordState: 'ARCHIVED' }],
    ['that are refreshed', { ProductFields: { 'eks-auditor/event': 'refresh' } }],
    ['that are relabelled', { ProductFields: { 'eks-auditor/event': 'relabelled' } }],
    ['that are archived', { ProductFields: { 'eks-auditor/event': 'archived' } }],
    ['that do not say why they were sent', { ProductFields: {} }],
  ])('are not sent for findings %s', async (_findings, differing) => {
    const sandbox = await anOpenCluster();
    await run(audited);
    const [failed] = sandbox.events.filter(
      (event) => event.detail.findings[0].Compliance?.Status === 'FAILED',
    );
    const other = { ...failed, detail: { findings: [{ ...failed?.detail.findings[0], ...differing }] } };

    const matched = await matches(
      rules.flatMap((rule) => [
        [rule.EventPattern, failed],
        [rule.EventPattern, other],
      ]),
    );

    expect(matched.filter((one, index) => one && index % 2 === 0)).not.toEqual([]);
    expect(matched.filter((one, index) => one && index % 2 === 1)).toEqual([]);
  });

  test('name the finding, where it is and how to fix it', async () => {
    const sandbox = await anOpenCluster();
    await run(audited);
    const [failed] = sandbox.events.filter((event) =>
      event.detail.findings[0].GeneratorId?.endsWith('/endpoint-access'),
    );
    const [finding] = failed?.detail.findings ?? [];

    const text = transformed(rules[0]?.Targets[0]?.InputTransformer, failed);

    expect(text).toContain(finding?.Title);
    expect(text).toContain(finding?.Description);
    expect(text).toContain(`Account ${PAYMENTS}, Region ${REGION}`);
    expect(text).toContain(`Cluster: arn:aws:eks:${REGION}:${PAYMENTS}:cluster/prod`);
    expect(text).toContain('/securityhub/home?region=eu-west-1#/findings?search=Id');
    expect(text).toContain(finding?.Id);
    expect(text).toContain(finding?.Remediation?.Recommendation?.Url);
    expect(text).not.toMatch(/<[\w-]+>/);
  });
});

/** The text that EventBridge makes of an event. Throws when a path leads to no text. */
function transformed(transformer: Transformer | undefined, event: unknown): string {
  if (!transformer) throw new Error('the target has no input transformer');
  return Object.entries(transformer.InputPathsMap).reduce((text, [name, path]) => {
    const steps = path
      .replace(/^\$\./, '')
      .split(/\.|\[(\d+)\]\.?/)
      .filter(Boolean);
    const value = steps.reduce<unknown>((at, step) => Object(at)[step], event);
    if (typeof value !== 'string') throw new Error(`${path} leads to no text`);
    return text.replaceAll(`<${name}>`, value);
  }, transformer.InputTemplate);
}
