import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, InitializeHandler, MetadataBearer, Provider } from '@smithy/types';
import pLimit from 'p-limit';

/** How every client is set up. */
export interface ClientOptions {
  /** Tries of one request, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds until an unanswered request counts as failed. */
  readonly requestTimeoutMs: number;
  /** Appears in CloudTrail's user agent: `eks-auditor/1.0.0`. */
  readonly userAgent: string;
}

interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly requestHandler: NodeHttpHandler;
  readonly customUserAgent: string;
  readonly credentials?: Provider<AwsCredentialIdentity>;
}

/** The part of a client that is used here. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: <Input extends object, Output extends MetadataBearer>(
        next: InitializeHandler<Input, Output>,
      ) => InitializeHandler<Input, Output>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/** Access to one AWS account. */
export interface AwsAccount {
  readonly partition: string;
  readonly accountId: string;
  /** The client of a type for a Region, the same at every call: `aws.client(EKSClient, 'eu-west-1')`. */
  client<C extends Client>(type: new (config: ClientConfig) => C, region: string): C;
}

const CONNECTION_TIMEOUT_MS = 5_000;
const MAX_SOCKETS = 200;
/** Requests of one client under way at the same time: what is read for each of a long list is not requested all at once. */
const MAX_REQUESTS = 20;

/** The connections that all clients of a process share. Close it at the end. */
export function sharedConnections(options: Pick<ClientOptions, 'requestTimeoutMs'>): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new NodeHttpHandler({
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  });
}

/** Access with the given credentials; without, with those of the environment (the SDK's default chain). */
export function awsAccount(
  identity: { readonly partition: string; readonly accountId: string },
  credentials: Provider<AwsCredentialIdentity> | undefined,
  connections: NodeHttpHandler,
  options: ClientOptions,
): AwsAccount {
  const clients = new Map<string, unknown>();
  return {
    ...identity,
    client<C extends Client>(type: new (config: ClientConfig) => C, region: string): C {
      const key = `${type.name} ${region}`;
      const existing = clients.get(key);
      // The key names the type, so what is stored under it was made by this constructor.
      if (existing !== undefined) return existing as C;
      const client = new type(clientConfig(region, credentials, connections, options));
      limitRequests(client);
      clients.set(key, client);
      return client;
    },
  };
}

function limitRequests(client: Client): void {
  const limit = pLimit(MAX_REQUESTS);
  client.middlewareStack.add((next) => (request) => limit(() => next(request)), {
    step: 'initialize',
    name: 'limitRequests',
  });
}

function clientConfig(
  region: string,
  credentials: Provider<AwsCredentialIdentity> | undefined,
  requestHandler: NodeHttpHandler,
  { maxAttempts, userAgent }: ClientOptions,
): ClientConfig {
  return {
    region,
    maxAttempts,
    retryMode: 'adaptive',
    requestHandler,
    customUserAgent: userAgent,
    ...(credentials && { credentials }),
  };
}
