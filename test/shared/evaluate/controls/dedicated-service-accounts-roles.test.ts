import { describe, expect, it } from 'vitest';
import { dedicatedServiceAccountsRoles } from '../../../../shared/evaluate/controls/dedicated-service-accounts-roles.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { IamRole } from '../../../../shared/model/iam-facts.ts';
import type { ClusterInventory, Inventory } from '../../../../shared/model/inventory.ts';
import type { Verdict } from '../../../../shared/model/verdict.ts';
import {
  aCluster,
  aClusterInventory,
  anEvaluationContext,
  anInventory,
  denied,
  SCOPE,
} from '../../../builders.ts';
import { ACCOUNT, aDocument, aRole, iamOf, type RawStatement } from '../../../builders-iam.ts';

const THEIRS = 'oidc.eks.eu-west-1.amazonaws.com/id/AAAA1111BBBB2222CCCC3333DDDD4444';
const THEIRS_TOO = 'oidc.eks.us-east-1.amazonaws.com/id/BBBB1111BBBB2222CCCC3333DDDD4444';
const OWN = 'oidc.eks.eu-west-1.amazonaws.com/id/CCCC1111BBBB2222CCCC3333DDDD4444';
const GITHUB = 'token.actions.githubusercontent.com';

function providerOf(issuer: string): string {
  return `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
}

function trusting(
  issuer: string,
  subjects?: string | readonly string[],
  operator = 'StringEquals',
): RawStatement {
  const condition = subjects && { Condition: { [operator]: { [`${issuer}:sub`]: subjects } } };
  return {
    Effect: 'Allow',
    Principal: { Federated: providerOf(issuer) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...condition,
  };
}

function named(name: string, ...statements: RawStatement[]): IamRole {
  return aRole({ name, trustPolicy: aDocument(...statements) });
}

const API = 'system:serviceaccount:shop:api';
const DEFAULT = 'system:serviceaccount:shop:default';

const OWN_CLUSTER = aClusterInventory({
  facts: { cluster: present(aCluster({ identity: { oidc: { issuer: `https://${OWN}` } } })) },
});

interface Given {
  readonly clusters?: readonly ClusterInventory[];
  readonly providers?: readonly string[];
  readonly inventory?: Partial<Inventory>;
}

function evaluated(
  roles: readonly IamRole[],
  { clusters = [], providers = [THEIRS], inventory }: Given = {},
) {
  const facts = { iam: iamOf({ roles: [...roles] }), oidcProviders: present(providers.map(providerOf)) };
  const whole = { ...anInventory(clusters), facts, ...inventory };
  return evaluate(whole, [dedicatedServiceAccountsRoles], {
    ...anEvaluationContext(),
    homeRegion: 'us-east-2',
  });
}

function linesOf({ verdicts }: { readonly verdicts: readonly Verdict[] }): string[] {
  return verdicts.map(({ resource, status, severity, reasonCodes }) =>
    [resource.name ?? resource.id, status, severity, ...reasonCodes].join(' '),
  );
}

