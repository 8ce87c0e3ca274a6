import type { KeyMetadata } from '@aws-sdk/client-kms';
import { type Plain, withOverrides } from '../plain.ts';
import { arn, createdAt, type Scope, stableId } from './context.ts';

/**
 * How a key differs from an enabled, symmetric, customer-managed one: any field of KMS's `KeyMetadata`.
 * `aliases` are given with `alias/`; `sharedWith` lists the other accounts that its key policy allows.
 */
export type KmsKeySpec = { readonly region: string } & {
  readonly keyId?: string;
  readonly keyState?: KeyMetadata['KeyState'];
  readonly keyManager?: KeyMetadata['KeyManager'];
  readonly aliases?: readonly string[];
  readonly sharedWith?: readonly string[];
} & Plain<KeyMetadata>;

/** A key of the world. */
export type KmsKeyResource = Plain<KeyMetadata> & {
  readonly region: string;
  readonly KeyId: string;
  readonly Arn: string;
  aliases: string[];
  sharedWith: string[];
};

export function makeKmsKey(scope: Scope, spec: KmsKeySpec, index: number): KmsKeyResource {
  const { region, keyId, keyState, keyManager, aliases, sharedWith, ...fields } = spec;
  const KeyId = keyId ?? fields.KeyId ?? defaultKeyId(`${scope.accountId}/${region}/${index}`);
  const KeyState = keyState ?? fields.KeyState ?? 'Enabled';
  const defaults: Plain<KeyMetadata> = {
    AWSAccountId: scope.accountId,
    CreationDate: createdAt,
    Enabled: KeyState === 'Enabled',
    KeyState,
    Description: '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    Origin: 'AWS_KMS',
    KeyManager: keyManager ?? 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    ...(KeyState === 'PendingDeletion' ? { DeletionDate: '2026-12-31T00:00:00.000Z' } : {}),
  };
  return {
    ...withOverrides(defaults, fields),
    region,
    KeyId,
    Arn: arn(scope, 'kms', `key/${KeyId}`),
    aliases: [...(aliases ?? [])],
    sharedWith: [...(sharedWith ?? [])],
  };
}

function defaultKeyId(text: string): string {
  const hex = stableId(text, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
