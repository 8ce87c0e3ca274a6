import { describe, expect, test } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/world.ts';
import {
  aTestOrganization,
  coverageOf,
  gapsOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SHOP,
  signedIn,
} from '../../harness.ts';

const THEIRS = `https://oidc.eks.${REGION}.amazonaws.com/id/AAAA1111BBBB2222CCCC3333DDDD4444`;
const GITHUB = 'https://token.actions.githubusercontent.com';
const CONTROL = 'dedicated-service-accounts';
/** Where account-level verdicts are published here; it is not among the Regions that are audited. */
const HOME = 'us-east-1';

const IRSA = { controls: { include: [CONTROL] } };

function trusting(issuer: string, subject?: string) {
  const url = issuer.replace('https://', '');
  const Condition = subject && { StringEquals: { [`${url}:sub`]: subject } };
  const Federated = `arn:aws:iam::${SHOP}:oidc-provider/${url}`;
  const statement = { Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' };
  return { Version: '2012-10-17', Statement: [{ ...statement, ...(Condition && { Condition }) }] };
}

const OPEN = { trust: trusting(THEIRS) };
const CONFINED = { trust: trusting(THEIRS, 'system:serviceaccount:shop:api') };

function withRoles(account: AccountBuilder): unknown {
  return account.oidcProvider(THEIRS).role('open', OPEN).role('confined', CONFINED).role('build', {});
}

function world(describeShop: (account: AccountBuilder) => unknown = withRoles) {
  return aTestOrganization()
    .account(PAYMENTS, {}, (account) =>
      account.cluster('platform', { region: REGION, identity: { oidc: { issuer: THEIRS } } }),
    )
    .account(SHOP, {}, describeShop);
}

function ofShop(result: Awaited<ReturnType<typeof run>>): string[] {
  return linesOf(result.verdicts.filter(({ scope }) => scope.accountId === SHOP));
}

const ROLES = ['5.2.1 confined PASSED DEDICATED_IDENTITIES', '5.2.1 open FAILED IRSA_TRUST_UNCONFINED'];

describe('roles that trust a cluster of another account', () => {
  test('are judged in their account, which has no clusters, and published in the home Region', async () => {
    const sandbox = await signedIn(world());

    const result = await run({ ...IRSA, homeRegion: HOME });

    expect(ofShop(result)).toEqual(ROLES);
    expect(coverageOf(result, SHOP).state).toBe('covered');
    expect(sandbox.findings(SHOP, REGION)).toEqual([]);
    const found = sandbox.findings(SHOP, HOME).map(({ Id, Resources, ProductFields }) => ({
      Id,
      type: Resources[0]?.Type,
      level: ProductFields?.['eks-auditor/level'],
      cluster: ProductFields?.['eks-auditor/cluster'],
    }));
    expect(found).toContainEqual({
      Id: `arn:aws:iam::${SHOP}:role/open/eks-auditor/${CONTROL}`,
      type: 'AwsIamRole',
      level: 'account',
      cluster: undefined,
    });
    expect(found).toHaveLength(2);
  });

  test('are judged beside clusters of their own account, whose roles are judged with the clusters', async () => {
    await signedIn(
      world((account) => {
        const issuer = `https://oidc.eks.${REGION}.amazonaws.com/id/CCCC1111BBBB2222CCCC3333DDDD4444`;
        withRoles(account.cluster('web', { region: REGION, identity: { oidc: { issuer } } }));
        account.oidcProvider(issuer).role('own', { trust: trusting(issuer) });
      }),
    );

    const result = await run(IRSA);

    expect(ofShop(result)).toEqual([...ROLES, '5.2.1 web FAILED IRSA_TRUST_UNCONFINED']);
  });

  test('have their findings archived when they or their provider are gone, and others have not', async () => {
    const sandbox = await signedIn(world());
    const configuration = { ...IRSA, homeRegion: HOME };
    await run(configuration);
    const { iam } = sandbox.account(SHOP).data;
    iam.roles = iam.roles.filter(({ name }) => name !== 'open');

    const withoutRole = await run(configuration);

    expect(withoutRole.changes).toMatchObject({ archived: 1, created: 0, updated: 0 });
    iam.oidcProviders = [];
    expect((await run(configuration)).changes).toMatchObject({ archived: 1, created: 0, updated: 0 });
    expect(sandbox.findings(SHOP, HOME).map(({ RecordState }) => RecordState)).toEqual([
      'ARCHIVED',
      'ARCHIVED',
    ]);
  });

  test.each([
    ['providers', 'iam:ListOpenIDConnectProviders', []],
    [
      'roles',
      'iam:GetAccountAuthorizationDetails',
      [`5.2.1 AWS::::Account:${SHOP} NOT_AVAILABLE EVIDENCE_UNREADABLE`],
    ],
  ])('whose %s are denied leave a gap, and no finding is archived', async (_, operation, expected) => {
    const sandbox = await signedIn(world());
    await run(IRSA);
    sandbox.fail({ accountId: SHOP, operation, with: 'AccessDenied' });

    const result = await run(IRSA);

    expect(ofShop(result)).toEqual(expected);
    expect(result.changes.archived).toBe(0);
    expect(regionOf(result, SHOP).gaps).toMatchObject([{ operation, controlIds: ['5.2.1'] }]);
    expect(result.coverage.complete).toBe(false);
  });

  test('fail although the clusters of their account cannot be listed; none passes, and none is archived', async () => {
    const sandbox = await signedIn(world());
    await run(IRSA);
    sandbox.fail({ accountId: SHOP, operation: 'eks:ListClusters', with: 'AccessDenied' });

    const result = await run(IRSA);

    expect(ofShop(result)).toEqual(['5.2.1 open FAILED IRSA_TRUST_UNCONFINED']);
    expect(result.changes).toMatchObject({ archived: 0, created: 0, updated: 0 });
  });

  test('are not judged when clusters are selected by name, and nothing of them is archived', async () => {
    const sandbox = await signedIn(world());
    await run(IRSA);
    sandbox.account(SHOP).data.iam.oidcProviders = [];
    const targets = { organization: true, regions: [REGION], clusters: ['platform'] };

    const result = await run({ ...IRSA, targets });

    expect(ofShop(result)).toEqual([]);
    expect(result.changes.archived).toBe(0);
    expect(gapsOf(result)).toEqual([]);
  });

  test('are not judged for an issuer of a Region that was not selected', async () => {
    await signedIn(world());

    const result = await run({ ...IRSA, targets: { organization: true, regions: ['us-east-1'] } });

    expect(ofShop(result)).toEqual([]);
  });

  test('are judged for an issuer of a Region that their account has not enabled', async () => {
    const issuer = 'https://oidc.eks.af-south-1.amazonaws.com/id/DDDD1111BBBB2222CCCC3333DDDD4444';
    await signedIn(
      world((account) => account.oidcProvider(issuer).role('open', { trust: trusting(issuer) })),
    );

    const result = await run({ ...IRSA, targets: { accounts: [SHOP], organization: true } });

    expect(ofShop(result)).toEqual(['5.2.1 open FAILED IRSA_TRUST_UNCONFINED']);
  });
});

describe('an account without clusters', () => {
  const regions = [REGION, 'us-east-2'];

  test.each<[string, (account: AccountBuilder) => unknown]>([
    ['no provider', () => undefined],
    ['a provider of another service', (account) => account.oidcProvider(GITHUB).role('ci', {})],
  ])(
    'and with %s costs one AssumeRole, one call for its Regions, one to IAM and two a Region',
    async (_, describeShop) => {
      const sandbox = await signedIn(world(describeShop));

      await run({ targets: { organization: true, accounts: [SHOP], regions } });

      expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toHaveLength(1);
      const calls = sandbox.calls({ accountId: SHOP }).map((call) => `${call.operation} ${call.region}`);
      expect(calls.sort()).toEqual([
        'account:ListRegions us-east-1',
        `eks:ListClusters ${REGION}`,
        'eks:ListClusters us-east-2',
        'iam:ListOpenIDConnectProviders us-east-1',
        `securityhub:GetFindings ${REGION}`,
        'securityhub:GetFindings us-east-2',
      ]);
    },
  );

  test('is not asked for its providers by a run of other controls', async () => {
    const sandbox = await signedIn(world());

    await run({ controls: { include: ['ecr-access', 'endpoint-access'] } });

    expect(sandbox.calls({ accountId: SHOP }).filter(({ service }) => service === 'iam')).toEqual([]);
  });

  test('whose roles are read for its providers has no other verdict', async () => {
    const sandbox = await signedIn(world());

    const result = await run();

    expect(ofShop(result)).toEqual(ROLES);
    const operations = sandbox.calls({ accountId: SHOP }).map(({ service }) => service);
    expect(new Set(operations)).toEqual(new Set(['account', 'eks', 'iam', 'securityhub']));
  });
});
