import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../errors.ts';

/** An HTTP request as it was received. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The operation and parameters of a request. */
export interface Invocation {
  /** Its name in the API, for example `DescribeCluster`. */
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An error code with its HTTP status. */
export type ErrorCode = readonly [code: string, status: number];

/** How a protocol names the errors that are not a service's own. */
interface CommonErrors {
  readonly accessDenied: ErrorCode;
  readonly throttled: ErrorCode;
  readonly internal: ErrorCode;
  readonly unavailable: ErrorCode;
  readonly unknownOperation: ErrorCode;
  readonly unknownCredentials: ErrorCode;
  /** For a secret that is not that of the access key. */
  readonly wrongSignature: ErrorCode;
  readonly expiredCredentials: ErrorCode;
}

/** What a protocol needs of a service. */
export interface ServiceDescription {
  /** Prefix of the X-Amz-Target header, for JSON. */
  readonly target?: string;
  /** The API version that a query request carries. */
  readonly version?: string;
  readonly xmlNamespace?: string;
  /** Method and path template of each operation, for REST. */
  readonly routes: ReadonlyMap<string, string>;
}

/** How requests and answers of a family of services are written. */
export interface Protocol {
  readonly errors: CommonErrors;
  /** Whether the request is one for this service, when several share a signing name. */
  accepts(service: ServiceDescription, request: WireRequest): boolean;
  /** @throws AwsError when the request cannot be understood */
  read(service: ServiceDescription, request: WireRequest): Invocation;
  /** Writes `output` as it is: a `null` stays one, in XML an empty element. */
  write(service: ServiceDescription, operation: string, output: unknown, requestId: string): WireAnswer;
  writeError(service: ServiceDescription, error: AwsError, requestId: string): WireAnswer;
  /** An answer with status 200 that breaks off in the middle. */
  writeMalformed(requestId: string): WireAnswer;
}
