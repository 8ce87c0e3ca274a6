import { beforeEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../../functions/runtime/storage-keys.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../../shared/aws/store.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, MANAGEMENT, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../../harness.ts';
import { lambdaContext } from '../lambda-support.ts';
import { loadAnew } from '../load-anew.ts';

const BUCKET = 'eks-auditor-results';
const EXECUTION = { id: `arn:aws:states:${REGION}:${SECURITY}:execution:eks-auditor:run-1`, name: 'run-1' };
const EARLIER = `arn:aws:states:${REGION}:${SECURITY}:execution:eks-auditor:run-0`;

let sandbox: Sandbox;
let store: Store;
let logged: string[];

beforeEach(async () => {
  logged = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => {
      logged.push(String(text));
    });
  }
  sandbox = await signedIn(aTestOrganization().account(PAYMENTS, { name: 'payments' }).account(SHOP));
  sandbox.account(SECURITY).add.bucket(BUCKET);
  store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  const config = { targets: { organization: true }, limits: { maxAttempts: 1 } };
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(config));
  vi.stubEnv('EKS_AUDITOR_CONCURRENT_ACCOUNTS', '40');
  vi.stubEnv('EKS_AUDITOR_CHANGE_QUEUE', `${sandbox.url}/${SECURITY}/changes`);
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  sandbox.account(SECURITY).queue(REGION, 'changes', { visibilityTimeoutSeconds: 900 });
});

async function planStep(event: object) {
  const handler = await loadAnew('plan');
  return handler({ execution: EXECUTION, ...event }, lambdaContext());
}

const stored = async (key: string) => JSON.parse((await store.get(key)) ?? 'null');
const targets = async (): Promise<string[]> =>
  ((await stored(keysOf({ id: 'run-1' }).targetsKey)) ?? []).map(
    (target: { accountId: string }) => target.accountId,
  );

function changed(account: string, name = 'UpdateClusterConfig', region = REGION): void {
  const body = { account, region, source: 'aws.eks', name, time: '2026-11-22T10:15:00Z' };
  sandbox.account(SECURITY).queue(REGION, 'changes').send(JSON.stringify(body));
}

async function fullRun(
  regions: Readonly<Record<string, readonly string[]>>,
  durations: Readonly<Record<string, number>> = {},
) {
  await planStep({ trigger: 'schedule', execution: { ...EXECUTION, name: 'full' } });
  const accounts = Object.entries(regions).map(([id, of]) => [
    id,
    { regions: of, durationMs: durations[id] ?? 1 },
  ]);
  await store.put(
    'latest/accounts.json',
    JSON.stringify({ formatVersion: 1, accounts: Object.fromEntries(accounts) }),
  );
}

describe('a full run', () => {
  test('has the id of the execution, and leaves the organization to runs on change', async () => {
    const output = await planStep({ trigger: 'schedule' });

    expect(output).toMatchObject({ run: { id: 'run-1', trigger: 'schedule' } });
    expect(await stored('latest/organization.json')).toMatchObject({
      accountIds: expect.arrayContaining([MANAGEMENT, SECURITY, PAYMENTS, SHOP]),
      targets: expect.arrayContaining([
        { accountId: PAYMENTS, name: 'payments', organizationalUnits: [{ id: 'r-root', name: 'Root' }] },
      ]),
    });
  });

  test('takes the largest accounts first', async () => {
    await fullRun(
      { [SHOP]: [], [PAYMENTS]: [], [MANAGEMENT]: [] },
      { [SHOP]: 900_000, [PAYMENTS]: 2_000, [MANAGEMENT]: 1_000 },
    );

    await planStep({ trigger: 'schedule' });

    expect(await targets()).toEqual([SHOP, PAYMENTS, SECURITY, MANAGEMENT]);
  });

  test('says when Lambda runs fewer functions than accounts are to be audited', async () => {
    sandbox.account(SECURITY).setLambdaConcurrency(10);

    await planStep({ trigger: 'schedule' });

    expect((await stored(keysOf({ id: 'run-1' }).planKey)).notices).toEqual([
      {
        code: 'LAMBDA_CONCURRENCY',
        accountId: SECURITY,
        region: REGION,
        detail: expect.stringMatching(/^Lambda runs 10 functions .* 40 accounts/),
      },
    ]);
  });

  test('is planned without the quota and the durations when they cannot be read', async () => {
    sandbox.fail({ operation: 'lambda:GetAccountSettings', with: 'AccessDenied' });
    await store.put('latest/accounts.json', '{"formatVersion":99}');

    await planStep({ trigger: 'schedule' });

    expect(await targets()).toHaveLength(4);
    expect((await stored(keysOf({ id: 'run-1' }).planKey)).notices).toBeUndefined();
    expect(logged.join('\n')).toContain('the quotas of Lambda cannot be read');
  });
});

