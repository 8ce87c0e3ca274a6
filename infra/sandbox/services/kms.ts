import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { withEpochSeconds } from '../protocols/epoch.ts';
import { jsonProtocol } from '../protocols/json.ts';
import type { KmsKeyResource } from '../resources/kms.ts';
import { type Call, operation, type Service } from '../service.ts';

const notFound = (message: string) => new AwsError('NotFoundException', message);
const keyArn =
  /^arn:(?<partition>[^:]+):kms:(?<region>[^:]+):(?<accountId>\d{12}):(?<name>(?:key|alias)\/.+)$/;

/** The key of that id, alias or ARN. @throws AwsError when it does not exist or the caller may not read it */
function findKey(keyId: string, call: Call): KmsKeyResource {
  if (keyId.startsWith('arn:')) {
    return findByArn(keyId, call);
  }
  const name = keyId.startsWith('alias/') ? keyId : `key/${keyId}`;
  const key = call.account.kmsKeys.find(
    (candidate) => candidate.region === call.region && isNamed(candidate, name),
  );
  if (key === undefined) {
    const missing = `arn:${call.state.world.partition}:kms:${call.region}:${call.caller.accountId}:${name}`;
    throw notFound(
      name.startsWith('alias/') ? `Alias ${missing} is not found.` : `Key '${missing}' does not exist`,
    );
  }
  return key;
}

function findByArn(keyId: string, call: Call): KmsKeyResource {
  const { region, accountId = '', name = '' } = keyArn.exec(keyId)?.groups ?? {};
  if (region === undefined) {
    throw new AwsError('InvalidArnException', `Invalid arn ${keyId}`);
  }
  if (region !== call.region) {
    throw notFound(`Invalid arn ${region}`);
  }
  const keys = call.state.account(accountId)?.kmsKeys ?? [];
  const key = keys.find((candidate) => candidate.region === region && isNamed(candidate, name));
  const isOfAnotherAccount = accountId !== call.caller.accountId;
  if (isOfAnotherAccount && !key?.sharedWith.includes(call.caller.accountId)) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${call.caller.arn} is not authorized to perform: kms:DescribeKey on resource: ${keyId} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    );
  }
  if (key === undefined) {
    throw notFound(`Key '${keyId}' does not exist`);
  }
  return key;
}

function isNamed(key: KmsKeyResource, name: string): boolean {
  return name === `key/${key.KeyId}` || key.aliases.includes(name);
}

export const kmsService: Service = {
  name: 'kms',
  signingName: 'kms',
  protocol: jsonProtocol,
  target: 'TrentService',
  invalid: (message) => new AwsError('ValidationException', message),
  operations: {
    DescribeKey: operation(z.strictObject({ KeyId: z.string().min(1).max(2048) }), ({ KeyId }, call) => {
      const { region, aliases, sharedWith, ...metadata } = findKey(KeyId, call);
      return { KeyMetadata: withEpochSeconds(metadata) };
    }),
  },
};
