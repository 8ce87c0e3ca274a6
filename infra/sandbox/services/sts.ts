import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Caller } from '../caller.ts';
import { AwsError } from '../errors.ts';
import { queryProtocol } from '../protocols/query.ts';
import type { AssumableRole } from '../resources/iam.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const roleArn = /^arn:[a-z-]+:iam::(?<accountId>\d{12}):role\/(?:.+\/)?(?<name>[\w+=,.@-]{1,64})$/;
const tagKey = z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u);
const tagValue = z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
/** The maximum duration, in seconds, of a session that was assumed from another session. */
const maxChainedDuration = 3600;

const assumeRoleInput = z.strictObject({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
  Tags: z
    .array(z.strictObject({ Key: tagKey, Value: tagValue }))
    .max(50)
    .optional(),
  TransitiveTagKeys: z.array(tagKey).max(50).optional(),
});

type AssumeRoleInput = z.output<typeof assumeRoleInput>;

/** @throws AwsError AccessDenied: the role does not exist, its account is suspended, or it trusts others */
function findAssumableRole(
  params: AssumeRoleInput,
  { state, caller }: Call,
): AssumableRole & { accountId: string } {
  const { accountId = '', name = '' } = roleArn.exec(params.RoleArn)?.groups ?? {};
  const account = state.account(accountId);
  const role =
    account?.status === 'SUSPENDED' ? undefined : account?.roles.find((candidate) => candidate.name === name);
  if (
    role === undefined ||
    !isTrusted(caller, role) ||
    (role.externalId ?? params.ExternalId) !== params.ExternalId
  ) {
    throw new AwsError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${params.RoleArn}`,
      403,
    );
  }
  return { ...role, accountId };
}

function isTrusted({ accountId, arn }: Caller, { trusts = [] }: AssumableRole): boolean {
  const rootArn = `::${accountId}:root`;
  return trusts.some((trusted) => trusted === accountId || trusted === arn || trusted.endsWith(rootArn));
}

/** @throws AwsError ValidationError */
function checkDuration({ DurationSeconds }: AssumeRoleInput, role: AssumableRole, caller: Caller): void {
  if (caller.isRole && DurationSeconds > maxChainedDuration) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (DurationSeconds > (role.maxSessionDuration ?? 3600)) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}

/** @throws AwsError InvalidParameterValue */
function checkTags({ Tags = [] }: AssumeRoleInput): void {
  const keys = Tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
}

const assumeRole = operation(assumeRoleInput, (params, call) => {
  const role = findAssumableRole(params, call);
  checkDuration(params, role, call.caller);
  checkTags(params);
  const { accountId, name } = role;
  const arn = `arn:${call.state.world.partition}:sts::${accountId}:assumed-role/${name}/${params.RoleSessionName}`;
  const userId = `AROA${accountId}${name.length.toString().padStart(5, '0')}:${params.RoleSessionName}`;
  const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
  const secretAccessKey = randomBytes(30).toString('base64');
  const sessionToken = randomBytes(48).toString('base64');
  const expiresAt = new Date(Math.floor(call.now.getTime() / 1000 + params.DurationSeconds) * 1000);
  call.state.sessions.set(accessKeyId, {
    caller: { accountId, arn, userId, isRole: true },
    secretAccessKey,
    sessionToken,
    expiresAt,
  });
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiresAt,
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  };
});

export const stsService: Service = {
  name: 'sts',
  signingName: 'sts',
  protocol: queryProtocol,
  version: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  invalid,
  operations: {
    AssumeRole: assumeRole,
    GetCallerIdentity: operation(z.strictObject({}), (_params, { caller }) => {
      return { UserId: caller.userId, Account: caller.accountId, Arn: caller.arn };
    }),
  },
};
