import { DisableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Gap } from '../../shared/model/run.ts';
import { gapsOf, linesOf, REGION } from '../harness.ts';
import { type Account, aMember, freshMoto, run } from './account.ts';
import { aCluster, aKey, encryptedWith, endpoint, idOfKey } from './eks.ts';

beforeEach(freshMoto);

const everyone = { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] };
const office = { endpointPublicAccess: true, publicAccessCidrs: ['198.51.100.0/24'] };

describe('clusters in moto', () => {
  test('are judged in each account', async () => {
    const [payments, shop] = [await aMember('payments'), await aMember('shop')];
    await aCluster(payments, 'good', encryptedWith(await aKey(payments)));
    await aCluster(shop, 'open', { resourcesVpcConfig: endpoint(everyone), logging: {} });

    const result = await run([
      'control-plane-logs',
      'secrets-encryption',
      'endpoint-access',
      'private-endpoint',
    ]);

    expect(linesOf(result.verdicts)).toEqual([
      '2.1.1 good PASSED AUDIT_LOG_ENABLED',
      '2.1.1 open FAILED AUDIT_LOG_DISABLED',
      '5.3.1 good PASSED CUSTOMER_KEY',
      '5.3.1 open FAILED NO_CUSTOMER_KEY',
      '5.4.1 good PASSED PRIVATE_ONLY',
      '5.4.1 open FAILED OPEN_TO_INTERNET',
      '5.4.2 good PASSED PRIVATE_ENDPOINT',
      '5.4.2 open FAILED PUBLIC_ACCESS_ENABLED',
    ]);
    expect(result.coverage.complete).toBe(true);
  });

  test('are found in every Region, none of which has to be named', async () => {
    const account = await aMember('payments');
    await Promise.all([aCluster(account, 'near'), aCluster(account, 'far', {}, 'ap-southeast-2')]);

    const { verdicts, coverage } = await run(['private-endpoint'], { targets: { organization: true } });

    expect(verdicts.map(({ scope, resource }) => `${resource.name} in ${scope.region}`).sort()).toEqual([
      'far in ap-southeast-2',
      'near in eu-west-1',
    ]);
    const [covered] = coverage.accounts.filter(({ accountId }) => accountId === account.id);
    expect(covered?.state).toBe('covered');
    expect(covered?.regions.length).toBeGreaterThan(15);
  });

  test('are judged by the size of their public ranges', async () => {
    const account = await aMember('payments');
    const halves = { ...everyone, publicAccessCidrs: ['0.0.0.0/1', '128.0.0.0/1'] };
    const broad = { ...everyone, publicAccessCidrs: ['10.0.0.0/8'] };
    await Promise.all([
      aCluster(account, 'broad', { resourcesVpcConfig: endpoint(broad) }),
      aCluster(account, 'halves', { resourcesVpcConfig: endpoint(halves) }),
      aCluster(account, 'office', { resourcesVpcConfig: endpoint(office) }),
      aCluster(account, 'public', {
        resourcesVpcConfig: endpoint({ ...office, endpointPrivateAccess: false }),
      }),
    ]);

    const { verdicts } = await run(['endpoint-access']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.1 broad FAILED OVERLY_BROAD',
      '5.4.1 halves FAILED OPEN_TO_INTERNET',
      '5.4.1 office PASSED RESTRICTED',
      '5.4.1 public FAILED PRIVATE_ACCESS_DISABLED',
    ]);
  });

  test('are judged by the state of their key', async () => {
    const account = await aMember('payments');
    const kms = account.client(KMSClient);
    const [enabled, disabled, dying] = [await aKey(account), await aKey(account), await aKey(account)];
    await kms.send(new DisableKeyCommand({ KeyId: idOfKey(disabled) }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: idOfKey(dying) }));
    const keys = { enabled, disabled, dying, missing: strangeKey(account) };
    await Promise.all(
      Object.entries(keys).map(([name, keyArn]) => aCluster(account, name, encryptedWith(keyArn))),
    );

    const { verdicts } = await run(['secrets-encryption']);

    expect(linesOf(verdicts)).toEqual([
      '5.3.1 disabled FAILED KEY_UNUSABLE',
      '5.3.1 dying FAILED KEY_UNUSABLE',
      '5.3.1 enabled PASSED CUSTOMER_KEY',
      '5.3.1 missing FAILED KEY_UNUSABLE',
    ]);
  });

  test('are not judged by what moto has no operations for', async () => {
    await aCluster(await aMember('payments'), 'prod');

    const result = await run(['network-policies', 'iam-access', 'control-plane-logs']);

    expect(linesOf(result.verdicts)).toEqual([
      '2.1.1 prod PASSED AUDIT_LOG_ENABLED',
      '5.4.4 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
      '5.5.1 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
    ]);
    expect(operationsOf(gapsOf(result))).toEqual({
      '5.4.4': ['eks:DescribeAddon', 'eks:ListAddons'],
      '5.5.1': ['eks:DescribeCluster', 'eks:ListAccessEntries', 'eks:ListIdentityProviderConfigs'],
    });
    expect(result.coverage.complete).toBe(false);
  });
});

/** The operations that a control had to do without. */
function operationsOf(gaps: readonly Gap[]): Record<string, string[]> {
  const pairs = gaps.flatMap(({ operation, controlIds = [] }) => controlIds.map((id) => ({ id, operation })));
  const byControl = Object.groupBy(pairs, ({ id }) => id);
  return Object.fromEntries(
    Object.entries(byControl).map(([id, of = []]) => [id, of.map(({ operation }) => operation).sort()]),
  );
}

function strangeKey({ id }: Account): string {
  return `arn:aws:kms:${REGION}:${id}:key/00000000-0000-0000-0000-000000000000`;
}
