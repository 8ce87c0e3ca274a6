import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { OrganizationBuilder } from '../../infra/sandbox/world.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { accessTo } from '../aws-access.ts';
import { loadAnew } from '../functions/load-anew.ts';
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
import { matches, rulesOf, transformed } from './event-matcher.ts';
import { definitionOf, type Execution, type Invoke, StepFunctions, Throttled } from './step-functions.ts';

const NAMES = ['plan', 'audit', 'report'] as const;
const BUCKET = 'results';
/** Moto takes any. */
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const { auditor } = synthesized();

let steps: StepFunctions;
let machine: string;
let endedMachine: string;
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
  const create = (name: string) => steps.create(name, definitionOf(auditor, name, references));
  machine = await create('eks-auditor');
  endedMachine = await create('eks-auditor-ended');
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
  readonly event: { readonly target: { readonly accountId: string }; readonly slice: number };
  /** From 1. */
  readonly number: number;
}

interface Options {
  /**
   * Called before each audit; returns its remaining time in milliseconds, by default all of it, or its answer without
   * auditing.
   */
  readonly audit?: (invocation: Invocation) => number | object | undefined;
}

/** Runs the functions in this process, with the S3 of moto and a sandbox for all other services. */
async function deploy(
  world: OrganizationBuilder,
  { audit = () => undefined }: Options = {},
): Promise<Sandbox> {
  const sandbox = await signedIn(world);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', steps.url);
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_CHANGE_QUEUE', `${sandbox.url}/${SECURITY}/changes`);
  sandbox.account(SECURITY).queue(REGION, 'changes');
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
  steps.functions.set('audit', async (event) => {
    const invocation = event as Invocation['event'];
    const { accountId } = invocation.target;
    audits.set(accountId, (audits.get(accountId) ?? 0) + 1);
    const remaining = audit({ event: invocation, number: audits.get(accountId) ?? 0 });
    return typeof remaining === 'object' ? remaining : handlers.audit(event, remaining ?? 900_000);
  });
  onTestFinished(() => steps.functions.clear());
  return sandbox;
}

type Handler = (event: unknown, remaining: number) => ReturnType<Invoke>;

/** The functions as Lambda loads them: loaded anew for every test, since they keep their environment. */
async function loadHandlers(): Promise<Record<(typeof NAMES)[number], Handler>> {
  const [plan, audit, report] = await Promise.all([loadAnew('plan'), loadAnew('audit'), loadAnew('report')]);
  const invoke =
    (handler: (event: never, context: Context) => Promise<unknown>): Handler =>
    async (event, remaining) =>
      handler(event as never, lambdaContext(remaining));
  return { plan: invoke(plan), audit: invoke(audit), report: invoke(report) };
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
  expect({ ...execution, states: [] }).toEqual({ status: 'SUCCEEDED', states: [] });
  return resultAt((output as { resultKey: string }).resultKey);
}

async function resultAt(resultKey: string): Promise<RunResult> {
  return JSON.parse((await storeOfTheRuns().get(resultKey)) ?? 'null');
}

