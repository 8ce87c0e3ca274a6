import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { OrganizationBuilder } from '../../infra/sandbox/world.ts';
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
import { AUDITOR, synthesized } from '../infra/cdk/synthesized.ts';
import { definitionOf, type Execution, type Invoke, StepFunctions } from './step-functions.ts';

const NAMES = ['plan', 'audit', 'report'] as const;
const BUCKET = 'results';
/** Moto takes any. */
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const { auditor } = synthesized();

let steps: StepFunctions;
let machine: string;
beforeAll(async () => {
  steps = await StepFunctions.start();
  const arn = (name: string) => `arn:aws:lambda:${REGION}:${AUDITOR}:function:${name}`;
  const references = {
    'AWS::Partition': 'aws',
    PlanFunction: arn('plan'),
    AuditFunction: arn('audit'),
    ReportFunction: arn('report'),
    ResultsBucket: BUCKET,
  };
  machine = await steps.create('eks-auditor', definitionOf(auditor, 'eks-auditor', references));
}, 600_000);
afterAll(() => steps.stop());

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
});

const OPEN = { endpointPublicAccess: true, endpointPrivateAccess: true };

function payments(): OrganizationBuilder {
  return aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
    account.cluster('prod', { region: REGION, resourcesVpcConfig: OPEN }),
  );
}

interface Invocation {
  readonly event: { readonly target: { readonly accountId: string } };
  /** From 1. */
  readonly number: number;
}

interface Options {
  /** Called before each audit; returns its remaining time in milliseconds, by default all of it. */
  readonly audit?: (invocation: Invocation) => number | undefined;
}

/** Runs the functions in this process, with the S3 of moto and a sandbox for all other services. */
async function deploy(world: OrganizationBuilder, { audit = () => undefined }: Options = {}): Promise<void> {
  await signedIn(world);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', steps.url);
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  // Logs are written to the console, which is silenced, instead of the process's streams.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  const config = {
    targets: { organization: true, regions: [REGION] },
    controls: { include: ['private-endpoint'] },
    limits: { maxAttempts: 1 },
  };
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(config));
  await s3()
    .send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    )
    .catch((error: Error) => {
      if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
    });
  const handlers = await loadHandlers();
  const audits = new Map<string, number>();
  for (const name of NAMES) steps.functions.set(name, (event) => handlers[name](event, 900_000));
  steps.functions.set('audit', (event) => {
    const invocation = event as Invocation['event'];
    const { accountId } = invocation.target;
    audits.set(accountId, (audits.get(accountId) ?? 0) + 1);
    const remaining = audit({ event: invocation, number: audits.get(accountId) ?? 0 });
    return handlers.audit(event, remaining ?? 900_000);
  });
  onTestFinished(() => steps.functions.clear());
}

type Handler = (event: unknown, remaining: number) => ReturnType<Invoke>;

/** The functions as Lambda loads them: loaded anew for every test, since they keep their environment. */
async function loadHandlers(): Promise<Record<(typeof NAMES)[number], Handler>> {
  vi.resetModules();
  const [plan, audit, report] = await Promise.all([
    import('../../functions/plan/handler.ts'),
    import('../../functions/audit/handler.ts'),
    import('../../functions/report/handler.ts'),
  ]);
  const invoke =
    (handler: (event: never, context: Context) => Promise<unknown>): Handler =>
    async (event, remaining) =>
      handler(event as never, lambdaContext(remaining));
  return { plan: invoke(plan.handler), audit: invoke(audit.handler), report: invoke(report.handler) };
}

