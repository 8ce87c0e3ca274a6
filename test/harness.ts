import { onTestFinished, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../infra/sandbox/sandbox.ts';
import { anOrganization, type OrganizationBuilder } from '../infra/sandbox/world.ts';
import { parseConfig } from '../shared/config/config.ts';
import type { AccountCoverage, Gap, RegionCoverage, RunResult } from '../shared/model/run.ts';
import type { Verdict } from '../shared/model/verdict.ts';
import { type RunAuditOptions, runAudit } from '../shared/pipeline/run-audit.ts';

export const MANAGEMENT = '111111111111';
/** The delegated administrator, where the auditor runs. */
export const SECURITY = '222222222222';
export const PAYMENTS = '333333333333';
export const SHOP = '444444444444';

/** The one Region of most tests, to keep the number of requests small. */
export const REGION = 'eu-west-1';

/** An organization whose security account may read it. */
export function aTestOrganization(): OrganizationBuilder {
  return anOrganization({ managementAccountId: MANAGEMENT, delegatedAdministrators: [SECURITY] }).account(
    SECURITY,
    { name: 'security' },
  );
}

/** Starts a sandbox for one test and signs in to an account of it. */
export async function signedIn(world: OrganizationBuilder, accountId = SECURITY): Promise<Sandbox> {
  const sandbox = await startSandbox(world);
  onTestFinished(() => sandbox.close());
  signIn(sandbox, accountId);
  return sandbox;
}

/** Makes the SDK's default credentials those of an account of the sandbox, until the test ends. */
function signIn(sandbox: Sandbox, accountId: string): void {
  stubCredentials(sandbox, accountId);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

/** The same, until `vi.unstubAllEnvs()`. */
export function stubCredentials(sandbox: Sandbox, accountId: string): void {
  const { accessKeyId, secretAccessKey } = sandbox.credentials(accountId);
  const variables = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Runs the whole pipeline with an unchecked configuration, which is checked here. */
export function run(
  config: Record<string, unknown> = {},
  options: Partial<RunAuditOptions> = {},
): Promise<RunResult> {
  const limits = { maxAttempts: 2, requestTimeoutMs: 10_000 };
  const whole = { targets: { organization: true, regions: [REGION] }, limits, ...config };
  // Nobody waits for the tries that a fault makes fail.
  const requests = { backOffMs: 1, ...options.requests };
  return runAudit({ config: parseConfig(whole), publish: true, ...options, requests });
}

export function coverageOf(result: RunResult, accountId: string): AccountCoverage {
  return found(
    result.coverage.accounts.find((one) => one.accountId === accountId),
    accountId,
  );
}

export function regionOf(result: RunResult, accountId: string, region = REGION): RegionCoverage {
  return found(
    coverageOf(result, accountId).regions.find((one) => one.region === region),
    region,
  );
}

/** Every gap of a run: of its own, of accounts and of Regions. */
export function gapsOf({ coverage: { gaps = [], accounts } }: RunResult): Gap[] {
  const ofAccounts = accounts.flatMap((one) => [
    ...one.gaps,
    ...one.regions.flatMap((region) => region.gaps),
  ]);
  return [...gaps, ...ofAccounts];
}

/** `5.4.1 prod FAILED OPEN_TO_INTERNET`, sorted: what a run says, short enough to compare. */
export function linesOf(verdicts: readonly Verdict[]): string[] {
  return verdicts
    .map((one) => [one.controlId, one.resource.name ?? one.resource.id, one.status, one.reasonCode].join(' '))
    .sort();
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what} in the result`);
  return value;
}