function storeOfTheRuns(): Store {
  return s3Store(accessTo({ url: steps.url, credentials: () => CREDENTIALS }, SECURITY), REGION, BUCKET);
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

test('an account that is asked for is audited alone', async () => {
  await deploy(payments().account(SHOP, { name: 'shop' }));

  const result = await resultOf(await steps.execute(machine, { accounts: [SHOP] }));

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

test('an account that always goes on is given up, and reported', async () => {
  const slices: number[] = [];
  await deploy(payments(), {
    audit: ({ event: { target, slice } }) => {
      if (target.accountId !== PAYMENTS) return undefined;
      slices.push(slice);
      return { continue: { slice: slice + 1 } };
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(slices).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  expect(coverageOf(result, PAYMENTS)).toMatchObject({
    state: 'not-covered',
    gaps: [{ code: 'TooManySlices', detail: expect.stringContaining('25 slices') }],
  });
  expect(coverageOf(result, SECURITY).state).toBe('covered');
}, 120_000);

test('an account that goes on with the same slice is given up as well', async () => {
  let invocations = 0;
  await deploy(payments(), {
    audit: ({ event }) => {
      if (event.target.accountId !== PAYMENTS) return undefined;
      invocations += 1;
      return { continue: { slice: 1 } };
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(invocations).toBe(25);
  expect(coverageOf(result, PAYMENTS).gaps).toMatchObject([{ code: 'TooManySlices' }]);
}, 120_000);

test('thirty throttles of Lambda lose no account', async () => {
  let throttles = 0;
  await deploy(payments(), {
    audit: ({ event }) => {
      if (event.target.accountId !== PAYMENTS || throttles === 30) return undefined;
      throttles += 1;
      throw new Throttled('Rate Exceeded.');
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(coverageOf(result, PAYMENTS).gaps).toEqual([]);
  expect(throttles).toBe(30);
  expect(result.coverage.complete).toBe(true);
  expect(linesOf(result.verdicts)).toHaveLength(1);
}, 180_000);

test('a bucket that throttles for longer than the SDK retries loses no account', async () => {
  let throttles = 0;
  await deploy(payments());
  vi.stubEnv('AWS_ENDPOINT_URL_S3', steps.slowS3Url);
  steps.slowsDown = (request) => {
    const isThrottled = throttles < 5 && request.startsWith(`PUT /${BUCKET}/accounts/${PAYMENTS}/`);
    if (isThrottled) throttles += 1;
    return isThrottled;
  };
  onTestFinished(() => {
    steps.slowsDown = () => false;
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(throttles).toBe(5);
  expect(coverageOf(result, PAYMENTS)).toMatchObject({ state: 'covered', gaps: [] });
}, 120_000);

class AccountBusy extends Error {
  override readonly name = 'AccountBusy';
}

test('an account that another run audits is waited for', async () => {
  await deploy(payments(), {
    audit: ({ event, number }) => {
      if (event.target.accountId === PAYMENTS && number <= 5) throw new AccountBusy('audited by another');
      return undefined;
    },
  });

  const result = await resultOf(await steps.execute(machine, { trigger: 'schedule' }));

  expect(result.coverage.complete).toBe(true);
}, 120_000);

/** What EventBridge sends when an execution has ended: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function aborted(executionArn: string) {
  const [, name = ''] = executionArn.split(/:(?=[^:]*$)/);
  const stateMachineArn = `arn:aws:states:${REGION}:${AUDITOR}:stateMachine:eks-auditor`;
  return {
    version: '0',
    id: 'e1',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: AUDITOR,
    time: '2026-11-26T10:15:00Z',
    region: REGION,
    resources: [executionArn],
    detail: { executionArn, stateMachineArn, name, status: 'ABORTED', input: '{"trigger":"schedule"}' },
  };
}

test('an aborted run is reported by its rule, with what the audits find that were under way', async () => {
  const [rule] = rulesOf(auditor).filter(({ Description }) => Description.includes('timed out'));
  const isUnderWay = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  await deploy(payments().account(SHOP, { name: 'shop' }));
  const audit = steps.functions.get('audit');
  let left = 3;
  steps.functions.set('audit', async (invoked) => {
    if ((invoked as Invocation['event']).target.accountId === SHOP) await mayEnd.promise;
    const output = await audit?.(invoked);
    left -= 1;
    if (left === 0) isUnderWay.resolve();
    return output;
  });

  const executionArn = await steps.startExecution(machine, { trigger: 'schedule' });
  await isUnderWay.promise;
  await steps.call('AWSStepFunctions.StopExecution', { executionArn });
  const event = aborted(executionArn);
  expect(await matches([[rule?.EventPattern, event]])).toEqual([true]);
  const input = JSON.parse(transformed(rule?.Targets[0]?.InputTransformer, event));
  const reportArn = await steps.startExecution(endedMachine, input);
  mayEnd.resolve();
  const result = await resultOf(await steps.finished(reportArn));

  expect((await steps.finished(executionArn)).status).toBe('ABORTED');
  expect(result.run).toMatchObject({ id: event.detail.name, trigger: 'schedule' });
  expect(coverageOf(result, PAYMENTS).state).toBe('covered');
  expect(coverageOf(result, SHOP).state).toBe('covered');
}, 120_000);

describe('a run on change', () => {
  const change = (sandbox: Sandbox, account: string) =>
    sandbox
      .account(SECURITY)
      .queue(REGION, 'changes')
      .send(
        JSON.stringify({ account, region: REGION, source: 'aws.eks', name: 'UpdateClusterConfig', time: '' }),
      );

  test('without a change ends at once, and succeeds', async () => {
    await deploy(payments());

    const execution = await steps.execute(machine, { trigger: 'change' });

    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { nothing: true } });
  }, 60_000);

  /** After a full run that found something in both accounts. */
  async function afterAFullRun(): Promise<void> {
    await steps.execute(machine, { trigger: 'schedule' });
    const known = { regions: [REGION], durationMs: 1 };
    await storeOfTheRuns().put(
      'latest/accounts.json',
      JSON.stringify({ formatVersion: 1, accounts: { [PAYMENTS]: known, [SHOP]: known } }),
    );
  }

  test('leaves an account that another run audits to the next one', async () => {
    let isBusy = false;
    const sandbox = await deploy(payments().account(SHOP, { name: 'shop' }), {
      audit: ({ event }) => {
        if (isBusy && event.target.accountId === SHOP) throw new AccountBusy('audited by another');
        return undefined;
      },
    });
    await afterAFullRun();
    for (const account of [PAYMENTS, SHOP]) change(sandbox, account);
    const auditedOnChange = async () =>
      (await resultOf(await steps.execute(machine, { trigger: 'change' }))).coverage.accounts;

    isBusy = true;
    const first = await auditedOnChange();
    isBusy = false;
    const second = await auditedOnChange();

    expect(first.map(({ accountId, state }) => [accountId, state]).sort()).toEqual([
      [PAYMENTS, 'covered'],
      [SHOP, 'not-covered'],
    ]);
    expect(second.map(({ accountId, state }) => [accountId, state])).toEqual([[SHOP, 'covered']]);
  }, 120_000);

  test('audits each changed account once', async () => {
    const sandbox = await deploy(payments().account(SHOP, { name: 'shop' }));
    await afterAFullRun();
    for (const account of [PAYMENTS, SHOP, PAYMENTS]) change(sandbox, account);

    const result = await resultOf(await steps.execute(machine, { trigger: 'change' }));

    expect(result.run.trigger).toBe('change');
    expect(result.coverage.accounts.map((account) => account.accountId).sort()).toEqual([PAYMENTS, SHOP]);
    expect(sandbox.account(SECURITY).queue(REGION, 'changes').size).toBe(0);
  }, 120_000);
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
