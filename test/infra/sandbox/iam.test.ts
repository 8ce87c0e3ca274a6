import {
  GetAccountAuthorizationDetailsCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, running } from './support.ts';

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: "arn:aws:s3:::it's (a) bucket/*" }],
});
const customArn = `arn:aws:iam::${member}:policy/custom`;
const readOnlyArn = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';

function addEntities(builder: AccountBuilder) {
  return builder
    .role('node', {
      path: '/eks/',
      attached: ['AWS/AmazonEC2ContainerRegistryReadOnly', customArn],
      inline: { extra: allow('s3:GetObject') },
      boundary: 'AWS/AdministratorAccess',
      instanceProfiles: ['node-profile'],
      tags: { team: 'red' },
    })
    .user('ann', { groups: ['admins'], attached: [customArn], inline: { own: allow('ecr:*') } })
    .group('admins', { attached: ['AWS/AdministratorAccess'], inline: { all: allow('iam:*') } })
    .policy('custom', {
      versions: [
        { document: allow('old:*') },
        { document: allow('new:*'), isDefault: true },
        { document: allow('draft:*') },
      ],
    })
    .oidcProvider('https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', { tags: { cluster: 'prod' } });
}

async function account(build: (builder: AccountBuilder) => unknown = addEntities) {
  const sandbox = await running(anOrganization().account(member, { roles: [] }, build).account(other));
  return { sandbox, client: new IAMClient(as(sandbox, member)) };
}

function decoded(document: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(document ?? ''));
}

describe('GetAccountAuthorizationDetails', () => {
  it('returns users, groups, roles and the policies in use', async () => {
    const { client } = await account();
    const details = await client.send(new GetAccountAuthorizationDetailsCommand({}));
    expect(details.UserDetailList).toMatchObject([
      {
        UserName: 'ann',
        GroupList: ['admins'],
        AttachedManagedPolicies: [{ PolicyArn: customArn, PolicyName: 'custom' }],
      },
    ]);
    expect(details.GroupDetailList).toMatchObject([
      { GroupName: 'admins', GroupPolicyList: [{ PolicyName: 'all' }] },
    ]);
    expect(details.RoleDetailList).toMatchObject([
      {
        RoleName: 'node',
        Path: '/eks/',
        Arn: `arn:aws:iam::${member}:role/eks/node`,
        PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        InstanceProfileList: [{ InstanceProfileName: 'node-profile', Roles: [{ RoleName: 'node' }] }],
        AttachedManagedPolicies: [{ PolicyArn: readOnlyArn }, { PolicyArn: customArn }],
        Tags: [{ Key: 'team', Value: 'red' }],
        CreateDate: expect.any(Date),
      },
    ]);
    expect(details.Policies?.map(({ Arn }) => Arn)).toEqual([
      customArn,
      'arn:aws:iam::aws:policy/AdministratorAccess',
      readOnlyArn,
    ]);
    expect(details.IsTruncated).toBe(false);
  });

  it('returns encoded documents and every version of a policy', async () => {
    const { client } = await account();
    const { Policies, RoleDetailList } = await client.send(new GetAccountAuthorizationDetailsCommand({}));
    const versions = Policies?.find(({ Arn }) => Arn === customArn)?.PolicyVersionList;
    expect(versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
      ['v3', false],
      ['v2', true],
      ['v1', false],
    ]);
    expect(decoded(versions?.[1]?.Document)).toEqual(allow('new:*'));
    const document = RoleDetailList?.[0]?.RolePolicyList?.[0]?.PolicyDocument;
    expect(document).toMatch(/^[A-Za-z0-9%._~-]+$/);
    expect(decoded(document)).toEqual(allow('s3:GetObject'));
    expect(decoded(RoleDetailList?.[0]?.AssumeRolePolicyDocument)).toMatchObject({ Version: '2012-10-17' });
  });

  it.each([
    ['User', 'UserDetailList'],
    ['Group', 'GroupDetailList'],
    ['Role', 'RoleDetailList'],
    ['LocalManagedPolicy', 'Policies'],
    ['AWSManagedPolicy', 'Policies'],
  ] as const)('returns only the entities of the filter %s', async (filter, list) => {
    const { client } = await account();
    const details = await client.send(new GetAccountAuthorizationDetailsCommand({ Filter: [filter] }));
    const filled = (['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const).filter(
      (name) => (details[name] ?? []).length > 0,
    );
    expect(filled).toEqual([list]);
    const awsManaged = details.Policies?.map(({ Arn }) => Arn?.startsWith('arn:aws:iam::aws:'));
    expect(new Set(awsManaged)).toEqual(new Set(list === 'Policies' ? [filter === 'AWSManagedPolicy'] : []));
  });

  it('has pages of 100 entities of all types by default and of 1,000 at most', async () => {
    const { client } = await account((builder) => {
      names(600, 'role').forEach((name) => void builder.role(name));
      names(500, 'user').forEach((name) => void builder.user(name));
    });
    const sizes: number[][] = [];
    for await (const page of paginateGetAccountAuthorizationDetails({ client, pageSize: 1000 }, {})) {
      sizes.push([page.UserDetailList?.length ?? 0, page.RoleDetailList?.length ?? 0]);
    }
    expect(sizes).toEqual([
      [500, 500],
      [0, 100],
    ]);
    const first = await client.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }));
    expect([first.RoleDetailList?.length, first.IsTruncated]).toEqual([100, true]);
    for (const MaxItems of [0, 1001]) {
      await expect(
        client.send(new GetAccountAuthorizationDetailsCommand({ MaxItems })),
      ).rejects.toMatchObject({
        name: 'ValidationError',
      });
    }
    await expect(
      client.send(new GetAccountAuthorizationDetailsCommand({ Marker: 'made-up' })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('is the same in every Region and different in every account', async () => {
    const { sandbox } = await account();
    const elsewhere = new IAMClient(as(sandbox, member, 'ap-southeast-2'));
    const same = await elsewhere.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
    expect(same.UserDetailList).toHaveLength(1);
    const others = new IAMClient(as(sandbox, other));
    const different = await others.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
    expect(different.UserDetailList ?? []).toEqual([]);
  });

  it('includes the role that the auditor assumes', async () => {
    const sandbox = await running(anOrganization().account(member));
    const client = new IAMClient(as(sandbox, member));
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'EksAuditorMember' }));
    expect(decoded(Role?.AssumeRolePolicyDocument)).toMatchObject({
      Statement: [{ Principal: { AWS: ['arn:aws:iam::111111111111:root'] }, Action: 'sts:AssumeRole' }],
    });
  });
});