describe('5.2.1 roles that trust clusters of other accounts', () => {
  it.each<[string, IamRole, string]>([
    ['without a condition', named('r', trusting(THEIRS)), 'r FAILED HIGH IRSA_TRUST_UNCONFINED'],
    [
      'for every service account',
      named('r', trusting(THEIRS, 'system:serviceaccount:*', 'StringLike')),
      'r FAILED HIGH IRSA_TRUST_UNCONFINED',
    ],
    [
      'for one service account of every namespace',
      named('r', trusting(THEIRS, 'system:serviceaccount:*:api', 'StringLike')),
      'r FAILED HIGH IRSA_TRUST_UNCONFINED',
    ],
    [
      'by everyone',
      named('r', { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' }),
      'r FAILED HIGH IRSA_TRUST_UNCONFINED',
    ],
    [
      'for the default service account',
      named('r', trusting(THEIRS, DEFAULT)),
      'r FAILED MEDIUM DEFAULT_SERVICE_ACCOUNT_HAS_ROLE',
    ],
    [
      'in one statement without a condition, in another for the default service account',
      named('r', trusting(THEIRS), trusting(THEIRS, DEFAULT)),
      'r FAILED HIGH IRSA_TRUST_UNCONFINED DEFAULT_SERVICE_ACCOUNT_HAS_ROLE',
    ],
    [
      'for one service account',
      named('r', trusting(THEIRS, API)),
      'r PASSED INFORMATIONAL DEDICATED_IDENTITIES',
    ],
    [
      'for the service accounts of a namespace',
      named('r', trusting(THEIRS, 'system:serviceaccount:shop:*', 'StringLike')),
      'r PASSED INFORMATIONAL DEDICATED_IDENTITIES',
    ],
  ])('%s', (_, role, expected) => {
    expect(linesOf(evaluated([role]))).toEqual([expected]);
  });

  it.each<[RawStatement, Record<string, string>]>([
    [trusting(THEIRS), { unconfinedSubjects: `${THEIRS}: any` }],
    [
      trusting(THEIRS, 'system:serviceaccount:*', 'StringLike'),
      { unconfinedSubjects: `${THEIRS}: system:serviceaccount:*` },
    ],
    [trusting(THEIRS, DEFAULT), { defaultServiceAccounts: `shop/default of ${THEIRS}` }],
    [trusting(THEIRS, API), { subjects: `${THEIRS}: ${API}` }],
  ])('name whom they trust: %j', (statement, evidence) => {
    const [verdict] = evaluated([named('r', statement)]).verdicts;

    expect(verdict?.evidence).toEqual(evidence);
    expect(verdict?.reason).toContain(THEIRS);
  });

  it('have one verdict each, whatever the number of issuers, and the worst decides', () => {
    const roles = [
      named('both', trusting(THEIRS, API), trusting(THEIRS_TOO)),
      named('one', trusting(THEIRS_TOO, API)),
    ];

    const { verdicts } = evaluated(roles, { providers: [THEIRS, THEIRS_TOO] });

    expect(linesOf({ verdicts })).toEqual([
      'both FAILED HIGH IRSA_TRUST_UNCONFINED',
      'one PASSED INFORMATIONAL DEDICATED_IDENTITIES',
    ]);
    expect(verdicts[0]?.reason).toContain(THEIRS_TOO);
    expect(verdicts[0]?.reason).not.toContain(THEIRS);
  });

  it('are judged on the role, in the home Region, for no cluster', () => {
    const [verdict] = evaluated([named('open', trusting(THEIRS))]).verdicts;

    expect(verdict).toMatchObject({
      control: 'dedicated-service-accounts',
      level: 'account',
      scope: { ...SCOPE, region: 'us-east-2' },
      resource: { type: 'AwsIamRole', id: `arn:aws:iam::${ACCOUNT}:role/open`, name: 'open' },
      related: [],
    });
    expect(verdict).not.toHaveProperty('clusterArn');
  });

  it.each<[string, IamRole]>([
    ['trusts nothing of the kind', aRole()],
    ['trusts a service account that cannot be', named('r', trusting(THEIRS, 'repo:shop/api'))],
    ['trusts another service', named('r', trusting(GITHUB, 'repo:shop/*', 'StringLike'))],
    ['trusts an issuer for which there is no provider', named('r', trusting(THEIRS_TOO))],
    [
      'trusts everyone under a condition on the tokens of an own cluster',
      named('r', {
        ...trusting(OWN, API),
        Principal: { Federated: '*' },
      }),
    ],
  ])('do not include one that %s', (_, role) => {
    const { verdicts, completeSubjects } = evaluated([role], { providers: [THEIRS, GITHUB] });

    expect(verdicts).toEqual([]);
    expect(completeSubjects).toHaveLength(1);
  });

  it('do not include those of own clusters', () => {
    const roles = [named('own', trusting(OWN)), named('theirs', trusting(THEIRS))];

    const result = evaluated(roles, { providers: [OWN, THEIRS], clusters: [OWN_CLUSTER] });

    expect(linesOf(result)).toEqual(['theirs FAILED HIGH IRSA_TRUST_UNCONFINED']);
    expect(result.completeSubjects).toHaveLength(1);
  });

  it.each(['CREATING', 'DELETING', 'FAILED'])(
    'do not include those of an own cluster that is %s',
    (status) => {
      const cluster = aCluster({ status, identity: { oidc: { issuer: `https://${OWN}` } } });
      const clusters = [aClusterInventory({ facts: { cluster: present(cluster) } })];

      expect(evaluated([named('own', trusting(OWN))], { providers: [OWN], clusters }).verdicts).toEqual([]);
    },
  );

  it('that cannot be parsed are not available, and the others are judged', () => {
    const broken = aRole({ name: 'broken', trustPolicy: `{"Statement": "${providerOf(THEIRS)}` });

    expect(linesOf(evaluated([broken, named('fine', trusting(THEIRS, API))])).sort()).toEqual([
      'broken NOT_AVAILABLE LOW EVIDENCE_UNREADABLE',
      'fine PASSED INFORMATIONAL DEDICATED_IDENTITIES',
    ]);
  });
});

describe('whether a role trusts an own cluster', () => {
  const OPEN = named('open', trusting(OWN));
  const undescribed = aClusterInventory({ facts: { cluster: denied('eks:DescribeCluster') } });

  const [region] = anInventory([]).regions;
  const unlisted = region ? [{ ...region, clusterNames: denied('eks:ListClusters') }] : [];
  const withoutIssuer = aClusterInventory({ facts: { cluster: present(aCluster({ identity: undefined })) } });

  describe.each<[string, Given]>([
    ['a cluster cannot be described', { clusters: [undescribed] }],
    ['a cluster does not tell its issuer', { clusters: [withoutIssuer] }],
    ['the clusters of the Region cannot be listed', { inventory: { regions: unlisted } }],
  ])('is not told when %s', (_, given) => {
    it('fails on the role whoever has the cluster, and nothing is archived', () => {
      const result = evaluated([OPEN, named('fine', trusting(OWN, API))], { ...given, providers: [OWN] });

      expect(linesOf(result)).toEqual(['open FAILED HIGH IRSA_TRUST_UNCONFINED']);
      expect(result.completeSubjects).toEqual([]);
    });

    it('says nothing of roles that are fine or could not be read: that is the cluster’s to say', () => {
      const roles = [named('fine', trusting(OWN, API))];
      const broken = aRole({ name: 'broken', trustPolicy: `{"Statement": "${providerOf(OWN)}` });

      expect(linesOf(evaluated([...roles, broken], { ...given, providers: [OWN] }))).toEqual([]);
    });

    it('judges what trusts an issuer of another Region as ever', () => {
      const roles = [named('fine', trusting(THEIRS_TOO, API), trusting(OWN, API))];

      expect(linesOf(evaluated(roles, { ...given, providers: [OWN, THEIRS_TOO] }))).toEqual([
        'fine PASSED INFORMATIONAL DEDICATED_IDENTITIES',
      ]);
    });
  });

  it('is not told in a Region that was not to be read: nothing is judged, and nothing archived', () => {
    const selection = { allRegions: false, allClusters: true, registries: false };
    const providers = [OWN, THEIRS_TOO];

    const result = evaluated([OPEN, named('elsewhere', trusting(THEIRS_TOO))], {
      providers,
      inventory: { selection },
    });

    expect(linesOf(result)).toEqual(['open FAILED HIGH IRSA_TRUST_UNCONFINED']);
    expect(result.completeSubjects).toEqual([]);
    expect(result.missingEvidence).toEqual([]);
  });

  it('is not told while clusters of the Region are unread: nothing is judged, and nothing archived', () => {
    const regions = anInventory([OWN_CLUSTER]).regions.map((read) => ({
      ...read,
      clusterNames: present(['orders', 'unread']),
    }));

    const result = evaluated([OPEN, named('theirs', trusting(THEIRS))], {
      providers: [OWN, THEIRS],
      inventory: { regions },
    });

    expect(result).toMatchObject({ verdicts: [], completeSubjects: [], missingEvidence: [] });
  });

  it('is not asked when clusters were selected by name', () => {
    const selection = { allRegions: true, allClusters: false, registries: false };

    const result = evaluated([named('theirs', trusting(THEIRS))], {
      clusters: [OWN_CLUSTER],
      inventory: { selection },
    });

    expect(result).toMatchObject({ verdicts: [], completeSubjects: [], missingEvidence: [] });
  });
});

describe('unreadable evidence', () => {
  it('of roles is not available on the account, where an issuer is of another cluster', () => {
    const facts = {
      iam: denied('iam:GetAccountAuthorizationDetails'),
      oidcProviders: present([providerOf(THEIRS)]),
    };

    const { verdicts, completeSubjects } = evaluated([], { inventory: { facts } });

    expect(verdicts).toMatchObject(
      [
        { status: 'NOT_AVAILABLE', resource: { id: `AWS::::Account:${ACCOUNT}` }, reason: /GetAccountAuth/ },
      ].map((expected) => ({ ...expected, reason: expect.stringMatching(expected.reason) })),
    );
    expect(completeSubjects).toEqual([]);
  });

  it('of roles is nothing where there are no such issuers', () => {
    const iam = denied('iam:GetAccountAuthorizationDetails');
    const oidcProviders = present([providerOf(OWN), providerOf(GITHUB)]);

    const result = evaluated([], { clusters: [OWN_CLUSTER], inventory: { facts: { iam, oidcProviders } } });

    expect(result).toMatchObject({ verdicts: [], missingEvidence: [] });
    expect(result.completeSubjects).toHaveLength(1);
  });

  it('of providers is a gap and no verdict: most accounts have none', () => {
    const oidcProviders = denied('iam:ListOpenIDConnectProviders');

    const result = evaluated([], { inventory: { facts: { iam: iamOf(), oidcProviders } } });

    expect(result).toMatchObject({ verdicts: [], completeSubjects: [] });
    expect(result.missingEvidence).toMatchObject([
      { controlId: '5.2.1', resource: { id: `AWS::::Account:${ACCOUNT}` }, unreadable: oidcProviders },
    ]);
  });
});