function lambdaContext(remaining: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'eks-auditor',
    functionVersion: '1',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${SECURITY}:function:eks-auditor`,
    memoryLimitInMB: '512',
    awsRequestId: '00000000-0000-0000-0000-000000000000',
    logGroupName: '/aws/lambda/eks-auditor',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remaining,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

function s3(): S3Client {
  return new S3Client({ endpoint: steps.url, region: REGION, forcePathStyle: true });
}

async function resultOf({ output, ...execution }: Execution): Promise<RunResult> {
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  const { resultKey } = output as { resultKey: string };
  const store = s3Store(
    accessTo({ url: steps.url, credentials: () => CREDENTIALS }, SECURITY),
    REGION,
    BUCKET,
  );
  return JSON.parse((await store.get(resultKey)) ?? 'null');
}

test('a run audits every account and reports', async () => {
  await deploy(payments().account(SHOP, { name: 'shop' }));

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(result.coverage.complete).toBe(true);
  expect(result.coverage.accounts.map((account) => account.accountId)).toContain(SHOP);
  expect(linesOf(result.verdicts)).toEqual([expect.stringMatching(/^5\.4\.2 prod FAILED/)]);
}, 60_000);

test('a run without input audits all accounts', async () => {
  await deploy(payments());

  expect(await resultOf(await steps.execute(machine, {}))).toMatchObject({ coverage: { complete: true } });
}, 60_000);

test('a changed account is audited alone', async () => {
  await deploy(payments().account(SHOP, { name: 'shop' }));

  const result = await resultOf(await steps.execute(machine, { trigger: 'change', accounts: [SHOP] }));

  expect(result.coverage.accounts.map((account) => account.accountId)).toEqual([SHOP]);
}, 60_000);

test('an account whose audit crashes is reported with the error, and other accounts are audited', async () => {
  await deploy(payments().account(SHOP, { name: 'shop' }), {
    audit: ({ event }) => {
      if (event.target.accountId === SHOP) throw new TypeError('a bug');
      return undefined;
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(coverageOf(result, SHOP)).toMatchObject({
    state: 'not-covered',
    gaps: [{ code: 'TypeError', detail: expect.stringContaining('a bug') }],
  });
  expect(coverageOf(result, PAYMENTS).state).toBe('covered');
}, 60_000);

test('an audit that crashed once is retried', async () => {
  await deploy(payments(), {
    audit: ({ number }) => {
      if (number === 1) throw new Error('out of memory');
      return undefined;
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(result.coverage.complete).toBe(true);
}, 60_000);

test('an account that takes longer than an invocation is continued in another', async () => {
  const invocations: number[] = [];
  await deploy(payments(), {
    audit: ({ event, number }) => {
      if (event.target.accountId === PAYMENTS) invocations.push(number);
      return number === 1 ? 0 : undefined;
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(invocations).toEqual([1, 2]);
  expect(result.coverage.complete).toBe(true);
  expect(linesOf(result.verdicts)).toHaveLength(1);
}, 60_000);

test('an account that is never finished is given up after the maximum of slices, and reported', async () => {
  await deploy(aTestOrganization());
  const audit: Invoke = async (event) => ({ continue: (event as Invocation['event']).target });
  steps.functions.set('audit', audit);

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(coverageOf(result, SECURITY).gaps).toEqual([
    expect.objectContaining({ code: 'TooManySlices', detail: expect.stringContaining('100 slices') }),
  ]);
}, 120_000);

describe('changes', () => {
  test('of several accounts start one run, and each account is audited once', async () => {
    const queue = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    const created = await steps.call('AmazonSQS.CreateQueue', {
      QueueName: 'changes.fifo',
      Attributes: queue,
    });
    const QueueUrl = String(created.QueueUrl);
    const definition = definitionOf(auditor, 'eks-auditor-changes', {
      'AWS::Partition': 'aws',
      OnChangeChanges: QueueUrl,
      RunMachine: machine,
    });
    const changes = await steps.create('eks-auditor-changes', definition);
    await deploy(payments().account(SHOP, { name: 'shop' }));
    // EventBridge sends the same text for every change of an account; SQS deduplicates it.
    for (const account of [PAYMENTS, SHOP, PAYMENTS]) {
      const message = { QueueUrl, MessageBody: JSON.stringify({ account }), MessageGroupId: 'changes' };
      await steps.call('AmazonSQS.SendMessage', message);
    }
    const before = (await steps.executions(machine)).map((execution) => execution.executionArn);

    const polled = await steps.execute(changes, {});

    const started = (await steps.executions(machine)).filter(
      (execution) => !before.includes(execution.executionArn),
    );
    expect(polled).toMatchObject({ status: 'SUCCEEDED' });
    expect(started).toHaveLength(1);
    const result = await resultOf(await steps.finished(started[0]?.executionArn ?? ''));
    expect(result.coverage.accounts.map((account) => account.accountId).sort()).toEqual([PAYMENTS, SHOP]);
    expect((await steps.call('AmazonSQS.ReceiveMessage', { QueueUrl })).Messages ?? []).toEqual([]);
  }, 60_000);
});

describe('the data of the states', () => {
  const longest = (execution: Execution) => Math.max(...execution.states.map((text) => text.length));

  test('does not grow with the organization', async () => {
    await deploy(aTestOrganization());
    const small = await steps.execute(machine, { trigger: 'schedule' });
    let world = aTestOrganization();
    for (let index = 0; index < 60; index += 1) world = world.account(String(500000000000 + index), {});
    await deploy(world);
    const large = await steps.execute(machine, { trigger: 'schedule' });

    expect((await resultOf(large)).coverage.accounts.length).toBeGreaterThan(60);
    expect(longest(large)).toBe(longest(small));
  }, 120_000);
});
