import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, region, running } from './support.ts';

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:${region}:${member}:key/${keyId}`;

function organization(sharedWith: string[] = []) {
  return anOrganization()
    .account(member, {}, (account) => account.kmsKey({ region, keyId, aliases: ['alias/eks'], sharedWith }))
    .account(other);
}

function describeKey(config: ReturnType<typeof as>, KeyId: string) {
  return new KMSClient(config).send(new DescribeKeyCommand({ KeyId }));
}

describe('DescribeKey', () => {
  it.each([keyId, arn, 'alias/eks', `arn:aws:kms:${region}:${member}:alias/eks`])(
    'finds a key by %s',
    async (name) => {
      const { KeyMetadata } = await describeKey(as(await running(organization()), member), name);
      expect(KeyMetadata).toMatchObject({
        KeyId: keyId,
        Arn: arn,
        KeyState: 'Enabled',
        KeyManager: 'CUSTOMER',
      });
      expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date);
    },
  );

  it.each(['missing', 'alias/missing', `arn:aws:kms:${region}:${member}:key/missing`])(
    'does not find %s',
    async (name) => {
      const answer = describeKey(as(await running(organization()), member), name);
      await expect(answer).rejects.toMatchObject({ name: 'NotFoundException' });
    },
  );

  it('does not find a key in another Region', async () => {
    const sandbox = await running(organization());
    for (const name of [keyId, arn]) {
      await expect(describeKey(as(sandbox, member, 'us-east-1'), name)).rejects.toMatchObject({
        name: 'NotFoundException',
      });
    }
  });

  it('rejects an invalid ARN', async () => {
    const answer = describeKey(as(await running(organization()), member), 'arn:aws:kms:nonsense');
    await expect(answer).rejects.toMatchObject({ name: 'InvalidArnException' });
  });

  it('denies the key of another account, whether or not it exists, unless its policy allows the caller', async () => {
    const closed = await running(organization());
    for (const name of [arn, arn.replace(keyId, 'missing')]) {
      await expect(describeKey(as(closed, other), name)).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    }
    const shared = await running(organization([other]));
    await expect(describeKey(as(shared, other), arn)).resolves.toMatchObject({
      KeyMetadata: { AWSAccountId: member },
    });
  });

  it('returns the state of a key', async () => {
    const world = anOrganization().account(member, {}, (account) =>
      account.kmsKey({ region, keyId, keyState: 'PendingDeletion' }),
    );
    const { KeyMetadata } = await describeKey(as(await running(world), member), keyId);
    expect(KeyMetadata).toMatchObject({
      KeyState: 'PendingDeletion',
      Enabled: false,
      DeletionDate: expect.any(Date),
    });
  });
});
