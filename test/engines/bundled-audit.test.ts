import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Bundles, bundleFunctions, FUNCTION_NAMES, type FunctionName } from '../../infra/cdk/bundle.ts';
import { parseDeploymentConfig } from '../../infra/cdk/deployment-config.ts';
import { memberActions } from '../../infra/cdk/member-actions.ts';
import { demoOrganization, IRELAND, LEGACY, REGIONS, SECURITY, SHOP } from '../../infra/demo/organization.ts';
import { type Fault, type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { AccountBuilder } from '../../infra/sandbox/world.ts';
import { s3Store } from '../../shared/aws/store.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { CHANGE_KINDS } from '../../shared/model/verdict-change.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { changesSinceOf } from '../../shared/report/changed-verdicts.ts';
import { compareResults } from '../../shared/report/compare-results.ts';
import { accessTo } from '../aws-access.ts';
import { stubCredentials } from '../harness.ts';
import { aConfig } from '../infra/cdk/synthesized.ts';
import { LambdaFunction } from './lambda-runtime.ts';

const BUCKET = 'eks-auditor-results';
const { config } = parseDeploymentConfig(
  aConfig({ targets: { organization: true, regions: REGIONS }, role: {}, limits: { maxAttempts: 3 } }),
  'the test',
);
const OTHER = '888888888888';
/** A permanent and a transient error of each protocol. */
const FAULTS: readonly Fault[] = [
  { operation: 'account:ListRegions', with: 'AccessDenied' },
  { operation: 'iam:GetAccountAuthorizationDetails', accountId: LEGACY, with: 'AccessDenied' },
  { operation: 'ec2:DescribeRouteTables', accountId: LEGACY, with: 'AccessDenied' },
  { operation: 'ecr:DescribeRepositories', accountId: LEGACY, with: 'AccessDenied' },
  { operation: 'eks:ListNodegroups', accountId: LEGACY, with: 'AccessDenied' },
  { operation: 'iam:ListOpenIDConnectProviders', accountId: SHOP, times: 1, with: 'Throttling' },
  { operation: 'ec2:DescribeSubnets', accountId: SHOP, times: 1, with: 'Throttling' },
  { operation: 'ecr:GetRegistryPolicy', accountId: SHOP, times: 1, with: 'ServerError' },
  { operation: 'eks:DescribeCluster', accountId: SHOP, times: 1, with: 'Throttling' },
  { operation: 'securityhub:BatchImportFindings', accountId: SHOP, times: 1, with: 'Throttling' },
];

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundleFunctions(config);
}, 60_000);

