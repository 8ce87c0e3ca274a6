import { describe, expect, it } from 'vitest';
import type { ClusterSpec } from '../../../../infra/sandbox/resources/eks.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collected, valueIn } from '../collected.ts';

/** More than one page of 100. */
const MANY = Array.from({ length: 101 }, (_, index) => `n-${index}`);

function aWorldWith(parts: Omit<ClusterSpec, 'region'>): Promise<Sandbox> {
  const world = aTestOrganization().account(PAYMENTS, {}, (account) =>
    account.cluster('orders', { region: REGION, ...parts }),
  );
  return signedIn(world);
}

describe('the node role of Auto Mode', () => {
  it.each([
    ['says', true, 'present'],
    ['does not say', undefined, 'unreadable'],
  ])('where AWS %s whether it is on', async (_, enabled, state) => {
    const nodeRoleArn = 'arn:aws:iam::333333333333:role/node';
    const sandbox = await aWorldWith({ computeConfig: { nodeRoleArn, ...(enabled && { enabled }) } });

    expect((await collected(sandbox, 'cluster')).cluster).toMatchObject({ state });
  });
});

describe('node groups', () => {
  it('are described, on every page', async () => {
    const sandbox = await aWorldWith({ nodegroups: MANY.map((nodegroupName) => ({ nodegroupName })) });

    const nodegroups = valueIn((await collected(sandbox, 'nodegroups')).nodegroups);

    expect(nodegroups.map(({ detail }) => valueIn(detail).nodegroupName)).toEqual(MANY);
    expect(sandbox.calls({ operation: 'eks:ListNodegroups' })).toHaveLength(2);
  });

  it('keep what determines addresses and roles', async () => {
    const nodegroup = {
      nodegroupName: 'workers',
      nodeRole: 'arn:aws:iam::333333333333:role/node',
      subnets: ['subnet-1'],
      launchTemplate: { id: 'lt-1', name: 'workers', version: '3' },
    };
    const sandbox = await aWorldWith({ nodegroups: [nodegroup] });

    const [read] = valueIn((await collected(sandbox, 'nodegroups')).nodegroups);

    expect(valueIn(read?.detail)).toMatchObject({ ...nodegroup, status: 'ACTIVE' });
  });

  it('that cannot be described leave the others readable', async () => {
    const sandbox = await aWorldWith({ nodegroups: [{ nodegroupName: 'a' }, { nodegroupName: 'b' }] });
    sandbox.fail({
      operation: 'eks:DescribeNodegroup',
      with: 'AccessDenied',
      match: (params) => params.nodegroupName === 'a',
    });

    const nodegroups = valueIn((await collected(sandbox, 'nodegroups')).nodegroups);

    expect(nodegroups).toMatchObject([
      { name: 'a', detail: { state: 'unreadable', kind: 'denied', operation: 'eks:DescribeNodegroup' } },
      { name: 'b', detail: { state: 'present' } },
    ]);
  });

  it('that cannot be listed are unreadable, not none', async () => {
    const sandbox = await aWorldWith({ nodegroups: [{}] });
    sandbox.fail({ operation: 'eks:ListNodegroups', with: 'AccessDenied' });

    const { nodegroups } = await collected(sandbox, 'nodegroups');

    expect(nodegroups).toMatchObject({ state: 'unreadable', kind: 'denied' });
  });
});

describe('Fargate profiles', () => {
  it('are described, on every page', async () => {
    const profiles = MANY.map((fargateProfileName) => ({ fargateProfileName }));
    const sandbox = await aWorldWith({ fargateProfiles: profiles });

    const read = valueIn((await collected(sandbox, 'fargateProfiles')).fargateProfiles);

    expect(read.map(({ detail }) => valueIn(detail).fargateProfileName)).toEqual(MANY);
  });

  it('keep their selectors and their role', async () => {
    const profile = {
      fargateProfileName: 'untrusted',
      podExecutionRoleArn: 'arn:aws:iam::333333333333:role/fargate',
      selectors: [{ namespace: 'tenant-*', labels: { isolated: 'yes' } }],
    };
    const sandbox = await aWorldWith({ fargateProfiles: [profile] });

    const [read] = valueIn((await collected(sandbox, 'fargateProfiles')).fargateProfiles);

    expect(valueIn(read?.detail)).toMatchObject({ ...profile, status: 'ACTIVE' });
  });

  it('that cannot be described leave the others readable', async () => {
    const sandbox = await aWorldWith({
      fargateProfiles: [{ fargateProfileName: 'a' }, { fargateProfileName: 'b' }],
    });
    sandbox.fail({
      operation: 'eks:DescribeFargateProfile',
      with: 'Malformed',
      match: (params) => params.fargateProfileName === 'a',
    });

    const read = valueIn((await collected(sandbox, 'fargateProfiles')).fargateProfiles);

    expect(read.map(({ detail }) => detail.state)).toEqual(['unreadable', 'present']);
  });
});

describe('Pod Identity associations', () => {
  it('are listed, on every page', async () => {
    const podIdentityAssociations = MANY.map((serviceAccount) => ({ namespace: 'shop', serviceAccount }));
    const sandbox = await aWorldWith({ podIdentityAssociations });

    const read = valueIn((await collected(sandbox, 'podIdentityAssociations')).podIdentityAssociations);

    expect(read.map(({ serviceAccount }) => serviceAccount)).toEqual(MANY);
    expect(read[0]).toEqual({ namespace: 'shop', serviceAccount: MANY[0] });
  });
});