test.each(['schedule', 'change'])(
  'a run over some accounts is by hand, whatever it says: %s',
  async (trigger) => {
    const output = await planStep({ trigger, accounts: [SHOP] });

    expect(output).toMatchObject({ run: { trigger: 'manual' } });
    expect(await targets()).toEqual([SHOP]);
    expect(await stored('latest/organization.json')).toBeNull();
  },
);

test.each(['a/b', '../run', '', 'x'.repeat(81), 'émile'])(
  'a name of an execution that is no key is refused: %s',
  async (name) => {
    await expect(planStep({ execution: { ...EXECUTION, name } })).rejects.toThrow(
      /^Invalid event: execution\.name/,
    );
  },
);

describe('a run on change', () => {
  test('audits the changed accounts with clusters, in their Regions, and asks no organization', async () => {
    await fullRun({ [PAYMENTS]: ['eu-central-1'], [SHOP]: [] });
    changed(PAYMENTS);
    changed(SHOP);
    sandbox.clearLog();

    const output = await planStep({ trigger: 'change' });

    expect(output).toMatchObject({ run: { id: 'run-1', trigger: 'change' } });
    expect(await stored(keysOf({ id: 'run-1' }).targetsKey)).toEqual([
      {
        partition: 'aws',
        accountId: PAYMENTS,
        name: 'payments',
        organizationalUnits: [{ id: 'r-root', name: 'Root' }],
        regions: [{ region: 'eu-central-1' }],
      },
    ]);
    expect(sandbox.log.filter(({ service }) => service === 'organizations' || service === 'account')).toEqual(
      [],
    );
    expect(sandbox.account(SECURITY).queue(REGION, 'changes').size).toBe(0);
  });

  test('has nothing to do when nothing has changed, for a handful of requests', async () => {
    await fullRun({ [PAYMENTS]: [REGION] });
    sandbox.clearLog();

    expect(await planStep({ trigger: 'change' })).toEqual({ nothing: true });
    expect(sandbox.log.map(({ operation }) => operation).toSorted()).toEqual([
      's3:GetObject',
      's3:GetObject',
      's3:GetObject',
      'sqs:ReceiveMessage',
      'sts:GetCallerIdentity',
    ]);
  });

  test('waits for the one that is under way, and takes up what that did not come to', async () => {
    await fullRun({ [PAYMENTS]: [REGION], [SHOP]: [REGION] });
    changed(PAYMENTS);
    await planStep({ trigger: 'change', execution: { id: EARLIER, name: 'run-0' } });
    changed(SHOP);

    sandbox.account(SECURITY).setExecution(EARLIER, 'RUNNING');
    expect(await planStep({ trigger: 'change' })).toEqual({ nothing: true });
    sandbox.account(SECURITY).setExecution(EARLIER, 'TIMED_OUT');
    await planStep({ trigger: 'change' });

    expect(await targets()).toEqual([PAYMENTS, SHOP]);
  });

  test('fails, and loses nothing, when it cannot be known whether the last one is over', async () => {
    await fullRun({ [PAYMENTS]: [REGION] });
    changed(PAYMENTS);
    await planStep({ trigger: 'change', execution: { id: EARLIER, name: 'run-0' } });
    changed(PAYMENTS);
    sandbox.fail({ operation: 'states:DescribeExecution', with: 'AccessDenied' });

    await expect(planStep({ trigger: 'change' })).rejects.toThrow(
      /states:DescribeExecution failed with AccessDenied/,
    );
    expect(sandbox.account(SECURITY).queue(REGION, 'changes').size).toBe(1);
  });

  test('is refused where audits on change are off', async () => {
    vi.stubEnv('EKS_AUDITOR_CHANGE_QUEUE', undefined);

    await expect(planStep({ trigger: 'change' })).rejects.toThrow(
      /^Invalid event: trigger: audits on change/,
    );
  });
});
