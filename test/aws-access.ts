import { onTestFinished, vi } from 'vitest';
import type { Sandbox } from '../infra/sandbox/sandbox.ts';
import { type AwsAccount, awsAccount, type RequestOptions } from '../shared/aws/account.ts';
import { type RequestLimits, sharedConnections } from '../shared/aws/connections.ts';

/** Limits of tests that do not test them: one try, and time enough on a busy machine. */
const REQUESTS: RequestOptions & RequestLimits = {
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  callTimeoutMs: 20_000,
  maxAttempts: 1,
  maxPages: 1_000,
  backOffMs: 1,
  userAgent: 'test',
};

type Requests = Partial<RequestOptions & RequestLimits>;
type Access = Pick<Sandbox, 'url' | 'credentials'>;

/** Access to an account of a sandbox, until the test ends. */
export function accessTo(sandbox: Access, accountId: string, requests: Requests = {}): AwsAccount {
  return sharedAccess(sandbox, requests)(accountId);
}

/** The same, of several accounts that share their connections. */
export function sharedAccess(sandbox: Access, requests: Requests = {}): (accountId: string) => AwsAccount {
  const { accessOf, close } = openAccess(sandbox, requests);
  onTestFinished(() => {
    close();
    vi.unstubAllEnvs();
  });
  return accessOf;
}

/** The same, until it is closed; the environment stays as it is made here. */
export function openAccess(
  sandbox: Access,
  requests: Requests = {},
): { readonly accessOf: (accountId: string) => AwsAccount; readonly close: () => void } {
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  const options = { ...REQUESTS, ...requests };
  const connections = sharedConnections(options);
  return {
    accessOf: (accountId) => {
      const credentials = async () => sandbox.credentials(accountId);
      return awsAccount({ partition: 'aws', accountId }, credentials, connections, options);
    },
    close: () => connections.destroy(),
  };
}
