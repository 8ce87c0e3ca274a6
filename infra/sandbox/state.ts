import { randomUUID } from 'node:crypto';
import type { Caller } from './caller.ts';
import type { SandboxQueue } from './queue.ts';
import type { Asff } from './security-hub/asff.ts';
import type { AccountData, World } from './world-data.ts';

/** A finding as Security Hub keeps it. */
export type StoredFinding = Asff;

/** A `Security Hub Findings - Imported` event, as EventBridge delivers it to the finding's account. */
export interface ImportedEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Security Hub Findings - Imported';
  readonly source: 'aws.securityhub';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly findings: readonly [StoredFinding] };
}

/** What AssumeRole issued. */
export interface Session {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  readonly lastModified: Date;
}

const day = 24 * 60 * 60 * 1000;

/**
 * After how many milliseconds without an update a finding is deleted.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html
 */
const findingLifetimes = { ACTIVE: 90 * day, ARCHIVED: 30 * day };

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Everything that changes while a sandbox runs. */
export class State {
  readonly world: World;
  clock: () => Date = () => new Date();
  /** By access key id. */
  readonly sessions = new Map<string, Session>();
  readonly events: ImportedEvent[] = [];
  /** Every token that a Kubernetes API was asked with. */
  readonly bearerTokens = new Set<string>();
  /** By bucket, then key. */
  readonly objects = new Map<string, Map<string, StoredObject>>();
  /** By account, Region and name, such as `222222222222/eu-west-1/changes`. */
  readonly queues = new Map<string, SandboxQueue>();
  /** The statuses of executions of Step Functions, by their ARNs. */
  readonly executions = new Map<string, ExecutionStatus>();
  /** How many functions an account may run at the same time, where it is not the default. */
  readonly lambdaConcurrency = new Map<string, number>();
  readonly #accounts: ReadonlyMap<string, AccountData>;
  readonly #hubs = new Map<string, Map<string, StoredFinding>>();

  constructor(world: World) {
    this.world = structuredClone(world);
    this.#accounts = new Map(this.world.accounts.map((account) => [account.id, account]));
  }

  account(id: string): AccountData | undefined {
    return this.#accounts.get(id);
  }

  /** The findings of one account and Region, by ProductArn and Id. */
  hub(accountId: string, region: string): Map<string, StoredFinding> {
    const key = `${accountId}/${region}`;
    const hub = this.#hubs.get(key) ?? new Map<string, StoredFinding>();
    this.#hubs.set(key, hub);
    return hub;
  }

  /** Every account and Region in which anything was imported. */
  hubs(): { readonly accountId: string; readonly region: string }[] {
    return [...this.#hubs.keys()].map((key) => {
      const [accountId = '', region = ''] = key.split('/');
      return { accountId, region };
    });
  }

  /** What Security Hub still holds: it deletes what was not updated for 90 days. */
  findings(accountId: string, region: string): StoredFinding[] {
    const hub = this.hub(accountId, region);
    const now = this.clock().getTime();
    for (const [key, finding] of hub) {
      const lifetime = findingLifetimes[finding.RecordState ?? 'ACTIVE'];
      if (Date.parse(finding.UpdatedAt) < now - lifetime) {
        hub.delete(key);
      }
    }
    return [...hub.values()];
  }

  emitImported(finding: StoredFinding, region: string): void {
    this.events.push({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Security Hub Findings - Imported',
      source: 'aws.securityhub',
      account: finding.AwsAccountId,
      time: this.clock().toISOString(),
      region,
      resources: [`${finding.ProductArn}/${finding.Id}`],
      detail: { findings: [structuredClone(finding)] },
    });
  }
}
