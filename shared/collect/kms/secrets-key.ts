import { actionsOf } from '../../aws/operation.ts';
import { describeCluster } from '../../aws/operations/eks.ts';
import { describeKey } from '../../aws/operations/kms.ts';
import { awsReader } from '../../aws/read.ts';
import { parseArn } from '../../model/arn.ts';
import { absent, type Evidence, mapReading } from '../../model/evidence.ts';
import type { KmsKey } from '../../model/facts.ts';
import { secretsKeyArn } from '../../model/secrets-key.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { clusterOf } from '../eks/cluster.ts';

export const eksSecretsKey = clusterCollector({
  fact: 'secretsKey',
  actions: actionsOf(describeCluster, describeKey),
  events: [
    'kms:CancelKeyDeletion',
    'kms:ConnectCustomKeyStore',
    'kms:CreateAlias',
    'kms:DeleteAlias',
    'kms:DeleteExpiredKeyMaterial',
    'kms:DeleteImportedKeyMaterial',
    'kms:DeleteKey',
    'kms:DisableKey',
    'kms:DisconnectCustomKeyStore',
    'kms:EnableKey',
    'kms:ImportKeyMaterial',
    'kms:PutKeyPolicy',
    'kms:ReplicateKey',
    'kms:ScheduleKeyDeletion',
    'kms:UpdateAlias',
    'kms:UpdatePrimaryRegion',
  ],
  async collect(context, { name }) {
    const cluster = await clusterOf(context, name);
    if (cluster.state === 'unreadable') return cluster;
    const keyArn = secretsKeyArn(cluster.value);
    return keyArn === undefined ? absent : keyOf(context, keyArn);
  },
});

/** Clusters often share a key; each is described once. */
function keyOf({ aws, scope, cached }: CollectContext, keyArn: string): Promise<Evidence<KmsKey>> {
  // Only the key's own Region answers for it.
  const { read } = awsReader(aws, parseArn(keyArn)?.region || scope.region);
  return cached(`${describeKey.action} ${keyArn}`, async () =>
    mapReading(await read(describeKey, { KeyId: keyArn }), ({ Arn, KeyManager, KeyState }) => ({
      arn: Arn,
      keyManager: KeyManager,
      keyState: KeyState,
    })),
  );
}
