import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { dedicatedServiceAccounts } from '../../../../shared/evaluate/controls/dedicated-service-accounts-clusters.ts';
import { ecrAccessWriters } from '../../../../shared/evaluate/controls/ecr-access-writers.ts';
import type { Control } from '../../../../shared/model/control.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { AccountFacts } from '../../../../shared/model/facts.ts';
import type { Iam } from '../../../../shared/model/iam-facts.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collectedFor, valueIn } from '../collected.ts';

const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }] };
const OTHER = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] };

/** An account with a cluster, so that IAM is read. */
function aWorld(build: (account: AccountBuilder) => unknown): Promise<Sandbox> {
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.cluster('orders', { region: REGION });
      build(account);
    }),
  );
}

async function factsFor(sandbox: Sandbox, control: Control): Promise<Partial<AccountFacts>> {
  return (await collectedFor(sandbox, [control])).facts;
}

async function iamOf(sandbox: Sandbox): Promise<Iam> {
  return valueIn((await factsFor(sandbox, ecrAccessWriters)).iam);
}

describe('IAM', () => {
  it('has roles with all that determines their permissions, documents decoded', async () => {
    const sandbox = await aWorld((account) =>
      account.role('node', {
        path: '/eks/',
        inline: { 'with space & 100%': POLICY },
        attached: ['AWS/AmazonEKSWorkerNodePolicy'],
        boundary: `arn:aws:iam::${PAYMENTS}:policy/boundary`,
        instanceProfiles: ['node'],
        trust: OTHER,
      }),
    );

    const { roles } = await iamOf(sandbox);

    expect(roles.find(({ name }) => name === 'node')).toEqual({
      arn: `arn:aws:iam::${PAYMENTS}:role/eks/node`,
      name: 'node',
      path: '/eks/',
      trustPolicy: JSON.stringify(OTHER),
      inlinePolicies: [{ name: 'with space & 100%', document: JSON.stringify(POLICY) }],
      attachedPolicies: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'],
      permissionsBoundary: `arn:aws:iam::${PAYMENTS}:policy/boundary`,
      instanceProfiles: [`arn:aws:iam::${PAYMENTS}:instance-profile/node`],
    });
  });

  it('has trust policies without the external ids that they expect, and otherwise as they mean', async () => {
    const trust = (externalId: unknown, ...more: readonly string[]) =>
      JSON.parse(
        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"__proto__":"kept","STS:ExternalId":${JSON.stringify(externalId)}}${more.join('')}}}]}`,
      );
    const sandbox = await aWorld((account) =>
      account
        .role('one', { trust: trust('canary') })
        .role('several', { trust: trust(['canary', 'canary-2']) })
        .role('none', { trust: trust('canary', ',"Null":{"sts:ExternalId":["true"]}') }),
    );

    const { roles } = await iamOf(sandbox);

    const documents = ['one', 'several', 'none'].map(
      (role) => roles.find(({ name }) => name === role)?.trustPolicy,
    );
    expect(documents).toEqual([
      JSON.stringify(trust('…')),
      JSON.stringify(trust(['…', '…'])),
      JSON.stringify(trust('…', ',"Null":{"sts:ExternalId":["true"]}')),
    ]);
    expect(documents[0]).toContain('"__proto__":"kept"');
  });

  it('has users with their groups, and groups with their policies', async () => {
    const sandbox = await aWorld((account) =>
      account
        .group('developers', { inline: { push: POLICY } })
        .user('ann', { groups: ['developers'], attached: ['AWS/ReadOnlyAccess'] }),
    );

    const { users, groups } = await iamOf(sandbox);

    expect(users).toMatchObject([
      { name: 'ann', groups: ['developers'], attachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
    ]);
    expect(groups).toMatchObject([
      { name: 'developers', inlinePolicies: [{ name: 'push', document: JSON.stringify(POLICY) }] },
    ]);
  });

  it('has the default version of policies, even if it is not the latest', async () => {
    const sandbox = await aWorld((account) =>
      account.policy('rolled-back', {
        versions: [{ document: POLICY, isDefault: true }, { document: OTHER }],
      }),
    );

    const { managedPolicies } = await iamOf(sandbox);

    expect(managedPolicies).toContainEqual({
      arn: `arn:aws:iam::${PAYMENTS}:policy/rolled-back`,
      document: JSON.stringify(POLICY),
    });
  });

  it('has the AWS managed policies in use', async () => {
    const sandbox = await aWorld((account) =>
      account.role('node', { attached: ['AWS/AmazonEKS_CNI_Policy'] }),
    );

    const { managedPolicies } = await iamOf(sandbox);

    expect(managedPolicies.map(({ arn }) => arn)).toContain('arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy');
  });

  it('is read to the last page, each once, in the partition’s global Region', async () => {
    const sandbox = await aWorld((account) => {
      for (let index = 0; index < 1_001; index += 1) account.role(`role-${index}`);
      account.user('last', { inline: { push: POLICY } });
    });

    const { roles, users } = await iamOf(sandbox);

    expect(roles.filter(({ name }) => name.startsWith('role-'))).toHaveLength(1_001);
    expect(users).toHaveLength(1);
    const requests = sandbox.calls({ operation: 'iam:GetAccountAuthorizationDetails' });
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  it('is unreadable as a whole when a page is denied', async () => {
    const sandbox = await aWorld((account) => {
      for (let index = 0; index < 1_001; index += 1) account.role(`role-${index}`);
    });
    sandbox.fail({
      operation: 'iam:GetAccountAuthorizationDetails',
      with: 'AccessDenied',
      match: ({ Marker }) => Marker !== undefined,
    });

    expect((await factsFor(sandbox, ecrAccessWriters)).iam).toMatchObject({
      state: 'unreadable',
      kind: 'denied',
      operation: 'iam:GetAccountAuthorizationDetails',
    });
  });

  it('keeps a malformed document as it is', async () => {
    const sandbox = await aWorld((account) => account.role('odd', { inline: { odd: 'not JSON' } }));

    const { roles } = await iamOf(sandbox);

    expect(roles.find(({ name }) => name === 'odd')?.inlinePolicies).toEqual([
      { name: 'odd', document: 'not JSON' },
    ]);
  });
});

describe('OIDC providers', () => {
  it('are listed by ARN', async () => {
    const sandbox = await aWorld((account) => account.oidcProvider('https://token.example.com'));

    const { oidcProviders } = await factsFor(sandbox, dedicatedServiceAccounts);

    expect(valueIn(oidcProviders)).toContain(`arn:aws:iam::${PAYMENTS}:oidc-provider/token.example.com`);
  });

  it('may be none', async () => {
    const sandbox = await aWorld(() => {});

    expect((await factsFor(sandbox, dedicatedServiceAccounts)).oidcProviders).toEqual(present([]));
  });
});
