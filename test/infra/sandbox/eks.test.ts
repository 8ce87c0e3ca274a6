import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeIdentityProviderConfigCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListIdentityProviderConfigsCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  paginateListAccessEntries,
  paginateListAddons,
  paginateListClusters,
  paginateListFargateProfiles,
  paginateListIdentityProviderConfigs,
  paginateListNodegroups,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import type { ClusterSpec } from '../../../infra/sandbox/resources/eks.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, region, running } from './support.ts';

const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy';
const principalArn = `arn:aws:iam::${member}:role/team/admin`;

async function withCluster(spec: Partial<ClusterSpec> = {}) {
  const world = anOrganization()
    .account(member, {}, (account) => account.cluster('prod', { region, ...spec }))
    .account(other);
  const sandbox = await running(world);
  return { sandbox, client: new EKSClient(as(sandbox, member)) };
}

describe('clusters', () => {
  it('have the defaults of EKS', async () => {
    const { client } = await withCluster();
    const { cluster } = await client.send(new DescribeClusterCommand({ name: 'prod' }));
    expect(cluster).toMatchObject({
      arn: `arn:aws:eks:${region}:${member}:cluster/prod`,
      status: 'ACTIVE',
      resourcesVpcConfig: {
        endpointPublicAccess: true,
        endpointPrivateAccess: false,
        publicAccessCidrs: ['0.0.0.0/0'],
      },
    });
    expect(cluster?.encryptionConfig).toBeUndefined();
    expect(cluster?.createdAt).toBeInstanceOf(Date);
  });

  it('can override any field, merge objects and remove a field with null', async () => {
    const { client } = await withCluster({
      createdAt: new Date('2025-05-05T05:05:05Z'),
      resourcesVpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: ['198.51.100.0/24'] },
      logging: null,
    });
    const { cluster } = await client.send(new DescribeClusterCommand({ name: 'prod' }));
    expect(cluster?.resourcesVpcConfig).toMatchObject({
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['198.51.100.0/24'],
    });
    expect(cluster?.createdAt).toEqual(new Date('2025-05-05T05:05:05Z'));
    expect(cluster).not.toHaveProperty('logging');
  });

  it('are found in their account and Region only', async () => {
    const { sandbox } = await withCluster();
    for (const config of [as(sandbox, other), as(sandbox, member, 'us-east-1')]) {
      const client = new EKSClient(config);
      expect((await client.send(new ListClustersCommand({}))).clusters).toEqual([]);
      await expect(client.send(new DescribeClusterCommand({ name: 'prod' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    }
  });

  it('are listed in pages of 100, also when the last page is full', async () => {
    const world = anOrganization().account(member, {}, (account) => {
      for (const name of names(200, 'cluster')) {
        account.cluster(name, { region });
      }
    });
    const client = new EKSClient(as(await running(world), member));
    const pages: string[][] = [];
    for await (const { clusters = [] } of paginateListClusters({ client }, {})) {
      pages.push(clusters);
    }
    expect(pages.map((page) => page.length)).toEqual([100, 100]);
    expect(pages.flat()).toEqual(names(200, 'cluster'));
    for (const maxResults of [0, 101]) {
      await expect(client.send(new ListClustersCommand({ maxResults }))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    }
    await expect(client.send(new ListClustersCommand({ nextToken: 'made-up' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('can be changed, added and deleted while the sandbox runs', async () => {
    const { sandbox, client } = await withCluster();
    const account = sandbox.account(member);
    account.updateCluster(region, 'prod', { resourcesVpcConfig: { endpointPublicAccess: false } });
    account.putCluster('new', { region });
    const { cluster } = await client.send(new DescribeClusterCommand({ name: 'prod' }));
    expect(cluster?.resourcesVpcConfig).toMatchObject({
      endpointPublicAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
    });
    account.deleteCluster(region, 'prod');
    expect((await client.send(new ListClustersCommand({}))).clusters).toEqual(['new']);
    expect(() => account.cluster(region, 'prod')).toThrow(RangeError);
  });
});

describe('parts of a cluster', () => {
  const parts: Partial<ClusterSpec> = {
    addons: ['vpc-cni', { addonName: 'coredns', configurationValues: '{"replicaCount":3}' }],
    nodegroups: [{ nodegroupName: 'blue', subnets: ['subnet-1'] }],
    fargateProfiles: [{ fargateProfileName: 'batch' }],
    accessEntries: [
      { principalArn, accessPolicies: [{ policyArn, accessScope: { type: 'cluster' } }] },
      { principalArn: `arn:aws:iam::${member}:role/node`, type: 'EC2_LINUX' },
    ],
    podIdentityAssociations: [
      { associationId: 'a-1', namespace: 'apps', serviceAccount: 'web', roleArn: principalArn },
      { associationId: 'a-2', namespace: 'batch' },
    ],
    identityProviderConfigs: [{ identityProviderConfigName: 'corp', issuerUrl: 'https://sso.example.com' }],
  };
  const clusterName = 'prod';

  it('are listed by name', async () => {
    const { client } = await withCluster(parts);
    expect((await client.send(new ListAddonsCommand({ clusterName }))).addons).toEqual([
      'vpc-cni',
      'coredns',
    ]);
    expect((await client.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual(['blue']);
    const fargate = await client.send(new ListFargateProfilesCommand({ clusterName }));
    expect(fargate.fargateProfileNames).toEqual(['batch']);
    const providers = await client.send(new ListIdentityProviderConfigsCommand({ clusterName }));
    expect(providers.identityProviderConfigs).toEqual([{ type: 'oidc', name: 'corp' }]);
    const entries = await client.send(new ListAccessEntriesCommand({ clusterName }));
    expect(entries.accessEntries).toEqual([principalArn, `arn:aws:iam::${member}:role/node`]);
    const associations = await client.send(new ListPodIdentityAssociationsCommand({ clusterName }));
    expect(associations.associations?.map(({ associationId }) => associationId)).toEqual(['a-1', 'a-2']);
  });

  it('are described by name', async () => {
    const { client } = await withCluster(parts);
    const { addon } = await client.send(new DescribeAddonCommand({ clusterName, addonName: 'coredns' }));
    expect(addon?.configurationValues).toBe('{"replicaCount":3}');
    const { nodegroup } = await client.send(
      new DescribeNodegroupCommand({ clusterName, nodegroupName: 'blue' }),
    );
    expect(nodegroup).toMatchObject({ clusterName, subnets: ['subnet-1'], createdAt: expect.any(Date) });
    const profile = new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'batch' });
    expect((await client.send(profile)).fargateProfile?.fargateProfileName).toBe('batch');
    const { accessEntry } = await client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    expect(accessEntry).toMatchObject({ principalArn, type: 'STANDARD' });
    expect(accessEntry).not.toHaveProperty('accessPolicies');
    const association = new DescribePodIdentityAssociationCommand({ clusterName, associationId: 'a-1' });
    expect((await client.send(association)).association?.roleArn).toBe(principalArn);
    const identityProviderConfig = { type: 'oidc', name: 'corp' };
    const provider = new DescribeIdentityProviderConfigCommand({ clusterName, identityProviderConfig });
    expect((await client.send(provider)).identityProviderConfig?.oidc?.issuerUrl).toBe(
      'https://sso.example.com',
    );
  });

  it('include the policies of an access entry, which is found by them', async () => {
    const { client } = await withCluster(parts);
    const policies = await client.send(
      new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn }),
    );
    expect(policies.associatedAccessPolicies).toMatchObject([
      { policyArn, accessScope: { type: 'cluster' } },
    ]);
    const entries = await client.send(
      new ListAccessEntriesCommand({ clusterName, associatedPolicyArn: policyArn }),
    );
    expect(entries.accessEntries).toEqual([principalArn]);
  });

  it('include pod identity associations, listed by namespace and service account, without roles', async () => {
    const { client } = await withCluster(parts);
    const command = new ListPodIdentityAssociationsCommand({
      clusterName,
      namespace: 'apps',
      serviceAccount: 'web',
    });
    const { associations } = await client.send(command);
    expect(associations).toMatchObject([{ associationId: 'a-1' }]);
    expect(associations?.[0]).not.toHaveProperty('roleArn');
  });

  it('that do not exist are answered with ResourceNotFoundException', async () => {
    const { client } = await withCluster(parts);
    const missingArn = 'arn:aws:iam::1:role/missing';
    const identityProviderConfig = { type: 'oidc', name: 'missing' };
    const answers = await Promise.allSettled([
      client.send(new DescribeAddonCommand({ clusterName, addonName: 'missing' })),
      client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: 'missing' })),
      client.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'missing' })),
      client.send(new DescribeAccessEntryCommand({ clusterName, principalArn: missingArn })),
      client.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId: 'missing' })),
      client.send(new DescribeIdentityProviderConfigCommand({ clusterName, identityProviderConfig })),
      client.send(new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn: missingArn })),
      client.send(new ListAddonsCommand({ clusterName: 'missing' })),
      client.send(new ListAccessEntriesCommand({ clusterName: 'missing' })),
    ]);
    const errors = answers.map((answer) => answer.status === 'rejected' && answer.reason.name);
    expect(errors).toEqual(answers.map(() => 'ResourceNotFoundException'));
  });

  it('have no access entries when the authentication mode is CONFIG_MAP', async () => {
    const { client } = await withCluster({ accessConfig: { authenticationMode: 'CONFIG_MAP' } });
    await expect(client.send(new ListAccessEntriesCommand({ clusterName }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(
      client.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
    ).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('are all listed in pages of 100', async () => {
    const { client } = await withCluster({
      addons: names(101),
      nodegroups: names(101).map((nodegroupName) => ({ nodegroupName })),
      fargateProfiles: names(101).map((fargateProfileName) => ({ fargateProfileName })),
      accessEntries: names(101).map((name) => ({ principalArn: `arn:aws:iam::${member}:role/${name}` })),
      podIdentityAssociations: names(101).map((associationId) => ({ associationId })),
      identityProviderConfigs: names(101).map((identityProviderConfigName) => ({
        identityProviderConfigName,
      })),
    });
    const config = { client };
    const pages = [
      paginateListAddons(config, { clusterName }),
      paginateListNodegroups(config, { clusterName }),
      paginateListFargateProfiles(config, { clusterName }),
      paginateListAccessEntries(config, { clusterName }),
      paginateListPodIdentityAssociations(config, { clusterName }),
      paginateListIdentityProviderConfigs(config, { clusterName }),
    ];
    for (const paginator of pages) {
      const sizes: number[] = [];
      for await (const { $metadata, nextToken, ...lists } of paginator) {
        sizes.push(Object.values(lists).flat().length);
      }
      expect(sizes).toEqual([100, 1]);
    }
  });
});
