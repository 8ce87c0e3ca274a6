import type { Caller } from './caller.ts';
import { AwsError } from './errors.ts';
import { identityOf } from './principals.ts';
import type { WireRequest } from './protocols/protocol.ts';
import type { Service } from './service.ts';
import { type Authorization, isSignedWith } from './signature.ts';
import type { State } from './state.ts';

/**
 * Who signed the request.
 *
 * @throws AwsError for an unknown key, for a signature with another secret, for an expired session and, with
 *   the error of an unknown key, in a Region that the account has not enabled
 */
export function authenticate(
  state: State,
  service: Service,
  authorization: Authorization,
  request: WireRequest,
): Caller {
  const { unknownCredentials, wrongSignature, expiredCredentials } = service.protocol.errors;
  const { accessKeyId, region } = authorization;
  const identity = identityOf(state, accessKeyId);
  if (identity === undefined || identity.sessionToken !== request.headers['x-amz-security-token']) {
    throw invalidToken(unknownCredentials);
  }
  const { caller, secretAccessKey } = identity;
  if (!isSignedWith(secretAccessKey, request, authorization)) {
    const [code, status] = wrongSignature;
    throw new AwsError(code, wrongSignatureMessage, status);
  }
  const expiresAt = state.sessions.get(accessKeyId)?.expiresAt;
  if (expiresAt && expiresAt <= state.clock()) {
    const [code, status] = expiredCredentials;
    throw new AwsError(code, 'The security token included in the request is expired', status);
  }
  if (!isEnabled(state, service, caller.accountId, region)) {
    throw invalidToken(unknownCredentials);
  }
  return caller;
}

const wrongSignatureMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

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
