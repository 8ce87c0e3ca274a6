import { STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import pLimit from 'p-limit';
import { type AuditDependencies, audit } from '../../functions/audit/audit.ts';
import { plan } from '../../functions/plan/plan.ts';
import { PlanError } from '../../functions/plan/plan-error.ts';
import { report } from '../../functions/report/report.ts';
import { newRun } from '../../functions/run.ts';
import { type AwsAccount, type ClientOptions, sharedConnections } from '../../shared/aws/account.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { clientOptionsOf } from '../../shared/aws/client-options.ts';
import { errorCode } from '../../shared/aws/read.ts';
import type { Config } from '../../shared/config.ts';
import type { AccountResult, RunResult } from '../../shared/model/run.ts';
import { UserError } from '../cli/user-error.ts';

/** How far an audit is. */
export type Progress =
  | { readonly kind: 'planned'; readonly accounts: number }
  | {
      readonly kind: 'account-done';
      readonly accountId: string;
      readonly done: number;
      readonly total: number;
    };

export interface RunAuditOptions {
  readonly config: Config;
  /** Whether to write findings to Security Hub. */
  readonly publish: boolean;
  readonly progress?: (progress: Progress) => void;
  /** When aborted, no further account or cluster is begun; the rest is reported as not covered. */
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

/**
 * Plan, audit and report in one process, with the credentials and the Region of the environment. Throws UserError when
 * there are none, they are not accepted, or nothing can be planned.
 */
export async function runAudit(options: RunAuditOptions): Promise<RunResult> {
  const { config, publish, now = () => new Date() } = options;
  const connections = sharedConnections(config.limits);
  try {
    const clientOptions = clientOptionsOf(config);
    const region = await ownRegion(config);
    const caller = await identify(region, connections, clientOptions);
    const timeIsLeft = () => !options.signal?.aborted;
    const planned = await planOrExplain(() =>
      plan(newRun(config, publish, now()), { caller, region, config, timeIsLeft }),
    );
    const { organization } = planned;
    const dependencies = {
      caller,
      region,
      connections,
      clientOptions,
      config,
      organization,
      now,
      timeIsLeft,
    };
    const results = await auditAll(planned, dependencies, options);
    return report(planned, results, now());
  } finally {
    connections.destroy();
  }
}

async function auditAll(
  { run, targets }: Awaited<ReturnType<typeof plan>>,
  dependencies: AuditDependencies,
  { config, progress, signal }: RunAuditOptions,
): Promise<AccountResult[]> {
  const total = targets.length;
  progress?.({ kind: 'planned', accounts: total });
  const limit = pLimit(config.limits.accounts);
  let done = 0;
  const results = targets.map((target) =>
    limit(async () => {
      if (signal?.aborted) return [];
      const result = await audit(run, target, dependencies);
      done += 1;
      progress?.({ kind: 'account-done', accountId: target.accountId, done, total });
      return [result];
    }),
  );
  return (await Promise.all(results)).flat();
}

/** The Region of the environment or profile; otherwise the first that is to be audited; otherwise the SDK's usual one. */
async function ownRegion(config: Config): Promise<string> {
  const sts = new STSClient({});
  try {
    return await sts.config.region();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.startsWith('Region not accepted')) {
      const message = `${error.message} Set AWS_REGION, or the profile's Region, to one such as eu-west-1.`;
      throw new UserError(message, { cause: error });
    }
    if (!error.message.includes('Region is missing')) throw error;
    return config.targets.regions[0] ?? 'us-east-1';
  } finally {
    sts.destroy();
  }
}

async function identify(
  region: string,
  connections: NodeHttpHandler,
  options: ClientOptions,
): Promise<AwsAccount> {
  try {
    return await callerAccount(region, connections, options);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new UserError(explain(code, error), { cause: error });
  }
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError'];
const NOT_ACCEPTED = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'AccessDenied',
];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException'];

function explain(code: string, error: unknown): string {
  const detail = error instanceof Error && error.message ? error.message : String(error);
  if (NO_CREDENTIALS.includes(code)) {
    const profile = process.env.AWS_PROFILE;
    const where = profile ? ` in profile ${profile} (AWS_PROFILE)` : '';
    return `There are no AWS credentials${where}: ${detail.replace(/\.?$/, '.')} Set AWS_PROFILE, sign in with \`aws sso login\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (EXPIRED.includes(code)) return `The AWS credentials have expired (${code}). Sign in again.`;
  if (NOT_ACCEPTED.includes(code)) return `AWS does not accept the credentials (${code}): ${detail}`;
  return `AWS cannot be reached (${code}): ${detail}`;
}

async function planOrExplain<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlanError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
