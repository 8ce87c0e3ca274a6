import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient, type Credentials as StsCredentials } from '@aws-sdk/client-sts';
import { inject, vi } from 'vitest';
import { parseConfig } from '../../shared/config/config.ts';
import type { ControlKey } from '../../shared/model/benchmarks.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { REGION } from '../harness.ts';

/** An account, to arrange things in as its owner would. */
export interface Account {
  readonly id: string;
  /** Another account, by a session of one of its roles. */
  assume(accountId: string, roleName: string): Promise<Account>;
  client<C>(type: new (config: ClientConfig) => C, region?: string): C;
}

interface ClientConfig {
  readonly region: string;
  readonly credentials: Credentials;
  readonly endpoint?: string;
  readonly maxAttempts: number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const OWN = { accessKeyId: 'testing', secretAccessKey: 'testing' };

/** moto's account of credentials that it has not handed out itself: the organization's management account. */
export const management = accountWith('123456789012', OWN);

/** Forgets everything in moto, makes it the SDK's endpoint, signs in to the management account and makes an organization. */
export async function freshMoto(): Promise<void> {
  const url = inject('motoUrl');
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', OWN.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', OWN.secretAccessKey);
  vi.stubEnv('AWS_REGION', REGION);
  await management.client(OrganizationsClient).send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
}

/** Makes an account that belongs to the organization. */
export async function aMember(AccountName: string): Promise<Account> {
  const command = new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` });
  const answer = await management.client(OrganizationsClient).send(command);
  const id = required(answer.CreateAccountStatus?.AccountId);
  return management.assume(id, 'OrganizationAccountAccessRole');
}

/** Runs the whole pipeline over the organization, in one Region. */
export function run(
  controls: readonly ControlKey[],
  config: Record<string, unknown> = {},
  { publish = false } = {},
): Promise<RunResult> {
  const whole = {
    targets: { organization: true, regions: [REGION] },
    controls: { include: controls },
    // moto says no to the same request every time.
    limits: { maxAttempts: 1 },
    ...config,
  };
  return runAudit({ config: parseConfig(whole), publish });
}

/** What an answer of moto must hold for the test to go on. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('moto’s answer does not hold what the test needs');
  return value;
}

/** An account by credentials of it, at the environment's endpoint when none is given. */
export function accountWith(id: string, credentials: Credentials, endpoint?: string): Account {
  const clients = new Map<string, unknown>();
  function client<C>(type: new (config: ClientConfig) => C, region = REGION): C {
    const key = `${type.name} ${region}`;
    const config = { region, credentials, maxAttempts: 1, ...(endpoint && { endpoint }) };
    if (!clients.has(key)) clients.set(key, new type(config));
    // The map holds, by its key, only what this constructor made.
    return clients.get(key) as C;
  }
  return {
    id,
    client,
    async assume(accountId, roleName) {
      const RoleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' });
      const session = required((await client(STSClient).send(command)).Credentials);
      return accountWith(accountId, toCredentials(session), endpoint);
    },
  };
}

function toCredentials({ AccessKeyId, SecretAccessKey, SessionToken }: StsCredentials): Credentials {
  return {
    accessKeyId: required(AccessKeyId),
    secretAccessKey: required(SecretAccessKey),
    sessionToken: required(SessionToken),
  };
}
