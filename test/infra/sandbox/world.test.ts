import { describe, expect, it } from 'vitest';
import { anOrganization, parseWorld } from '../../../infra/sandbox/world.ts';
import { member, region, security } from './support.ts';

function organization() {
  return anOrganization({ delegatedAdministrators: [security] })
    .ou('ou-root-prodprod', { name: 'Prod' })
    .account(member, { ou: 'ou-root-prodprod', buckets: ['results'] }, (account) =>
      account
        .cluster('prod', {
          region,
          addons: ['vpc-cni'],
          logging: null,
          nodegroups: [{ nodegroupName: 'blue' }],
        })
        .kmsKey({ region, keyState: 'Disabled', aliases: ['alias/eks'] })
        .repository('web', { region, policy: { Statement: [] }, tags: { team: 'red' } })
        .repository('plain', { region })
        .registry({ region, scanning: { scanType: 'ENHANCED' } })
        .role('writer', { attached: ['AWS/AdministratorAccess'], inline: { own: { Statement: [] } } })
        .user('ann', { groups: ['admins'], boundary: 'AWS/AdministratorAccess' })
        .group('admins')
        .policy('custom', { versions: [{ document: {} }, { document: 'odd' }] })
        .policy('arn:aws:iam::aws:policy/service-role/Other', { document: {} })
        .oidcProvider('https://oidc.example.com/id/1')
        .vpc('vpc-1', { region })
        .routeTable('rtb-main', { region, VpcId: 'vpc-1', main: true })
        .subnet('subnet-1', { region, VpcId: 'vpc-1', tags: { Name: 'one' } })
        .instance({ region, tags: { env: 'prod' } })
        .networkInterface({ region })
        .launchTemplate('lt-1', { region, versions: [{ ImageId: 'ami-1' }] })
        .loadBalancer('web', { region, listeners: [{ Protocol: 'HTTP', rules: [{ Actions: [] }] }] })
        .classicLoadBalancer('old', { region }),
    );
}

describe('a world', () => {
  it('has its management account and delegated administrators by default', () => {
    const { accounts } = anOrganization({ delegatedAdministrators: [security] }).build();
    expect(accounts.map(({ id, status }) => [id, status])).toEqual([
      ['111111111111', 'ACTIVE'],
      [security, 'ACTIVE'],
    ]);
  });

  it('gives every account a role that the administrators may assume', () => {
    const { accounts } = organization().build();
    expect(accounts.at(-1)?.roles).toEqual([
      { name: 'EksAuditorMember', trusts: ['111111111111', security] },
    ]);
  });

  it('is the same every time it is built', () => {
    expect(organization().build()).toEqual(organization().build());
  });

  it('gives different resources different ids', () => {
    const { accounts } = anOrganization()
      .account(member, {}, (account) =>
        account.cluster('a', { region }).cluster('b', { region }).kmsKey({ region }).kmsKey({ region }),
      )
      .build();
    const [a, b] = accounts[1]?.clusters ?? [];
    expect(a?.identity?.oidc?.issuer).not.toBe(b?.identity?.oidc?.issuer);
    expect(new Set(accounts[1]?.kmsKeys.map(({ KeyId }) => KeyId)).size).toBe(2);
  });

  it('can be written as JSON and parsed', () => {
    const world = organization().build();
    expect(parseWorld(JSON.parse(JSON.stringify(world)))).toEqual(world);
  });

  it('does not change with the builder it was built by', () => {
    const builder = organization();
    const before = builder.build();
    builder.account('444444444444');
    expect(before.accounts.map(({ id }) => id)).not.toContain('444444444444');
  });

  it('has the Regions of its partition', () => {
    const { accounts } = anOrganization({ partition: 'aws-us-gov' })
      .account(member, {}, (account) => account.cluster('prod', { region: 'us-gov-west-1' }))
      .build();
    expect(accounts[0]?.regions.enabled).toEqual(['us-gov-east-1', 'us-gov-west-1']);
    expect(accounts[1]?.clusters[0]?.arn).toBe(`arn:aws-us-gov:eks:us-gov-west-1:${member}:cluster/prod`);
  });
});

