import { expect, test } from 'vitest';
import { aTestOrganization, linesOf, PAYMENTS, REGION, regionOf, run, signedIn } from '../../harness.ts';

/** Node groups whose owner has deleted what they start nodes by, and a node that one of them started before. */
function aWorld() {
  const network = { region: REGION, VpcId: 'vpc-1' };
  return aTestOrganization().account(PAYMENTS, {}, (account) =>
    account
      .vpc('vpc-1', { region: REGION })
      .subnet('subnet-1', network)
      .cluster('shop', {
        region: REGION,
        nodegroups: [
          {
            nodegroupName: 'without-template',
            subnets: ['subnet-1'],
            launchTemplate: { id: 'lt-gone', version: '1' },
          },
          { nodegroupName: 'without-subnets', subnets: ['subnet-gone'] },
        ],
      })
      .instance({ ...network, SubnetId: 'subnet-1', tags: { 'eks:cluster-name': 'shop' } }),
  );
}

test('a deleted launch template and deleted subnets leave no gap, and no verdict open', async () => {
  await signedIn(aWorld());

  const result = await run({ controls: { include: ['private-nodes', 'dedicated-service-accounts'] } });

  expect(linesOf(result.verdicts)).toContain('5.4.3 shop PASSED PRIVATE_NODES');
  expect(regionOf(result, PAYMENTS)).toMatchObject({ state: 'covered', gaps: [] });
  expect(result.coverage.complete).toBe(true);
});

test('a launch template that is denied is a gap, and leaves the verdict open', async () => {
  const sandbox = await signedIn(aWorld());
  sandbox.fail({ operation: 'ec2:DescribeLaunchTemplateVersions', with: 'AccessDenied' });

  const result = await run({ controls: { include: ['private-nodes'] } });

  expect(linesOf(result.verdicts)).toEqual(['5.4.3 shop NOT_AVAILABLE EVIDENCE_UNREADABLE']);
  expect(regionOf(result, PAYMENTS)).toMatchObject({
    gaps: [{ operation: 'ec2:DescribeLaunchTemplateVersions', kind: 'denied', controlIds: ['5.4.3'] }],
  });
});
