import { setMaxListeners } from 'node:events';
import { STSClient } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy, DefaultRateLimiter } from '@smithy/core/retry';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import pLimit from 'p-limit';
import type { Client, ClientConfig, ClientType, Operation } from './operation.ts';
import { withinTime } from './within-time.ts';

/** How requests are sent. */
export interface RequestOptions {
  /** Tries of one request, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds that a call may take, all its tries and the waits between them included. */
  readonly callTimeoutMs: number;
  /** The most pages of one list: one that does not end is no answer. */
  readonly maxPages: number;
  /** Milliseconds between two tries; without, the SDK's own, which grow and slow down with a service that throttles. */
  readonly backOffMs?: number;
  /** Appears in CloudTrail's user agent: `eks-auditor/1.0.0`. */
  readonly userAgent: string;
}

/** Access to one AWS account. */
export interface AwsAccount {
  readonly partition: string;
  readonly accountId: string;
  /** Whose credentials these are, of the environment's. */
  readonly callerArn?: string;
  readonly maxPages: number;
  /**
   * Sends one request and returns what is read of its answer. Rejects with the error of AWS or of the network, with
   * ZodError for an answer that is not what the operation promises, with CallTimeoutError and with OutOfTimeError.
   */
  send<Input extends object, Answer>(
    operation: Operation<Input, Answer>,
    region: string,
    input: Input,
  ): Promise<Answer>;
  /** Appears in the user agent of requests: `eks-auditor/1.0.0`. */
  readonly userAgent: string;
  /** What requests to a Region are signed with. Rejects with the SDK's errors. */
  credentials(region: string): Promise<AwsCredentialIdentity>;
  /**
   * Does what is no request to AWS, within `timeoutMs` and the time of this access. Rejects with CallTimeoutError and
   * OutOfTimeError, whatever becomes of the work.
   */
  within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The same access until a signal is aborted: then requests under way end, and no other is sent. */
  until(signal: AbortSignal): AwsAccount;
  /** The time of such access is over. */
  isOver(): boolean;
}

/** Requests of one client under way at the same time: what is read for each of a long list is not requested all at once. */
const MAX_REQUESTS = 20;

/** Access with the given credentials; without, with those of the environment (the SDK's default chain). */
export function awsAccount(
  identity: Pick<AwsAccount, 'partition' | 'accountId' | 'callerArn'>,
  credentials: Provider<AwsCredentialIdentity> | undefined,
  connections: NodeHttpHandler,
  options: RequestOptions,
): AwsAccount {
  const clientOf = clientPool((region) => clientConfig(region, credentials, connections, options));
  const access = (deadline?: AbortSignal): AwsAccount => ({
    ...identity,
    maxPages: options.maxPages,
    async send(operation, region, input) {
      const { client, limit } = clientOf(operation.client, region);
      const request = (abortSignal: AbortSignal) =>
        // The command is one of this client's; their types are related by nothing that TypeScript knows.
        client.send(new operation.command(input) as never, { abortSignal });
      return operation.answer.parse(await limit(() => withinTime(request, options.callTimeoutMs, deadline)));
    },
    userAgent: options.userAgent,
    credentials: (region) =>
      new STSClient(clientConfig(region, credentials, connections, options)).config.credentials(),
    within: (timeoutMs, work) => withinTime(work, timeoutMs, deadline),
    isOver: () => deadline?.aborted ?? false,
    until(signal) {
      // Every request under way listens to it.
      const joined = deadline ? AbortSignal.any([deadline, signal]) : signal;
      setMaxListeners(0, joined);
      return access(joined);
    },
  });
  return access();
}

/** Makes the client of a type for a Region at its first use. */
function clientPool(configOf: (region: string) => ClientConfig) {
  const clients = new Map<string, { readonly client: Client; readonly limit: ReturnType<typeof pLimit> }>();
  return (type: ClientType, region: string) => {
    const key = `${type.name} ${region}`;
    const client = clients.get(key) ?? { client: new type(configOf(region)), limit: pLimit(MAX_REQUESTS) };
    clients.set(key, client);
    return client;
  };
}

function clientConfig(
  region: string,
  credentials: Provider<AwsCredentialIdentity> | undefined,
  requestHandler: NodeHttpHandler,
  { maxAttempts, backOffMs, userAgent }: RequestOptions,
): ClientConfig {
  return {
    region,
    maxAttempts,
    retryMode: 'adaptive',
    ...(backOffMs !== undefined && { retryStrategy: fixedBackOff(maxAttempts, backOffMs) }),
    requestHandler,
    customUserAgent: userAgent,
    ...(credentials && { credentials }),
  };
}

function fixedBackOff(maxAttempts: number, backOffMs: number): AdaptiveRetryStrategy {
  const perSecond = 1_000 / Math.max(backOffMs, 1);
  return new AdaptiveRetryStrategy(maxAttempts, {
    maxAttempts,
    backoff: { setDelayBase() {}, computeNextBackoffDelay: () => backOffMs },
    rateLimiter: new DefaultRateLimiter({ minFillRate: perSecond, minCapacity: perSecond }),
  });
}