describe('a role', () => {
  it('is returned with its policies and instance profiles', async () => {
    const { client } = await account();
    const RoleName = 'node';
    const { Role } = await client.send(new GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({ Path: '/eks/', Tags: [{ Key: 'team', Value: 'red' }] });
    const attached = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([readOnlyArn, customArn]);
    expect((await client.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['extra']);
    const inline = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'extra' }));
    expect(decoded(inline.PolicyDocument)).toEqual(allow('s3:GetObject'));
    const profile = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'node-profile' }));
    expect(profile.InstanceProfile?.Roles?.map(({ RoleName: name }) => name)).toEqual([RoleName]);
  });

  it('lists its policies in pages', async () => {
    const { client } = await account((builder) =>
      builder.role('many', {
        attached: names(20).map((name) => `arn:aws:iam::${member}:policy/${name}`),
        inline: Object.fromEntries(names(20).map((name) => [name, allow('s3:*')])),
      }),
    );
    const RoleName = 'many';
    const attached: (string | undefined)[] = [];
    for await (const page of paginateListAttachedRolePolicies({ client, pageSize: 8 }, { RoleName })) {
      attached.push(...(page.AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName));
    }
    const inline: string[] = [];
    for await (const page of paginateListRolePolicies({ client, pageSize: 8 }, { RoleName })) {
      inline.push(...(page.PolicyNames ?? []));
    }
    expect(attached).toEqual(names(20));
    expect(inline).toEqual(names(20));
  });
});

describe('a policy', () => {
  it('is returned with its default version, also an AWS managed one', async () => {
    const { client } = await account();
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: customArn }));
    expect(Policy).toMatchObject({ DefaultVersionId: 'v2', AttachmentCount: 2 });
    const custom = await client.send(new GetPolicyVersionCommand({ PolicyArn: customArn, VersionId: 'v2' }));
    expect(decoded(custom.PolicyVersion?.Document)).toEqual(allow('new:*'));
    const managed = await client.send(
      new GetPolicyVersionCommand({ PolicyArn: readOnlyArn, VersionId: 'v1' }),
    );
    expect(JSON.stringify(decoded(managed.PolicyVersion?.Document))).toContain('ecr:BatchGetImage');
  });

  it('of AWS that the sandbox does not have can be added', async () => {
    const arn = 'arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy';
    const { client } = await account((builder) =>
      builder.policy(arn, { document: allow('ec2:CreateSnapshot') }).role('csi', { attached: [arn] }),
    );
    const { Policies } = await client.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['AWSManagedPolicy'] }),
    );
    expect(Policies).toMatchObject([
      { Arn: arn, PolicyName: 'AmazonEBSCSIDriverPolicy', AttachmentCount: 1 },
    ]);
  });
});

describe('OIDC providers', () => {
  it('are listed and returned; their ARN ends with the issuer', async () => {
    const { client } = await account();
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
    const arn = `arn:aws:iam::${member}:oidc-provider/${issuer}`;
    const list = await client.send(new ListOpenIDConnectProvidersCommand({}));
    expect(list.OpenIDConnectProviderList).toEqual([{ Arn: arn }]);
    const provider = await client.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    );
    expect(provider).toMatchObject({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] });
  });
});

describe('an entity that does not exist', () => {
  it('is answered with NoSuchEntity', async () => {
    const { client } = await account();
    const missing = `arn:aws:iam::${member}:policy/missing`;
    const OpenIDConnectProviderArn = `arn:aws:iam::${member}:oidc-provider/missing`;
    const answers = await Promise.allSettled([
      client.send(new GetRoleCommand({ RoleName: 'missing' })),
      client.send(new ListAttachedRolePoliciesCommand({ RoleName: 'missing' })),
      client.send(new ListRolePoliciesCommand({ RoleName: 'missing' })),
      client.send(new GetRolePolicyCommand({ RoleName: 'node', PolicyName: 'missing' })),
      client.send(new GetPolicyCommand({ PolicyArn: missing })),
      client.send(new GetPolicyVersionCommand({ PolicyArn: customArn, VersionId: 'v9' })),
      client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'missing' })),
      client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
    ]);
    const errors = answers.map((answer) => answer.status === 'rejected' && answer.reason.name);
    expect(errors).toEqual(answers.map(() => 'NoSuchEntityException'));
  });

  it('is answered with ValidationError when its name is invalid', async () => {
    const { client } = await account();
    await expect(client.send(new GetRoleCommand({ RoleName: 'a/b' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