describe('a world file', () => {
  it('contains only what differs from the defaults', () => {
    const world = parseWorld({
      organization: { delegatedAdministrators: [security] },
      accounts: [{ id: member, clusters: [{ name: 'prod', region, addons: ['coredns'] }] }],
    });
    const prod = anOrganization({ delegatedAdministrators: [security] })
      .account(member, {}, (account) => account.cluster('prod', { region, addons: ['coredns'] }))
      .build();
    expect(world).toEqual(prod);
  });

  it('describes every kind of resource', () => {
    const world = parseWorld({
      accounts: [
        {
          id: member,
          iam: {
            roles: [{ name: 'writer', trust: { Statement: [] } }],
            policies: [{ name: 'own', document: {} }],
          },
          ec2: { instances: [{ region, InstanceId: 'i-1' }], vpcs: [{ region, VpcId: 'vpc-1' }] },
          repositories: [{ region, repositoryName: 'web' }],
          loadBalancers: [{ region, LoadBalancerName: 'web', listeners: [{ Protocol: 'HTTP' }] }],
        },
      ],
    });
    expect(world.accounts[1]).toMatchObject({
      iam: { roles: [{ name: 'writer', trust: '{"Statement":[]}' }], policies: [{ name: 'own' }] },
      ec2: { instances: [{ InstanceId: 'i-1' }], routeTables: [{ VpcId: 'vpc-1' }] },
      repositories: [{ repositoryName: 'web' }],
      loadBalancers: [{ listeners: [{ Protocol: 'HTTP', rules: [{ IsDefault: true }] }] }],
    });
  });

  it.each([
    ['a cluster', { clusters: [{ name: 'prod', region, endpointPublicAcces: true }] }, 'endpointPublicAcces'],
    [
      'a structure of a cluster',
      { clusters: [{ name: 'prod', region, resourcesVpcConfig: { publicAccesCidrs: [] } }] },
      'publicAccesCidrs',
    ],
    [
      'an item of a list',
      { clusters: [{ name: 'prod', region, encryptionConfig: [{ resources: [], providers: {} }] }] },
      'providers',
    ],
    ['an add-on', { clusters: [{ name: 'prod', region, addons: [{ addonNam: 'x' }] }] }, 'addonNam'],
    [
      'a node group',
      { clusters: [{ name: 'prod', region, nodegroups: [{ nodeGroupName: 'x' }] }] },
      'nodeGroupName',
    ],
    ['a key', { kmsKeys: [{ region, rotation: true }] }, 'rotation'],
    ['a repository', { repositories: [{ region, repositoryName: 'web', scanOnPush: true }] }, 'scanOnPush'],
    ['a registry', { registries: [{ region, scanType: 'BASIC' }] }, 'scanType'],
    ['an instance', { ec2: { instances: [{ region, HttpTokens: 'optional' }] } }, 'HttpTokens'],
    [
      'a launch template',
      { ec2: { launchTemplates: [{ region, id: 'lt-1', versions: [{ metadataOptions: {} }] }] } },
      'metadataOptions',
    ],
    ['a role', { iam: { roles: [{ name: 'node', managed: [] }] } }, 'managed'],
    ['a policy', { iam: { policies: [{ name: 'own', statement: [] }] } }, 'statement'],
    [
      'a listener',
      { loadBalancers: [{ region, LoadBalancerName: 'web', listeners: [{ protocol: 'HTTP' }] }] },
      'protocol',
    ],
    [
      'a classic load balancer',
      { classicLoadBalancers: [{ region, LoadBalancerName: 'old', ListenerDescriptions: [{ Port: 80 }] }] },
      'Port',
    ],
  ])('names the unknown key of %s', (_what, account, key) => {
    const parse = () => parseWorld({ accounts: [{ id: member, ...account }] });
    expect(parse).toThrow(new RegExp(`"${key}"`));
  });

  it.each([
    [{ iam: { roles: [{ name: 'node', arn: `arn:aws:iam::${member}:role/other` }] } }, ':role/node'],
    [{ iam: { users: [{ name: 'ann', id: 'AIDA1' }] } }, 'AIDA'],
    [
      { iam: { oidcProviders: [{ url: 'https://example.com/id', arn: 'arn:aws:iam::1:x' }] } },
      'oidc-provider/example.com/id',
    ],
    [
      { loadBalancers: [{ region, LoadBalancerName: 'web', LoadBalancerArn: 'arn:aws:x' }] },
      'loadbalancer/app/web',
    ],
    [{ repositories: [{ region, repositoryName: 'web', repositoryArn: 'arn:aws:x' }] }, ':repository/web'],
  ])('names an id or ARN that the sandbox generates otherwise: %o', (account, generated) => {
    expect(() => parseWorld({ accounts: [{ id: member, ...account }] })).toThrow(generated);
  });

  it('names a text where a structure or a list belongs', () => {
    const parse = (cluster: object) => () =>
      parseWorld({ accounts: [{ id: member, clusters: [{ name: 'prod', region, ...cluster }] }] });
    expect(parse({ resourcesVpcConfig: 'none' })).toThrow('not a structure');
    expect(parse({ encryptionConfig: {} })).toThrow('not a list');
  });

  it('can be of each partition that there is a world for, and of no other', () => {
    const clusters = [{ name: 'prod', region: 'eusc-de-east-1' }];
    const { accounts } = parseWorld({ partition: 'aws-eusc', accounts: [{ id: member, clusters }] });
    expect(accounts[1]?.clusters[0]).toMatchObject({
      arn: `arn:aws-eusc:eks:eusc-de-east-1:${member}:cluster/prod`,
      endpoint: expect.stringMatching(/\.eks\.amazonaws\.eu$/),
    });
    expect(() => parseWorld({ partition: 'aws-iso' })).toThrow('aws-eusc');
  });

  it.each([
    ['an account id', { accounts: [{ id: '33' }] }, 'accounts.0.id'],
    ['a status', { accounts: [{ id: member, status: 'OPEN' }] }, 'accounts.0.status'],
    [
      'a cluster without a Region',
      { accounts: [{ id: member, clusters: [{ name: 'x' }] }] },
      'accounts.0.clusters.0.region',
    ],
    ['an unknown key', { accounts: [{ id: member, cluster: [] }] }, 'accounts.0'],
    ['a partition', { partition: 'aws-mars' }, 'partition'],
    ['no object', 'text', ''],
  ])('is rejected with the path of the problem: %s', (_case, document, path) => {
    expect(() => parseWorld(document)).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: path === '' ? [] : pathOf(path) })],
      }),
    );
  });
});

function pathOf(text: string): (string | number)[] {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
