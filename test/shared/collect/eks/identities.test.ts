import { describe, expect, it } from 'vitest';
import type { ClusterSpec } from '../../../../infra/sandbox/resources/eks.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collected, valueIn } from '../collected.ts';

const ADMIN = 'arn:aws:iam::333333333333:role/admin';

function aWorldWith(parts: Omit<ClusterSpec, 'region'>): Promise<Sandbox> {
  const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
    account.cluster('orders', { region: REGION, ...parts }),
  );
  return signedIn(world);
}

describe('access entries', () => {
  it('are named by their principal and described', async () => {
    const sandbox = await aWorldWith({ accessEntries: [{ principalArn: ADMIN }] });

    const [entry] = valueIn((await collected(sandbox, 'accessEntries')).accessEntries);

    expect(entry?.name).toBe(ADMIN);
    expect(valueIn(entry?.detail)).toMatchObject({ principalArn: ADMIN, type: 'STANDARD' });
  });

  it('are not listed where the authentication mode has none', async () => {
    const sandbox = await aWorldWith({ accessConfig: { authenticationMode: 'CONFIG_MAP' } });

    const { accessEntries } = await collected(sandbox, 'accessEntries');

    expect(accessEntries).toEqual({ state: 'absent' });
    expect(sandbox.calls({ operation: 'eks:ListAccessEntries' })).toEqual([]);
  });

  it('are absent where the mode is unknown and AWS answers that it has none', async () => {
    const sandbox = await aWorldWith({ accessConfig: { authenticationMode: 'CONFIG_MAP' } });
    sandbox.fail({ operation: 'eks:DescribeCluster', with: 'AccessDenied' });

    const { accessEntries } = await collected(sandbox, 'accessEntries');

    expect(accessEntries).toEqual({ state: 'absent' });
  });

  it('that cannot be listed are unreadable, not absent', async () => {
    const sandbox = await aWorldWith({ accessEntries: [{ principalArn: ADMIN }] });
    sandbox.fail({ operation: 'eks:DescribeCluster', with: 'AccessDenied' });
    sandbox.fail({ operation: 'eks:ListAccessEntries', with: 'AccessDenied' });

    const { accessEntries } = await collected(sandbox, 'accessEntries');

    expect(accessEntries).toMatchObject({ state: 'unreadable', operation: 'eks:ListAccessEntries' });
  });
});

describe('identity providers', () => {
  it('are listed by name and described', async () => {
    const provider = { identityProviderConfigName: 'okta', issuerUrl: 'https://example.okta.com' };
    const sandbox = await aWorldWith({ identityProviderConfigs: [provider] });

    const [read] = valueIn((await collected(sandbox, 'identityProviders')).identityProviders);

    expect(read?.name).toBe('okta');
    expect(valueIn(read?.detail)).toMatchObject(provider);
  });
});
