import type { Caller } from './caller.ts';
import { AwsError } from './errors.ts';
import { longLivedCaller } from './principals.ts';
import type { WireRequest } from './protocols/protocol.ts';
import type { Service } from './service.ts';
import type { State } from './state.ts';

/** What the Authorization header of Signature Version 4 contains. The signature itself is not verified. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken: string | undefined;
}

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/,\s]+)\/\d{8}\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request,\s*SignedHeaders=[^,]+,\s*Signature=[0-9a-f]{64}$/;

/** The credential scope of a signed request; `undefined` for one that is not signed. */
export function parseAuthorization({ headers }: WireRequest): CredentialScope | undefined {
  const { key, region, service } = authorizationPattern.exec(headers.authorization ?? '')?.groups ?? {};
  if (key === undefined || region === undefined || service === undefined) {
    return undefined;
  }
  const token = headers['x-amz-security-token'];
  return { accessKeyId: key, region, service, sessionToken: Array.isArray(token) ? token[0] : token };
}

/**
 * Who signed the request.
 *
 * @throws AwsError for an unknown key, for an expired session and, with the error of an unknown key, in a
 *   Region that the account has not enabled
 */
export function authenticate(state: State, service: Service, scope: CredentialScope): Caller {
  const { unknownCredentials, expiredCredentials } = service.protocol.errors;
  const session = state.sessions.get(scope.accessKeyId);
  const caller = session ? session.caller : longLivedCaller(state, scope.accessKeyId);
  if (caller === undefined || (session && session.sessionToken !== scope.sessionToken)) {
    throw invalidToken(unknownCredentials);
  }
  if (session && session.expiresAt <= state.clock()) {
    const [code, status] = expiredCredentials;
    throw new AwsError(code, 'The security token included in the request is expired', status);
  }
  if (!isEnabled(state, service, caller.accountId, scope.region)) {
    throw invalidToken(unknownCredentials);
  }
  return caller;
}

function invalidToken([code, status]: readonly [string, number]): AwsError {
  return new AwsError(code, 'The security token included in the request is invalid', status);
}

function isEnabled(state: State, service: Service, accountId: string, region: string): boolean {
  if (service.global) {
    return true;
  }
  const regions = state.account(accountId)?.regions;
  return regions?.enabled.includes(region) === true || regions?.optIn.includes(region) === true;
}
