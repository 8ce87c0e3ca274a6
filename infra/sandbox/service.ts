import type * as z from 'zod';
import type { Caller } from './caller.ts';
import { AwsError } from './errors.ts';
import type { KubernetesEndpoint } from './kubernetes/cluster.ts';
import { withoutNulls } from './plain.ts';
import type { Protocol, ServiceDescription } from './protocols/protocol.ts';
import type { Rate } from './rate-limits.ts';
import type { ClusterResource } from './resources/eks.ts';
import type { State } from './state.ts';
import type { AccountData } from './world-data.ts';

/** Who calls an operation, where and when. */
export interface Call {
  readonly caller: Caller;
  /** The caller's account. */
  readonly account: AccountData;
  readonly region: string;
  readonly state: State;
  readonly now: Date;
  /** Where the Kubernetes API of one of the account's clusters is, if the world has its inside. */
  readonly endpointOf: (cluster: ClusterResource) => Promise<KubernetesEndpoint | undefined>;
}

export interface Operation {
  /** Method and path template, for REST protocols. */
  readonly route?: string;
  /** The schema of its parameters; other parameters are answered with the service's validation error. */
  readonly input: z.ZodType;
  /** Its answer, or a promise of it. */
  readonly run: (params: unknown, call: Call) => unknown;
}

/** An AWS service: its operations and its protocol. */
export interface Service {
  /** The prefix of its IAM actions. */
  readonly name: string;
  /** The service in the credential scope of a signature. */
  readonly signingName: string;
  readonly protocol: Protocol;
  readonly target?: string;
  readonly version?: string;
  readonly xmlNamespace?: string;
  /** Global services answer in every Region, whether the account has enabled it or not. */
  readonly global?: boolean;
  /** The error for parameters that do not match an operation's input. */
  readonly invalid: (message: string) => AwsError;
  /** Enforced when the sandbox has the option `enforceRates`. */
  readonly rates?: Readonly<Record<string, Rate>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An operation whose parameters are checked against `input` before it runs. */
export function operation<Input extends z.ZodType>(
  input: Input,
  run: (params: z.output<Input>, call: Call) => unknown,
  route?: string,
): Operation {
  return {
    ...(route === undefined ? {} : { route }),
    input,
    run: (params, call) => run(input.parse(params), call),
  };
}

/** Runs one operation: its answer, without the members that have no value. @throws AwsError also for an unknown operation and for invalid parameters */
export async function invoke(service: Service, name: string, params: unknown, call: Call): Promise<unknown> {
  const found = service.operations[name];
  if (found === undefined) {
    const [code, status] = service.protocol.errors.unknownOperation;
    throw new AwsError(code, `The sandbox does not have the operation ${service.name}:${name}.`, status);
  }
  const checked = found.input.safeParse(params);
  if (!checked.success) {
    throw service.invalid(describeIssues(checked.error));
  }
  return withoutNulls(await found.run(params, call));
}

function describeIssues({ issues }: z.ZodError): string {
  const details = issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `The sandbox does not have the parameter ${issue.keys.map((key) => [...issue.path, key].join('.')).join(', ')}`
      : `Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`,
  );
  return `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${details.join('; ')}`;
}

/** A service as the protocols see it. */
export function describeService(service: Service): ServiceDescription {
  const routes = Object.entries(service.operations).flatMap(([name, { route }]) =>
    route === undefined ? [] : [[name, route] as const],
  );
  const { target, version, xmlNamespace } = service;
  return {
    ...(target === undefined ? {} : { target }),
    ...(version === undefined ? {} : { version }),
    ...(xmlNamespace === undefined ? {} : { xmlNamespace }),
    routes: new Map(routes),
  };
}
