import { expect, test } from 'vitest';
import { aTestOrganization, linesOf, PAYMENTS, REGION, run, signedIn } from '../../harness.ts';

const TLS = { controls: { include: ['load-balancer-tls'] } };
const OTHER_REGION = 'us-east-1';
const LISTS = ['', 'v2'].map((version) => `elasticloadbalancing${version}:DescribeLoadBalancers`);
const WARNING = `5.4.5 AWS::::Account:${PAYMENTS} WARNING UNKNOWN_CLUSTER_TAG`;

/** A cluster in one of two Regions, and in both a load balancer of a cluster that was deleted. */
function world() {
  return aTestOrganization().account(PAYMENTS, {}, (account) => {
    account.cluster('web', { region: REGION });
    for (const region of [REGION, OTHER_REGION])
      account.loadBalancer('old', { region, tags: { 'elbv2.k8s.aws/cluster': 'old' } });
    account.classicLoadBalancer('older', {
      region: REGION,
      tags: { 'kubernetes.io/cluster/older': 'owned' },
    });
  });
}

function stateOf(findings: Awaited<ReturnType<typeof signedIn>>, region = REGION): string[] {
  return findings
    .findings(PAYMENTS, region)
    .filter(({ Id }) => Id.startsWith('AWS::::Account'))
    .map(({ Compliance, RecordState }) => `${Compliance?.Status} ${RecordState}`);
}

test('are one warning on the account, only in Regions with clusters', async () => {
  const sandbox = await signedIn(world());

  const result = await run({ ...TLS, targets: { organization: true, regions: [REGION, OTHER_REGION] } });

  expect(linesOf(result.verdicts)).toEqual([WARNING, '5.4.5 web PASSED NO_LOAD_BALANCERS']);
  expect(result.verdicts.find(({ level }) => level === 'region')?.reason).toContain(
    'old (old), older (older)',
  );
  expect(stateOf(sandbox)).toEqual(['WARNING ACTIVE']);
  const calls = sandbox.calls({ region: OTHER_REGION }).map(({ operation }) => operation);
  expect(calls.filter((operation) => LISTS.includes(operation))).toEqual([]);
});

test('are none once clusters of these names are created, also before they are ready', async () => {
  const sandbox = await signedIn(world());
  await run(TLS);
  const { add } = sandbox.account(PAYMENTS);
  add.cluster('old', { region: REGION, status: 'CREATING' }).cluster('older', { region: REGION });

  const result = await run(TLS);

  expect(linesOf(result.verdicts)).not.toContain(WARNING);
  expect(stateOf(sandbox)).toEqual(['WARNING ARCHIVED']);
});

test('stay a warning while load balancers cannot be listed', async () => {
  const sandbox = await signedIn(world());
  await run(TLS);
  for (const operation of LISTS) sandbox.fail({ accountId: PAYMENTS, operation, with: 'AccessDenied' });

  const result = await run(TLS);

  expect(linesOf(result.verdicts)).toEqual(['5.4.5 web NOT_AVAILABLE EVIDENCE_UNREADABLE']);
  expect(stateOf(sandbox)).toEqual(['WARNING ACTIVE']);
});

test('are told of although only another cluster of the Region was requested', async () => {
  await signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) =>
      account
        .cluster('web', { region: REGION })
        .cluster('shop', { region: REGION })
        .loadBalancer('shop', { region: REGION, tags: { 'elbv2.k8s.aws/cluster': 'shop' } })
        .loadBalancer('old', { region: REGION, tags: { 'elbv2.k8s.aws/cluster': 'old' } }),
    ),
  );
  const targets = { organization: true, regions: [REGION], clusters: ['web'] };

  const { verdicts } = await run({ ...TLS, targets });

  expect(linesOf(verdicts)).toEqual([WARNING, '5.4.5 web PASSED NO_LOAD_BALANCERS']);
  expect(verdicts.find(({ level }) => level === 'region')?.evidence).toMatchObject({ clusterTags: 'old' });
});
