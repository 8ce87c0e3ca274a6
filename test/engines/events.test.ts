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

/** What LocalStack's rule engine, which is tested against EventBridge, says of each pair. */
function matches(pairs: readonly (readonly [pattern: unknown, event: unknown])[]): Promise<boolean[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [MATCHER], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(pairs));
  });
}

function rulesOf(template: Template): readonly Rule[] {
  return Object.values(template.findResources('AWS::Events::Rule')).map((one) => one.Properties);
}

describe('alerts', () => {
  const route = {
    name: 'endpoints',
    controls: ['5.4.1'],
    accounts: [PAYMENTS],
    targets: [{ queue: 'arn:aws:sqs:eu-west-1:111122223333:tickets' }],
  };
  const rules = rulesOf(synthesized(aConfig({ deployment: { alerts: { routes: [route] } } })).auditor).filter(
    (one) => one.Description.startsWith('EKS Auditor: failed') || one.Description.includes('put right'),
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

  /** The rules that the events since the last look set off, sorted, each as often as it was. */
  async function setOff(sandbox: Sandbox): Promise<string[]> {
    const pairs = sandbox.events.flatMap((event) => rules.map((rule) => ({ rule, event })));
    const matched = await matches(pairs.map(({ rule, event }) => [rule.EventPattern, event]));
    sandbox.clearEvents();
    return pairs
      .filter((_, index) => matched[index])
      .map(({ rule }) => rule.Description)
      .sort();
  }

  test('go out once for what is wrong, once by each rule, once when it is put right, and not for what stays as it is', async () => {
    const sandbox = await anOpenCluster();

    await run(audited);
    const found = await setOff(sandbox);
    await run(audited);
    const unchanged = await setOff(sandbox);
    sandbox.account(PAYMENTS).updateCluster(REGION, 'prod', { resourcesVpcConfig: closed });
    await run(audited);
    const mended = await setOff(sandbox);

    const byRoute = 'EKS Auditor: failed, CRITICAL, HIGH, MEDIUM, LOW';
    expect(found).toEqual([byRoute, 'EKS Auditor: failed, HIGH']);
    expect(unchanged).toEqual([]);
    expect(mended).toEqual(['EKS Auditor: put right']);
  });

  test('do not go out for what was right from the beginning', async () => {
    const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
      account.cluster('prod', { region: REGION, resourcesVpcConfig: closed }),
    );
    const sandbox = await signedIn(world);

    await run(audited);

    expect(sandbox.events.length).toBeGreaterThan(0);
    expect(await setOff(sandbox)).toEqual([]);
  });

  test.each([
    ['of another product', { ProductName: 'Inspector' }],
    ['of another standard', { GeneratorId: 'cis-aws-foundations-benchmark/1.1' }],
    ['that somebody suppressed', { Workflow: { Status: 'SUPPRESSED' } }],
    ['that somebody was told of', { Workflow: { Status: 'NOTIFIED' } }],
    ['whose resource is gone', { RecordState: 'ARCHIVED' }],
  ])('do not go out for findings %s', async (_which, differing) => {
    const sandbox = await anOpenCluster();
    await run(audited);
    const [failed] = sandbox.events.filter((one) => one.detail.findings[0].Compliance?.Status === 'FAILED');
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

  test('say what is wrong, where, and how to mend it', async () => {
    const sandbox = await anOpenCluster();
    await run(audited);
    const [failed] = sandbox.events.filter((one) => one.detail.findings[0].GeneratorId?.endsWith('/5.4.1'));
    const [finding] = failed?.detail.findings ?? [];

    const text = transformed(rules[0]?.Targets[0]?.InputTransformer, failed);

    expect(text).toContain('5.4.1');
    expect(text).toContain(finding?.Description);
    expect(text).toContain(`Account ${PAYMENTS}, Region ${REGION}`);
    expect(text).toContain(`Cluster: arn:aws:eks:${REGION}:${PAYMENTS}:cluster/prod`);
    expect(text).toContain(`/securityhub/home?region=eu-west-1#/findings?search=Id`);
    expect(text).toContain(finding?.Id);
    expect(text).toContain(finding?.Remediation?.Recommendation?.Url);
    expect(text).not.toMatch(/<[\w-]+>/);
  });
});

/** What EventBridge makes of an event: every path is one that it can follow, and leads to a value. */
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
  const arriving = rulesOf(auditor).find((one) => one.Description.includes('changes in the accounts'));

  /** As CloudTrail hands it over: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
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
  ])('by %s:%s are forwarded and taken', async (service, eventName) => {
    const event = aCall(service, eventName);

    expect(
      await matches([
        [forwarding?.EventPattern, event],
        [arriving?.EventPattern, event],
      ]),
    ).toEqual([true, true]);
  });

  test('that were refused, reads, pushed images and other services are not forwarded', async () => {
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

  test('have a pattern that EventBridge takes', () => {
    expect(JSON.stringify(forwarding?.EventPattern).length).toBeLessThan(2_048);
  });
});