/** What the demo does not contain. */
function addOther(account: AccountBuilder): void {
  const region = IRELAND;
  const tags = { 'kubernetes.io/cluster/other': 'owned' };
  account
    .launchTemplate('lt-other', { region, versions: [{ MetadataOptions: { HttpPutResponseHopLimit: 1 } }] })
    .cluster('other', {
      region,
      addons: ['vpc-cni'],
      nodegroups: [{ launchTemplate: { id: 'lt-other', version: '1' } }],
      fargateProfiles: [{ fargateProfileName: 'all' }],
      identityProviderConfigs: [{ identityProviderConfigName: 'people' }],
    })
    .loadBalancer('plain', {
      region,
      tags,
      listeners: [
        {
          Protocol: 'HTTP',
          Port: 80,
          DefaultActions: [
            { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
          ],
          rules: [{ Actions: [{ Type: 'forward' }] }],
        },
      ],
    })
    .classicLoadBalancer('classic', {
      region,
      tags,
      ListenerDescriptions: [
        { Listener: { Protocol: 'HTTPS', LoadBalancerPort: 443, InstancePort: 30080 }, PolicyNames: ['tls'] },
      ],
      policies: [
        {
          PolicyName: 'tls',
          PolicyAttributeDescriptions: [{ AttributeName: 'Protocol-TLSv1', AttributeValue: 'true' }],
        },
      ],
    });
}

async function sandboxWithFaults(): Promise<Sandbox> {
  const sandbox = await startSandbox(demoOrganization().account(OTHER, { name: 'other' }, addOther));
  onTestFinished(() => sandbox.close());
  sandbox.account(SECURITY).add.bucket(BUCKET);
  for (const fault of FAULTS) sandbox.fail(fault);
  return sandbox;
}

type RunOnce = () => Promise<RunResult>;

function runSources(sandbox: Sandbox): RunOnce {
  return () => {
    stubCredentials(sandbox, SECURITY);
    return runAudit({ config, publish: true }).finally(() => vi.unstubAllEnvs());
  };
}

async function startBundles(sandbox: Sandbox): Promise<RunOnce> {
  const credentials = sandbox.credentials(SECURITY);
  const start = async (name: FunctionName) => {
    const started = await LambdaFunction.start(bundles[name], {
      AWS_REGION: IRELAND,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL: sandbox.url,
      EKS_AUDITOR_CONFIG_FILE: join(bundles[name], 'config.json'),
      EKS_AUDITOR_BUCKET: BUCKET,
    });
    onTestFinished(() => started.stop());
    return started;
  };
  const [plan, audit, report] = await Promise.all(FUNCTION_NAMES.map(start));
  const store = s3Store(accessTo(sandbox, SECURITY), IRELAND, BUCKET);
  const stored = async (key: unknown) => JSON.parse((await store.get(String(key))) ?? 'null');
  return async () => {
    const { run, targetsKey } = Object(await plan?.invoke({ trigger: 'schedule' }));
    for (const target of await stored(targetsKey)) await audit?.invoke({ run, target });
    return stored(Object(await report?.invoke({ run })).resultKey);
  };
}

/** The requests with their outcomes, sorted. */
function requestsOf(sandbox: Sandbox): string[] {
  const calls = sandbox.log.filter(
    (request) =>
      request.service !== 's3' &&
      request.operation !== 'sts:GetCallerIdentity' &&
      // Only the report function asks.
      !request.operation.endsWith('FindingAggregators'),
  );
  return calls
    .map((request) => [request.operation, request.accountId, request.region, request.errorCode].join(' '))
    .sort();
}

/** The IAM actions of the requests in member accounts; both versions of load balancing have the same prefix. */
function memberActionsIn(sandbox: Sandbox): ReadonlySet<string> {
  return new Set(
    sandbox.log
      .filter(({ accountId }) => accountId !== SECURITY)
      .map(({ operation }) => operation.replace('elasticloadbalancingv2:', 'elasticloadbalancing:')),
  );
}

const KINDS: ReadonlySet<string> = new Set(CHANGE_KINDS);

function withoutKinds(changes: RunResult['changes']): object {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !KINDS.has(name)));
}

/** Two runs with a change between them, so that findings are new, unchanged, resolved and archived. */
async function runTwice(sandbox: Sandbox, runOnce: RunOnce): Promise<readonly RunResult[]> {
  const first = await runOnce();
  sandbox.account(SHOP).updateCluster(IRELAND, 'storefront', {
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  });
  return [first, await runOnce()];
}

test('the bundles send the same requests, and give the same results, as the sources, with errors of every protocol', async () => {
  const [ofSources, ofBundles] = [await sandboxWithFaults(), await sandboxWithFaults()];

  const wanted = await runTwice(ofSources, runSources(ofSources));
  const results = await runTwice(ofBundles, await startBundles(ofBundles));

  // The report function writes account by account, and tells how findings are aggregated.
  const withoutRun = ({ run, notices, verdicts, changes, ...rest }: RunResult) => ({
    ...rest,
    // What they changed in Security Hub. What changed since, the functions know by themselves.
    changes: withoutKinds(changes),
    verdicts: verdicts.map(({ observedAt, ...verdict }) => JSON.stringify(verdict)).sort(),
  });
  expect(results.map(withoutRun)).toEqual(wanted.map(withoutRun));
  const [before, after] = wanted;
  if (before === undefined || after === undefined) throw new Error('there are two runs');
  expect(changesSinceOf(results[1]?.changes ?? {})).toEqual(changesSinceOf(compareResults(before, after)));
  expect(requestsOf(ofBundles)).toEqual(requestsOf(ofSources));
  const called = memberActionsIn(ofBundles);
  const granted = memberActions();
  expect(granted.filter((action) => !called.has(action))).toEqual([]);
  expect([...called].filter((action) => !granted.includes(action))).toEqual([]);
}, 600_000);
