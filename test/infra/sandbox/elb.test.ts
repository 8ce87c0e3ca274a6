import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  DescribeTagsCommand as DescribeClassicTagsCommand,
  DescribeLoadBalancerPoliciesCommand,
  ElasticLoadBalancingClient,
  paginateDescribeLoadBalancers as paginateClassic,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, region, running } from './support.ts';

async function account(build: (builder: AccountBuilder) => unknown) {
  const sandbox = await running(anOrganization().account(member, {}, build).account(other));
  const config = as(sandbox, member);
  return {
    sandbox,
    v2: new ElasticLoadBalancingV2Client(config),
    classic: new ElasticLoadBalancingClient(config),
  };
}

describe('application and network load balancers', () => {
  const redirect = {
    Type: 'redirect' as const,
    RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' as const },
  };

  function loadBalancers(builder: AccountBuilder) {
    return builder
      .loadBalancer('web', {
        region,
        tags: { 'elbv2.k8s.aws/cluster': 'prod' },
        listeners: [
          { Protocol: 'HTTP', DefaultActions: [redirect], rules: [{ Actions: [{ Type: 'forward' }] }] },
          { Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-2016-08' },
        ],
      })
      .loadBalancer('tcp', {
        region,
        Type: 'network',
        Scheme: 'internal',
        listeners: [{ Protocol: 'TCP', Port: 5432 }],
      });
  }

  async function first(v2: ElasticLoadBalancingV2Client) {
    const { LoadBalancers } = await v2.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
    const { Listeners } = await v2.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return { LoadBalancerArn, Listeners: Listeners ?? [] };
  }

  it('are described', async () => {
    const { v2 } = await account(loadBalancers);
    const { LoadBalancers } = await v2.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toMatchObject([
      { LoadBalancerName: 'web', Type: 'application', Scheme: 'internet-facing', State: { Code: 'active' } },
      { LoadBalancerName: 'tcp', Type: 'network', Scheme: 'internal' },
    ]);
    expect(LoadBalancers?.[1]?.LoadBalancerArn).toMatch(
      new RegExp(`^arn:aws:elasticloadbalancing:${region}:${member}:loadbalancer/net/tcp/[0-9a-f]{16}$`),
    );
  });

  it('have listeners, and listeners have rules, the default one last', async () => {
    const { v2 } = await account(loadBalancers);
    const { Listeners } = await first(v2);
    expect(Listeners.map(({ Protocol, Port, SslPolicy }) => [Protocol, Port, SslPolicy])).toEqual([
      ['HTTP', 80, undefined],
      ['HTTPS', 443, 'ELBSecurityPolicy-2016-08'],
    ]);
    const { Rules } = await v2.send(new DescribeRulesCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
    expect(Rules).toMatchObject([
      { Priority: '1', IsDefault: false, Actions: [{ Type: 'forward' }] },
      { Priority: 'default', IsDefault: true, Actions: [redirect] },
    ]);
  });

  it('have tags, at most 20 load balancers per request', async () => {
    const { v2 } = await account(loadBalancers);
    const { LoadBalancerArn } = await first(v2);
    const { TagDescriptions } = await v2.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    expect(TagDescriptions).toEqual([
      { ResourceArn: LoadBalancerArn, Tags: [{ Key: 'elbv2.k8s.aws/cluster', Value: 'prod' }] },
    ]);
    const ResourceArns = Array.from({ length: 21 }, () => LoadBalancerArn);
    await expect(v2.send(new DescribeTagsCommand({ ResourceArns }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    expect(
      (await v2.send(new DescribeTagsCommand({ ResourceArns: ResourceArns.slice(1) }))).TagDescriptions,
    ).toHaveLength(20);
  });

  it('are listed in pages of 400, like listeners and rules', async () => {
    const { v2 } = await account((builder) => {
      names(400, 'lb').forEach((name) => void builder.loadBalancer(name, { region }));
      const rules = names(401).map(() => ({ Actions: [{ Type: 'forward' as const }] }));
      builder.loadBalancer('many', { region, listeners: [{ rules }, ...names(400).map(() => ({}))] });
    });
    const pages: number[] = [];
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client: v2 }, {})) {
      pages.push(LoadBalancers.length);
    }
    expect(pages).toEqual([400, 1]);
    const { LoadBalancers } = await v2.send(new DescribeLoadBalancersCommand({ Names: ['many'] }));
    const listeners: (string | undefined)[] = [];
    const input = { LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn, PageSize: 300 };
    for await (const { Listeners = [] } of paginateDescribeListeners({ client: v2 }, input)) {
      expect(Listeners.length).toBeLessThanOrEqual(300);
      listeners.push(...Listeners.map(({ ListenerArn }) => ListenerArn));
    }
    expect(new Set(listeners).size).toBe(401);
    const rules: number[] = [];
    for await (const { Rules = [] } of paginateDescribeRules({ client: v2 }, { ListenerArn: listeners[0] })) {
      rules.push(Rules.length);
    }
    expect(rules).toEqual([400, 2]);
    await expect(v2.send(new DescribeLoadBalancersCommand({ PageSize: 401 }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('that do not exist are answered with an error that says so', async () => {
    const { sandbox, v2 } = await account(loadBalancers);
    const { LoadBalancerArn } = await first(v2);
    const otherClient = new ElasticLoadBalancingV2Client(as(sandbox, other));
    const answers = await Promise.allSettled([
      v2.send(new DescribeLoadBalancersCommand({ Names: ['missing'] })),
      v2.send(new DescribeTagsCommand({ ResourceArns: ['missing'] })),
      v2.send(new DescribeRulesCommand({ ListenerArn: 'missing' })),
      v2.send(new DescribeSSLPoliciesCommand({ Names: ['missing'] })),
      v2.send(new DescribeListenersCommand({})),
      otherClient.send(new DescribeListenersCommand({ LoadBalancerArn })),
    ]);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
      'LoadBalancerNotFoundException',
      'LoadBalancerNotFoundException',
      'ListenerNotFoundException',
      'SSLPolicyNotFoundException',
      'ValidationError',
      'LoadBalancerNotFoundException',
    ]);
  });

  it.each([
    ['ELBSecurityPolicy-2016-08', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['ELBSecurityPolicy-TLS13-1-2-2021-06', ['TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-3-2021-06', ['TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', ['TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09', ['TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-0-PQ-2025-09', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04', ['TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07', ['TLSv1.2', 'TLSv1.3']],
    ['ELBSecurityPolicy-TLS-1-1-2017-01', ['TLSv1.1', 'TLSv1.2']],
  ])('have the protocols of the policy %s', async (name, protocols) => {
    const { v2 } = await account(loadBalancers);
    const { SslPolicies } = await v2.send(new DescribeSSLPoliciesCommand({ Names: [name] }));
    expect(SslPolicies?.map(({ SslProtocols }) => SslProtocols)).toEqual([protocols]);
    const all = await v2.send(new DescribeSSLPoliciesCommand({ LoadBalancerType: 'application' }));
    expect(all.SslPolicies?.length).toBeGreaterThan(15);
  });
});

describe('classic load balancers', () => {
  const listener = (Protocol: string, ...PolicyNames: string[]) => ({
    Listener: { Protocol, LoadBalancerPort: 443, InstancePort: 30_000 },
    PolicyNames,
  });

  function loadBalancers(builder: AccountBuilder) {
    return builder.classicLoadBalancer('old', {
      region,
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
      ListenerDescriptions: [listener('HTTPS', 'ELBSecurityPolicy-2016-08'), listener('SSL', 'own')],
      policies: [
        {
          PolicyName: 'own',
          PolicyAttributeDescriptions: [{ AttributeName: 'Protocol-TLSv1.2', AttributeValue: 'true' }],
        },
      ],
    });
  }

  it('are described with their listeners', async () => {
    const { classic, v2 } = await account(loadBalancers);
    const { LoadBalancerDescriptions } = await classic.send(new DescribeClassicCommand({}));
    expect(LoadBalancerDescriptions).toMatchObject([
      {
        LoadBalancerName: 'old',
        Scheme: 'internet-facing',
        ListenerDescriptions: [
          {
            Listener: { Protocol: 'HTTPS', LoadBalancerPort: 443 },
            PolicyNames: ['ELBSecurityPolicy-2016-08'],
          },
          { Listener: { Protocol: 'SSL' }, PolicyNames: ['own'] },
        ],
      },
    ]);
    expect((await v2.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  });

  it('have tags, at most 20 load balancers per request', async () => {
    const { classic } = await account(loadBalancers);
    const describeTags = (LoadBalancerNames: string[]) =>
      classic.send(new DescribeClassicTagsCommand({ LoadBalancerNames }));
    expect((await describeTags(['old'])).TagDescriptions).toEqual([
      { LoadBalancerName: 'old', Tags: [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }] },
    ]);
    await expect(describeTags(Array.from({ length: 21 }, () => 'old'))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(describeTags(['missing'])).rejects.toMatchObject({ name: 'AccessPointNotFoundException' });
  });

  it('have their own policies and the predefined ones that they use', async () => {
    const { classic } = await account(loadBalancers);
    const LoadBalancerName = 'old';
    const { PolicyDescriptions } = await classic.send(
      new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName }),
    );
    expect(PolicyDescriptions?.map(({ PolicyName }) => PolicyName)).toEqual([
      'own',
      'ELBSecurityPolicy-2016-08',
    ]);
    const PolicyNames = ['ELBSecurityPolicy-2016-08'];
    const one = await classic.send(
      new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, PolicyNames }),
    );
    expect(one.PolicyDescriptions?.[0]?.PolicyAttributeDescriptions).toContainEqual({
      AttributeName: 'Protocol-TLSv1',
      AttributeValue: 'true',
    });
    const missing = new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, PolicyNames: ['missing'] });
    await expect(classic.send(missing)).rejects.toMatchObject({ name: 'PolicyNotFoundException' });
  });

  it('are listed in pages of 400', async () => {
    const { classic } = await account((builder) => {
      names(401, 'lb').forEach((name) => void builder.classicLoadBalancer(name, { region }));
    });
    const pages: number[] = [];
    for await (const { LoadBalancerDescriptions = [] } of paginateClassic({ client: classic }, {})) {
      pages.push(LoadBalancerDescriptions.length);
    }
    expect(pages).toEqual([400, 1]);
    await expect(classic.send(new DescribeClassicCommand({ PageSize: 401 }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
