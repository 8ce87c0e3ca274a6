import { setTimeout as wait } from 'node:timers/promises';
import { AccountHandle } from './account-handle.ts';
import type { Fault } from './faults.ts';
import {
  type Credentials,
  type Identity,
  identityOf,
  longLivedCredentials,
  type PrincipalKind,
} from './principals.ts';
import type { Rate } from './rate-limits.ts';
import { type CallFilter, matchesCall, type RequestLogEntry } from './request-log.ts';
import { SandboxServer } from './server.ts';
import { allServices } from './services/all.ts';
import { type ImportedEvent, State, type StoredFinding } from './state.ts';
import type { OrganizationBuilder, World } from './world.ts';

export type { Alteration, Fault, FaultKind } from './faults.ts';
export type { RequestLogEntry } from './request-log.ts';
export type { ImportedEvent } from './state.ts';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** `127.0.0.1` by default. */
  readonly host?: string;
  /** Whether Security Hub throttles calls beyond its documented rates, by the sandbox's clock; false by default. */
  readonly enforceRates?: boolean;
  /** How answers are delayed, by so many milliseconds; a timer by default. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** AWS services that run in this process. */
export interface Sandbox {
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  /**
   * Credentials that do not expire, of a role (`user` for an IAM user) in the account. They are the same in
   * every sandbox.
   */
  credentials(accountId: string, kind?: PrincipalKind): Credentials;
  /** Who has an access key, and its secrets, for verifiers that are not the sandbox's own; undefined for nobody. */
  identityOf(accessKeyId: string): Identity | undefined;
  /** Every request in order of arrival. */
  readonly log: readonly RequestLogEntry[];
  calls(filter?: CallFilter): RequestLogEntry[];
  clearLog(): void;
  /** Makes requests fail. A fault that was set earlier applies first. */
  fail(fault: Fault): void;
  clearFaults(): void;
  /** Every answer takes this long, in milliseconds. */
  latency(milliseconds: number): void;
  /** How often an operation, such as `ecr:GetRepositoryPolicy`, may be called in an account and Region. */
  rate(operation: string, rate: Rate): void;
  /** The most requests that were in progress at once since the log was cleared. */
  readonly maxInFlight: number;
  /** The findings in Security Hub of an account and Region. */
  findings(accountId: string, region: string): StoredFinding[];
  /** Every `Security Hub Findings - Imported` event, in order. */
  readonly events: readonly ImportedEvent[];
  clearEvents(): void;
  /** Every token that a Kubernetes API was asked with: to look for them where they must not be. */
  readonly bearerTokens: ReadonlySet<string>;
  readonly now: Date;
  /** Sets the clock by which sessions and findings expire and rates are enforced. */
  setClock(clock: () => Date): void;
  /** The world as it is now. */
  readonly world: World;
  /** To change an account while the sandbox runs. @throws RangeError for an account that does not exist */
  account(accountId: string): AccountHandle;
  close(): Promise<void>;
}

/** Starts a sandbox on its own copy of `world`. */
export async function startSandbox(
  world: World | OrganizationBuilder,
  { port = 0, host = '127.0.0.1', enforceRates = false, sleep = timer }: SandboxOptions = {},
): Promise<Sandbox> {
  const state = new State('build' in world ? world.build() : world);
  const server = new SandboxServer(state, allServices, { enforceRates, sleep });
  const url = await server.listen(port, host);
  return {
    url,
    credentials: (accountId, kind = 'role') => longLivedCredentials(state, accountId, kind),
    identityOf: (accessKeyId) => identityOf(state, accessKeyId),
    log: server.log,
    calls: (filter = {}) => server.log.filter((entry) => matchesCall(entry, filter)),
    clearLog: () => server.clearLog(),
    fail: (fault) => server.faults.add(fault),
    clearFaults: () => server.faults.clear(),
    latency: (milliseconds) => server.setLatency(milliseconds),
    rate: (operation, rate) => server.setRate(operation, rate),
    get maxInFlight() {
      return server.maxInFlight;
    },
    findings: (accountId, region) => structuredClone(state.findings(accountId, region)),
    events: state.events,
    clearEvents: () => {
      state.events.length = 0;
    },
    bearerTokens: state.bearerTokens,
    get now() {
      return state.clock();
    },
    setClock: (clock) => {
      state.clock = clock;
    },
    world: state.world,
    account: (accountId) => new AccountHandle(state, accountId),
    close: () => server.close(),
  };
}

/**
 * A delay that does not keep the process running. Even one of 0 ms waits for the event loop: requests that
 * arrive at the same time are in progress at the same time.
 */
function timer(milliseconds: number): Promise<void> {
  return wait(milliseconds, undefined, { ref: false });
}
