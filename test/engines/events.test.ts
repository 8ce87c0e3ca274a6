import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, run, signedIn } from '../harness.ts';
import { aConfig, synthesized } from '../infra/cdk/synthesized.ts';
import { pythonTools } from './python.ts';

interface Rule {
  readonly Description: string;
  readonly EventPattern: unknown;
  readonly Targets: readonly { readonly InputTransformer?: Transformer }[];
}

interface Transformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

const MATCHER = fileURLToPath(new URL('run-event-matcher.py', import.meta.url));
let python: string;
beforeAll(async () => {
  python = join(await pythonTools(), 'python');
});

/** Whether each pattern matches its event, by LocalStack's rule engine, which is tested against EventBridge. */
function matches(pairs: readonly (readonly [pattern: unknown, event: unknown])[]): Promise<boolean[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [MATCHER], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(pairs));
  });
}

function rulesOf(template: Template): readonly Rule[] {
  return Object.values(template.findResources('AWS::Events::Rule')).map((resource) => resource.Properties);
}

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

describe('changes', () => {
  const { member, auditor } = synthesized();
  const [forwarding] = rulesOf(member);
  const arriving = rulesOf(auditor).find((rule) => rule.Description.includes('changes in the accounts'));

  /** An event of CloudTrail: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
  function aCall(service: string, eventName: string, detail: Record<string, unknown> = {}) {
    return {
      version: '0',
      id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
      'detail-type': 'AWS API Call via CloudTrail',
      source: `aws.${service}`,
      account: PAYMENTS,
      time: '2026-11-22T10:15:00Z',
      region: REGION,
      resources: [],
      detail: {
        eventVersion: '1.11',
        eventSource: `${service}.amazonaws.com`,
        eventName,
        awsRegion: REGION,
        readOnly: false,
        requestParameters: { name: 'prod' },
        ...detail,
      },
    };
  }

  test.each([
    ['eks', 'UpdateClusterConfig'],
    ['eks', 'CreateAccessEntry'],
    ['eks', 'UpdateAddon'],
    ['ecr', 'SetRepositoryPolicy'],
    ['ecr', 'PutRegistryScanningConfiguration'],
    ['iam', 'AttachRolePolicy'],
    ['iam', 'UpdateAssumeRolePolicy'],
    ['elasticloadbalancing', 'ModifyListener'],
  ])('by %s:%s are forwarded to the auditor, and matched there', async (service, eventName) => {
    const event = aCall(service, eventName);

    expect(
      await matches([
        [forwarding?.EventPattern, event],
        [arriving?.EventPattern, event],
      ]),
    ).toEqual([true, true]);
  });

  test('that failed, reads, pushed images and other services are not forwarded', async () => {
    const events = [
      aCall('eks', 'UpdateClusterConfig', { errorCode: 'AccessDenied' }),
      aCall('eks', 'DescribeCluster', { readOnly: true }),
      aCall('ecr', 'PutImage'),
      aCall('s3', 'CreateBucket'),
    ];

    expect(await matches(events.map((event) => [forwarding?.EventPattern, event]))).toEqual(
      events.map(() => false),
    );
  });

  test('have a pattern within the size that EventBridge allows', () => {
    expect(JSON.stringify(forwarding?.EventPattern).length).toBeLessThan(2_048);
  });
});
