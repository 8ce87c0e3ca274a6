import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { read } from '../../aws/read.ts';
import { parseArn } from '../../model/arn.ts';
import { absent, type Evidence } from '../../model/evidence.ts';
import { type KmsKey, kmsKeySchema } from '../../model/facts.ts';
import { secretsKeyArn } from '../../model/secrets-key.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { describeCluster } from '../eks/cluster.ts';

export const eksSecretsKey = clusterCollector({
  fact: 'secretsKey',
  actions: ['eks:DescribeCluster', 'kms:DescribeKey'],
  // DeleteKey and DeleteExpiredKeyMaterial are KMS's own events, at the end of a waiting period or of a validity:
  // https://docs.aws.amazon.com/kms/latest/developerguide/ct-delete-key.html
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
    const cluster = await describeCluster(context, name);
    if (cluster.state === 'unreadable') return cluster;
    const keyArn = secretsKeyArn(cluster.value);
    return keyArn === undefined ? absent : describeKey(context, keyArn);
  },
});

/** Clusters often share a key; each is described once. */
function describeKey({ aws, scope, cached }: CollectContext, keyArn: string): Promise<Evidence<KmsKey>> {
  // Only the key's own Region answers for it.
  const kms = aws.client(KMSClient, parseArn(keyArn)?.region || scope.region);
  return cached(`kms:DescribeKey ${keyArn}`, () =>
    read('kms:DescribeKey', async () => {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
      return kmsKeySchema.parse({ arn: key?.Arn, keyManager: key?.KeyManager, keyState: key?.KeyState });
    }),
  );
}
