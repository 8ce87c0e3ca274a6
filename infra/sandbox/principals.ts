import type { Caller } from './caller.ts';
import type { State } from './state.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** `role`: what it assumes is chained, an hour at most. */
export type PrincipalKind = 'role' | 'user';

const keyPrefixes = { role: 'AKIAROLE', user: 'AKIAUSER' } as const;

/**
 * Credentials that do not expire. The access key id contains the account id, so they are the same in every
 * sandbox.
 *
 * @throws RangeError for an account that does not exist
 */
export function longLivedCredentials(state: State, accountId: string, kind: PrincipalKind): Credentials {
  if (state.account(accountId) === undefined) {
    throw new RangeError(`No account ${accountId} in this world.`);
  }
  return {
    accessKeyId: `${keyPrefixes[kind]}${accountId}`,
    secretAccessKey: longLivedSecret(`${keyPrefixes[kind]}${accountId}`),
  };
}

/** The secret of a long-lived access key. */
function longLivedSecret(accessKeyId: string): string {
  const [kind, accountId] = [accessKeyId.slice(4, -12).toLowerCase(), accessKeyId.slice(-12)];
  return `sandbox-secret-of-${kind}-${accountId}`;
}

/** The caller with that long-lived access key; `undefined` for any other key. */
function longLivedCaller(state: State, accessKeyId: string): Caller | undefined {
  const accountId = accessKeyId.slice(-12);
  const partition = state.world.partition;
  if (state.account(accountId) === undefined) {
    return undefined;
  }
  switch (accessKeyId) {
    case `${keyPrefixes.role}${accountId}`:
      return {
        accountId,
        arn: `arn:${partition}:sts::${accountId}:assumed-role/SandboxOperator/sandbox`,
        userId: `AROA${accountId}SANDB:sandbox`,
        isRole: true,
      };
    case `${keyPrefixes.user}${accountId}`:
      return {
        accountId,
        arn: `arn:${partition}:iam::${accountId}:user/sandbox`,
        userId: `AIDA${accountId}SANDB`,
        isRole: false,
      };
    default:
      return undefined;
  }
}

/** A caller with the secrets of his access key. */
export interface Identity {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** None for credentials that do not expire. */
  readonly sessionToken?: string;
}

/** Undefined for an access key that nobody has. */
export function identityOf(state: State, accessKeyId: string): Identity | undefined {
  const session = state.sessions.get(accessKeyId);
  if (session !== undefined) return session;
  const caller = longLivedCaller(state, accessKeyId);
  return caller && { caller, secretAccessKey: longLivedSecret(accessKeyId) };
}
