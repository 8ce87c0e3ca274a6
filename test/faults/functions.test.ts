import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keysOf } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { accessTo } from '../aws-access.ts';
import { lambdaContext } from '../functions/lambda-support.ts';
import { loadAnew } from '../functions/load-anew.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { faultsOf, type NamedFault } from './faults.ts';
import { type DeclaredOperation, operationsOf, type Service } from './operations.ts';

/*
 * The operations by which the deployed functions speak to each other and to people. Whatever happens to an answer, what
 * was to be audited is audited, and what changed is told, by this invocation or by the next; a function that fails says
 * which operation it was.
 */

const BUCKET = 'eks-auditor-results';
const BUS = 'eks-auditor';
const TOPIC = `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`;
const LIMITS = { maxAttempts: 2, requestTimeoutMs: 150, callTimeoutMs: 500 };
const CONFIG = { targets: { organization: true }, limits: LIMITS };

let sandbox: Sandbox;
let store: Store;

beforeEach(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined);
  sandbox = await signedIn(
    aTestOrganization()
      .account(PAYMENTS, {}, (account) => account.cluster('prod', { region: REGION }))
      .account(SHOP, {}, (account) => account.cluster('shop', { region: REGION })),
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  sandbox.account(SECURITY).queue(REGION, 'changes', { visibilityTimeoutSeconds: 900 });
  store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const variables = {
    EKS_AUDITOR_BUCKET: BUCKET,
    EKS_AUDITOR_EVENT_BUS: BUS,
    EKS_AUDITOR_DIGEST_TOPIC: TOPIC,
    EKS_AUDITOR_DIGEST: 'always',
    EKS_AUDITOR_CONFIG: JSON.stringify(CONFIG),
    EKS_AUDITOR_CONCURRENT_ACCOUNTS: '40',
    EKS_AUDITOR_CHANGE_QUEUE: `${sandbox.url}/${SECURITY}/changes`,
    POWERTOOLS_DEV: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

/** The faults of the operations of a service, but those that nobody waits for. */
function cellsOf(service: Service): (NamedFault & { readonly cell: string; readonly operation: string })[] {
  return operationsOf(service).flatMap((declared: DeclaredOperation) =>
    faultsOf(declared).map((fault) => ({
      ...fault,
      operation: declared.name,
      cell: `${declared.name}: ${fault.name}`,
    })),
  );
}

function inject({ faults, operation }: { readonly operation: string } & NamedFault): void {
  for (const fault of faults) sandbox.fail({ ...fault, operation });
}

/** What a step answers; the message of its error, which names an operation, where it fails. */
async function outcomeOf(step: Promise<unknown>, operation: string): Promise<unknown> {
  try {
    return await step;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).not.toMatch(/^(Type|Range|Reference|Syntax)Error$/);
    const [service = '', name = ''] = operation.split(':');
    expect((error as Error).message).toMatch(new RegExp(`${service}:(${name}|DeleteMessage) `));
    return undefined;
  }
}

const executionOf = (name: string) => ({
  id: `arn:aws:states:${REGION}:${SECURITY}:execution:eks-auditor:${name}`,
  name,
});

async function planStep(name: string, trigger: 'change' | 'schedule') {
  const plan = await loadAnew('plan');
  return plan({ trigger, execution: executionOf(name) }, lambdaContext());
}

/** The accounts that a run was planned over. */
async function plannedIn(id: string): Promise<string[]> {
  const targets = JSON.parse((await store.get(keysOf({ id }).targetsKey)) ?? '[]');
  return targets.map(({ accountId }: { readonly accountId: string }) => accountId);
}

function changed(account: string): void {
  const body = { account, region: REGION, source: 'aws.eks', name: 'UpdateClusterConfig' };
  sandbox
    .account(SECURITY)
    .queue(REGION, 'changes')
    .send(JSON.stringify({ ...body, time: '2026-11-22T10:15:00Z' }));
}

test.each([...cellsOf('sqs'), ...cellsOf('states')])('no changed account is lost: $cell', async (fault) => {
  await planStep('full', 'schedule');
  const known = Object.fromEntries([PAYMENTS, SHOP].map((id) => [id, { regions: [REGION], durationMs: 1 }]));
  await store.put('latest/accounts.json', JSON.stringify({ formatVersion: 1, accounts: known }));
  changed(PAYMENTS);
  await planStep('run-1', 'change');
  sandbox.account(SECURITY).setExecution(executionOf('run-1').id, 'FAILED');
  changed(SHOP);
  inject(fault);
  const second = await outcomeOf(planStep('run-2', 'change'), fault.operation);
  const status = second === undefined ? 'FAILED' : 'SUCCEEDED';
  sandbox.account(SECURITY).setExecution(executionOf('run-2').id, status);
  sandbox.clearFaults();
  // What was received and not deleted can be received again.
  sandbox.setClock(() => new Date(Date.now() + 1_000_000));

  await planStep('run-3', 'change');

  const planned = [await plannedIn('run-2'), await plannedIn('run-3')].flat();
  expect(new Set(planned)).toEqual(new Set([PAYMENTS, SHOP]));
});

/** The ids of the events that the bus took. */
function takenEvents(): string[] {
  return sandbox
    .calls({ operation: 'events:PutEvents' })
    .filter(({ status }) => status === 200)
    .flatMap(({ params }) => params.Entries as { readonly Detail: string }[])
    .map(({ Detail: detail }) => JSON.parse(detail).eventId);
}

async function auditOnce(id: string) {
  const run = { ...newRun(parseConfig(CONFIG), new Date(), { publish: true, trigger: 'manual' }), id };
  const organization = { id: absent, accountIds: [PAYMENTS], targetIds: [PAYMENTS] };
  await store.put(keysOf(run).organizationKey, serializeDocument(organization));
  const audit = await loadAnew('audit');
  const target = { partition: 'aws', accountId: PAYMENTS, regions: [{ region: REGION }] };
  return audit({ run, target, slice: 1 }, lambdaContext());
}

test.each(cellsOf('events'))('no change of an account stays untold: $cell', async (fault) => {
  await auditOnce('run-1');
  sandbox.account(PAYMENTS).putCluster('prod', {
    region: REGION,
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  });
  inject(fault);
  await outcomeOf(auditOnce('run-2'), fault.operation);
  sandbox.clearFaults();

  await auditOnce('run-3');

  // Endpoint access and private endpoint.
  expect(new Set(takenEvents()).size).toBe(2);
});

test.each([...cellsOf('sns'), ...cellsOf('events')])(
  'a run that cannot be told of has its report: $cell',
  async (fault) => {
    await planStep('run-1', 'schedule');
    const planned = newRun(parseConfig(CONFIG), new Date(), { publish: true, trigger: 'schedule' });
    const run = { ...planned, id: 'run-1' };
    inject(fault);

    await (await loadAnew('report'))({ run }, lambdaContext());

    expect(await store.get(keysOf(run).htmlKey)).toContain('<html');
  },
);
