import { expect, vi } from 'vitest';
import { accountKeysOf, keysOf } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import type { AccountResult, Run, Target } from '../../shared/model/run.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { functions, lambdaContext } from './lambda-support.ts';

export const BUCKET = 'eks-auditor-results';
const BUS = 'eks-auditor';
const CONFIG = { limits: { maxAttempts: 1 } };
export const TARGET: Target = { partition: 'aws', accountId: PAYMENTS, regions: [{ region: REGION }] };
/** What reading reserves, and enough for reading what answers. */
export const SHORT = 90_000 + 1_500;
export const LONG = 900_000;
/** Enough to read everything, and too little to publish. */
export const NOT_TO_PUBLISH = 200_000;

/** The environment of the functions, until the test ends. */
export function stubFunctions(): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_EVENT_BUS', BUS);
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(CONFIG));
  vi.stubEnv('POWERTOOLS_DEV', 'true');
}

export interface AuditWorld {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly run: Run;
  readonly audit: Awaited<ReturnType<typeof functions>>['audit'];
}

const OPEN = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };

/** An account with these clusters, the auditor's bucket, and the plan of a run. */
export async function anAuditWorld(clusters: readonly string[]): Promise<AuditWorld> {
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
      clusters.reduce((all, name) => all.cluster(name, OPEN), account),
    ),
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  return { sandbox, store, run: await aRun(store), audit: (await functions()).audit };
}

/** The next run, as if it were planned. */
export async function aRun(store: Store): Promise<Run> {
  const run = newRun(parseConfig(CONFIG), new Date(), { publish: true, trigger: 'manual' });
  const accountIds = [PAYMENTS, SECURITY, SHOP];
  const organization = { id: absent, accountIds, targetIds: accountIds };
  await store.put(keysOf(run).organizationKey, serializeDocument(organization));
  return run;
}

/** Invokes the function once. */
export function invoke({ audit, run }: Pick<AuditWorld, 'audit' | 'run'>, slice: number, remaining = LONG) {
  return audit({ run, target: TARGET, slice }, lambdaContext(remaining));
}

/** Invokes the function until it is done, as the state machine does; returns how often. */
export async function auditWholly(
  world: AuditWorld,
  remaining: (slice: number) => number = () => LONG,
): Promise<number> {
  for (let slice = 1; ; ) {
    const output = await invoke(world, slice, remaining(slice));
    if (output.continue === undefined) return slice;
    expect(output.continue.slice).toBe(slice + 1);
    slice = output.continue.slice;
    if (slice > 30) throw new Error('it does not end');
  }
}

/** The JSON under a key of the bucket. */
export async function read<T>({ store }: AuditWorld, key: string): Promise<T> {
  return JSON.parse((await store.get(key)) ?? 'null');
}

export function resultOf(world: AuditWorld): Promise<AccountResult> {
  return read(world, accountKeysOf(world.run, PAYMENTS).resultKey);
}
