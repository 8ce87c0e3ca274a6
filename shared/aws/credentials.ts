import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import type { Config } from '../config/config.ts';
import { formatArn } from '../model/arn.ts';
import type { AwsAccount } from './account.ts';
import { assumeRole as assumeRoleOperation } from './operations/sts.ts';

/** A role of another account, and how to assume it. */
export interface RoleRequest {
  readonly partition: string;
  readonly accountId: string;
  readonly role: Config['role'];
}

/** Whose credentials assume the role, and at which Region's endpoint. */
export interface StsAccess {
  readonly caller: AwsAccount;
  readonly region: string;
}

/** A session assumed with a role's session (as in a Lambda function) lasts no longer, whatever the role allows. */
const SESSION_SECONDS = 3_600;
/** Credentials are renewed this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;

/**
 * Credentials of a role in another account, assumed at the first call and again shortly before they expire. Calls at
 * the same time share one AssumeRole. Rejects with STS's error when the role cannot be assumed.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumedRole(
  sts: StsAccess,
  request: RoleRequest,
  now: () => number = Date.now,
): Provider<AwsCredentialIdentity> {
  let session: Promise<AwsCredentialIdentity> | undefined;
  let renewAt = 0;
  return () => {
    if (session === undefined || now() >= renewAt) {
      renewAt = Number.POSITIVE_INFINITY;
      const assuming = assumeRole(sts, request);
      session = assuming;
      assuming.then(
        (credentials) => {
          renewAt = (credentials.expiration?.getTime() ?? now() + SESSION_SECONDS * 1_000) - RENEW_BEFORE_MS;
        },
        () => {
          session = undefined;
        },
      );
    }
    return session;
  };
}

/** `arn:aws:iam::111122223333:role/EksAuditorMember` */
export function roleArn({ partition, accountId, role }: RoleRequest): string {
  const resource = `role/${role.name.replace(/^\//, '')}`;
  return formatArn({ partition, service: 'iam', region: '', accountId, resource });
}

async function assumeRole(sts: StsAccess, request: RoleRequest): Promise<AwsCredentialIdentity> {
  const { externalId, sessionName, sessionTags } = request.role;
  const credentials = await sts.caller.send(assumeRoleOperation, sts.region, {
    RoleArn: roleArn(request),
    RoleSessionName: sessionName,
    DurationSeconds: SESSION_SECONDS,
    ...(externalId && { ExternalId: externalId }),
    ...(Object.keys(sessionTags).length > 0 && {
      Tags: Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value })),
    }),
  });
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
    expiration: credentials.Expiration,
  };
}
