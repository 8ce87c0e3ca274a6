import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../infra/sandbox/kubernetes/cluster.ts';
import { LISTED } from '../../shared/collect/kubernetes/sources.ts';
import { aTestOrganization, gapsOf, PAYMENTS, REGION, regionOf, run, signedIn } from '../harness.ts';
import { cli, credentialsOf } from '../infra/cli/cli-process.ts';

/* From an account that nobody prepared to verdicts by what is inside its cluster. The API server checks tokens, entries, policies and roles. */

const MEMBER = `arn:aws:iam::${PAYMENTS}:role/EksAuditorMember`;
const CUSTOM_GROUPS = [
  ...new Set(LISTED.filter(({ version }) => version === undefined).map(({ group }) => group)),
];
const ROLES = [{ name: 'EksAuditorMember' }, { name: 'EksAuditorAccess' }];

const aWorld = (objects: readonly KubernetesObject[] = []) =>
  signedIn(
    aTestOrganization().account(PAYMENTS, { name: 'payments', roles: ROLES }, (account) =>
      account.cluster('orders', {
        region: REGION,
        accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
        kubernetes: { objects: [...objects], apiGroups: CUSTOM_GROUPS },
      }),
    ),
  );

const audit = (kubernetes: object) =>
  run({
    targets: { organization: true, accounts: [PAYMENTS], regions: [REGION] },
    controls: { include: ['approved-registries', 'load-balancer-tls', 'iam-access'] },
    kubernetes: { enabled: true, ...kubernetes },
  });

test('managed access: one run grants and reads, the next one reads', async () => {
  const sandbox = await aWorld();

  const before = await audit({});
  const first = await audit({ access: 'managed' });
  const second = await audit({ access: 'managed' });

  expect(gapsOf(before)).toMatchObject([{ operation: 'kubernetes:connect', code: 'Unauthorized' }]);
  const readable = [
    'kubernetes:list gateways.gateway.networking.k8s.io',
    'kubernetes:list httproutes.gateway.networking.k8s.io',
  ];
  for (const result of [first, second]) {
    expect(gapsOf(result).filter(({ operation }) => !readable.includes(operation))).toEqual([]);
    expect(result.verdicts.find(({ control }) => control === 'approved-registries')?.status).toBe('PASSED');
  }
  expect(regionOf(first, PAYMENTS).clusters.accessGranted).toEqual([
    { name: 'orders', principalArn: MEMBER },
  ]);
  expect(regionOf(second, PAYMENTS).clusters.accessGranted).toBeUndefined();
  expect(sandbox.calls({ operation: 'eks:CreateAccessEntry' })).toHaveLength(1);
});

test('access by a group: what the manifest gives is what the status wants', async () => {
  const { stdout: manifest } = await cli(['access', 'manifest']);
  const applied: KubernetesObject[] = parseAllDocuments(manifest).map((document) => document.toJS());

  for (const { objects, code, missing } of [
    {
      objects: [],
      code: 4,
      missing: [expect.stringMatching(/^a binding of the group eks-auditor in the cluster/)],
    },
    { objects: applied, code: 0, missing: [] },
  ]) {
    const sandbox = await aWorld(objects);
    const env = credentialsOf(sandbox);
    const access = (...args: string[]) =>
      cli(
        [
          'access',
          ...args,
          '--account',
          PAYMENTS,
          '--region',
          REGION,
          '--level',
          'group',
          '--format',
          'json',
        ],
        { env },
      );

    expect((await access('grant', '--yes')).code).toBe(0);
    const status = await access('status');

    expect(status.code).toBe(code);
    expect(JSON.parse(status.stdout)).toMatchObject([
      { policy: 'group eks-auditor', reachable: 'yes', missing },
    ]);
  }
});
