import { beforeEach, expect, test, vi } from 'vitest';
import { accountKeysOf, keysOf } from '../../functions/runtime/storage-keys.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { s3Store } from '../../shared/aws/store.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { accessTo } from '../aws-access.ts';
import {
  aTestOrganization,
  coverageOf,
  linesOf,
  PAYMENTS,
  REGION,
  SECURITY,
  SHOP,
  signedIn,
} from '../harness.ts';
import { functions, lambdaContext } from './lambda-support.ts';

const BUCKET = 'eks-auditor-results';
const CONFIG = {
  targets: { organization: true, regions: [REGION] },
  controls: { include: ['private-endpoint'] },
  limits: { maxAttempts: 1 },
};

let logged: string[] = [];

beforeEach(() => {
  logged = [];
  // Powertools and its metrics write through the console of the process.
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => {
      logged.push(String(text));
    });
  }
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(CONFIG));
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
});

/** The sandbox of the running test. */
let sandbox: Sandbox;

async function deploy(): Promise<void> {
  const cluster = {
    region: REGION,
    resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true },
  };
  const world = aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) => account.cluster('prod', cluster))
    .account(SHOP, { roles: [] });
  sandbox = await signedIn(world);
  sandbox.account(SECURITY).add.bucket(BUCKET);
}

async function storedResult(runId: string): Promise<RunResult> {
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  return JSON.parse((await store.get(keysOf({ id: runId }).resultKey)) ?? 'null');
}

test('plan, audit and report make up a whole run through the bucket', async () => {
  await deploy();
  const { plan, audit, report } = await functions();

  const planned = await plan({ trigger: 'schedule' }, lambdaContext());
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const targets = JSON.parse((await store.get(planned.targetsKey)) ?? '[]');
  for (const target of targets) await audit({ ...planned, target }, lambdaContext());
  const reported = await report(planned, lambdaContext());

  const result = await storedResult(planned.run.id);
  expect(targets).toHaveLength(4);
  expect(linesOf(result.verdicts)).toEqual(['5.4.2 prod FAILED PUBLIC_ACCESS_ENABLED']);
  expect(coverageOf(result, SHOP)).toMatchObject({
    state: 'not-covered',
    gaps: [{ operation: 'sts:AssumeRole' }],
  });
  expect(reported).toMatchObject({ complete: false, findingsFailedToImport: 0 });
  expect(sandbox.findings(PAYMENTS, REGION)).toHaveLength(1);
  expect(await store.get(keysOf(planned.run).htmlKey)).toContain('5.4.2');
});

test('report emits the metrics of the run by its trigger, and those of Security Hub over all runs', async () => {
  await deploy();
  const { plan, report } = await functions();

  const planned = await plan({ trigger: 'schedule' }, lambdaContext());
  await report(planned, lambdaContext());

  const metrics = logged.map((line) => JSON.parse(line)).filter((entry) => entry._aws !== undefined);
  const counted = { RunsFinished: 1, Accounts: 4, AccountsNotCovered: 4, CoveragePercent: 0 };
  expect(metrics).toMatchObject([{ ...counted, trigger: 'schedule' }, { FindingsCreated: 0 }]);
  expect(metrics[1]).not.toHaveProperty('CoveragePercent');
  expect(metrics.map((entry) => entry._aws.CloudWatchMetrics[0])).toMatchObject([
    { Namespace: 'EKSAuditor', Dimensions: [['service', 'trigger']] },
    { Namespace: 'EKSAuditor', Dimensions: [['service']] },
  ]);
});

test('an account whose audit ended with an error is reported as not covered, with the error', async () => {
  await deploy();
  const { plan, report } = await functions();
  const planned = await plan({}, lambdaContext());
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const crash = { accountId: PAYMENTS, error: 'Lambda.Unknown', cause: 'The runtime was killed.' };
  await store.put(accountKeysOf(planned.run, PAYMENTS).crashedKey, JSON.stringify(crash));

  await report(planned, lambdaContext());

  const result = await storedResult(planned.run.id);
  expect(coverageOf(result, PAYMENTS)).toMatchObject({
    state: 'not-covered',
    gaps: [{ code: 'Lambda.Unknown', detail: 'The runtime was killed.' }],
  });
  expect(coverageOf(result, SHOP).gaps).toMatchObject([{ code: 'NoResult' }]);
});

test('a plan for none of the accounts is stored, and its run is reported as finished', async () => {
  await deploy();
  const { plan, report } = await functions();

  const planned = await plan({ accounts: [] }, lambdaContext());
  const reported = await report(planned, lambdaContext());

  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  expect(await store.get(planned.targetsKey)).toBe('[]');
  expect(reported).toMatchObject({ findingsFailedToImport: 0 });
  expect((await storedResult(planned.run.id)).coverage.accounts).toEqual([]);
});

test('an initialization that failed is repeated by the next invocation, and then kept', async () => {
  await deploy();
  const { plan } = await functions();
  sandbox.fail({ operation: 'sts:GetCallerIdentity', with: 'ServerError', times: 1 });

  await expect(plan({}, lambdaContext())).rejects.toThrow();
  await expect(plan({}, lambdaContext())).resolves.toHaveProperty('run.id');
  await expect(plan({}, lambdaContext())).resolves.toHaveProperty('run.id');

  expect(sandbox.calls({ operation: 'sts:GetCallerIdentity' })).toHaveLength(2);
});

test('an invalid event is refused before anything is called', async () => {
  await deploy();
  const { plan, audit } = await functions();

  await expect(plan({ trigger: 'whenever' }, lambdaContext())).rejects.toThrow(/^Invalid event: trigger/);
  await expect(audit({ target: { accountId: '1' } }, lambdaContext())).rejects.toThrow(/target\.accountId/);
  expect(sandbox.log).toEqual([]);
});

test('an invalid configuration is refused before anything is called', async () => {
  await deploy();
  const { plan } = await functions();

  vi.stubEnv('EKS_AUDITOR_CONFIG', '{ "benchmrk": 1 }');
  await expect(plan({}, lambdaContext())).rejects.toThrow('benchmrk: unknown key');
  vi.stubEnv('EKS_AUDITOR_CONFIG', '{ "role": { "externalId": "sec');
  await expect(plan({}, lambdaContext())).rejects.toThrow(
    /^Invalid configuration in EKS_AUDITOR_CONFIG:\n {2}not JSON$/,
  );
  expect(sandbox.log).toEqual([]);
});

test('logs are JSON, name the run and contain no credential', async () => {
  await deploy();
  const { plan, audit } = await functions();

  const planned = await plan({}, lambdaContext());
  await audit({ ...planned, target: { partition: 'aws', accountId: PAYMENTS } }, lambdaContext());

  const entries = logged.map((line) => JSON.parse(line));
  expect(entries.length).toBeGreaterThan(1);
  expect(entries.every((entry) => entry.correlation_id === planned.run.id)).toBe(true);
  const text = logged.join('\n');
  expect(text).not.toContain(sandbox.credentials(SECURITY).secretAccessKey);
  expect(text).not.toMatch(/SecretAccessKey|SessionToken|"Statement"/i);
});
