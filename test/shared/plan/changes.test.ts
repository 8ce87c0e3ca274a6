import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../shared/config/config.ts';
import {
  type Change,
  changedAccounts,
  changedTargets,
  type LatestRun,
} from '../../../shared/plan/changes.ts';
import { PAYMENTS, SECURITY, SHOP } from '../../harness.ts';

const IRELAND = 'eu-west-1';
const OHIO = 'us-east-2';
const VIRGINIA = 'us-east-1';

/** PAYMENTS had clusters, SHOP had nothing, and SECURITY could not be audited. */
const LATEST: LatestRun = {
  targets: [{ accountId: PAYMENTS, name: 'payments' }, { accountId: SHOP }, { accountId: SECURITY }],
  regions: new Map([
    [PAYMENTS, [IRELAND]],
    [SHOP, []],
  ]),
};

/** `PAYMENTS eks:CreateCluster us-east-2` */
function change(accountId: string, event: Change['event'], region = IRELAND): Change {
  return { accountId, event, region };
}

/** The Regions of the targets by account: `all` where they are not narrowed. */
function planned(changes: readonly Change[], targets = {}, latest = LATEST) {
  const config = parseConfig({ targets: { organization: true, ...targets } });
  const selected = changedTargets(changedAccounts(changes), latest, { partition: 'aws', config });
  return Object.fromEntries(
    selected.map(({ target }) => [target.accountId, target.regions?.map(({ region }) => region) ?? 'all']),
  );
}

describe('the targets of a run on change', () => {
  test.each<[string, readonly Change[], Readonly<Record<string, unknown>>]>([
    [
      'an account with clusters is audited in their Regions',
      [change(PAYMENTS, 'eks:UpdateClusterConfig')],
      { [PAYMENTS]: [IRELAND] },
    ],
    [
      'a change of IAM touches all Regions with clusters, whichever its own is',
      [change(PAYMENTS, 'iam:PutRolePolicy', VIRGINIA)],
      { [PAYMENTS]: [IRELAND] },
    ],
    ['an account without clusters and verdicts is left out', [change(SHOP, 'ec2:CreateRoute')], {}],
    [
      'a node group belongs to a cluster, which was created before',
      [change(SHOP, 'eks:CreateNodegroup')],
      {},
    ],
    [
      'a new cluster adds its Region',
      [change(PAYMENTS, 'eks:CreateCluster', OHIO)],
      { [PAYMENTS]: [IRELAND, OHIO] },
    ],
    ['the first cluster of an account too', [change(SHOP, 'eks:CreateCluster', OHIO)], { [SHOP]: [OHIO] }],
    [
      'a new OIDC provider may be of any cluster',
      [change(SHOP, 'iam:CreateOpenIDConnectProvider', VIRGINIA)],
      { [SHOP]: 'all' },
    ],
    [
      'an account that was not audited is audited wholly',
      [change(SECURITY, 'ec2:CreateRoute')],
      { [SECURITY]: 'all' },
    ],
    ['an account that was not to be audited is left out', [change('999999999999', 'eks:CreateCluster')], {}],
    [
      'the changes of an account are one',
      [
        change(SHOP, 'ec2:CreateRoute'),
        change(SHOP, 'eks:CreateCluster', OHIO),
        change(SHOP, 'eks:CreateCluster', IRELAND),
        change(SHOP, 'eks:CreateCluster', OHIO),
      ],
      { [SHOP]: [IRELAND, OHIO] },
    ],
  ])('%s', (_, changes, expected) => {
    expect(planned(changes)).toEqual(expected);
  });

  test('are in Regions that the configuration selects', () => {
    const created = [change(PAYMENTS, 'eks:CreateCluster', OHIO), change(SHOP, 'eks:CreateCluster', OHIO)];

    expect(planned(created, { excludeRegions: [OHIO] })).toEqual({ [PAYMENTS]: [IRELAND] });
    expect(planned(created, { regions: [IRELAND] })).toEqual({ [PAYMENTS]: [IRELAND] });
  });

  test('have all Regions when only the account itself has verdicts, elsewhere', () => {
    const latest = { ...LATEST, regions: new Map([[PAYMENTS, [VIRGINIA]]]) };

    expect(planned([change(PAYMENTS, 'iam:PutRolePolicy')], { regions: [IRELAND] }, latest)).toEqual({
      [PAYMENTS]: 'all',
    });
  });

  test('keep the names of the accounts', () => {
    const config = parseConfig({ targets: { organization: true } });
    const changed = changedAccounts([change(PAYMENTS, 'eks:DeleteCluster')]);

    expect(changedTargets(changed, LATEST, { partition: 'aws-cn', config })).toMatchObject([
      { target: { partition: 'aws-cn', accountId: PAYMENTS, name: 'payments' } },
    ]);
  });
});

test('an account has a bounded number of Regions, however many there are in messages', () => {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  const regions = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `zz-${a}${b}${c}-1`)));
  const changes = regions.map((region) => ({
    accountId: PAYMENTS,
    region,
    event: 'eks:CreateCluster' as const,
  }));

  const [changed] = changedAccounts(changes);

  expect(changed?.newClustersIn).toHaveLength(100);
});
