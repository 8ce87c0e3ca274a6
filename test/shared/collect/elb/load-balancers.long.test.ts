import { describe, expect, it } from 'vitest';
import type { ListenerSpec } from '../../../../infra/sandbox/resources/elb.ts';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { REGION } from '../../../harness.ts';
import { collected, collectedFor, valueIn } from '../collected.ts';
import {
  aWorld,
  CLASSIC,
  CLASSIC_TAGS,
  count,
  loadBalancersIn,
  TAGS,
  TO_HTTPS,
  V2,
} from './load-balancer-world.ts';

const region = REGION;

describe('application and network load balancers', () => {
  it('are those tagged for a cluster that was read, by any of the tags', async () => {
    const sandbox = await aWorld((account) =>
      account
        .loadBalancer('alb', { region, tags: TAGS })
        .loadBalancer('auto', {
          region,
          Type: 'network',
          Scheme: 'internal',
          tags: { 'eks:eks-cluster-name': 'orders' },
        })
        .loadBalancer('nlb', { region, Type: 'network', tags: CLASSIC_TAGS })
        .loadBalancer('foreign', { region, tags: { 'elbv2.k8s.aws/cluster': 'billing' } })
        .loadBalancer('untagged', { region })
        .loadBalancer('gateway', { region, Type: 'gateway', tags: TAGS }),
    );

    const { ofClusters, unattributed } = await loadBalancersIn(sandbox);

    expect(ofClusters).toMatchObject([
      { name: 'alb', type: 'application', internetFacing: true, clusters: ['orders'], tags: TAGS },
      { name: 'auto', type: 'network', internetFacing: false },
      { name: 'nlb', type: 'network', internetFacing: true },
    ]);
    expect(unattributed).toEqual([]);
    expect(count(sandbox, `${V2}:DescribeListeners`)).toBe(3);
  });

  it('have their listeners with what their policies allow, which is read once', async () => {
    const listeners = [
      { Protocol: 'HTTPS', Port: 443, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
      { Protocol: 'HTTPS', Port: 8443, SslPolicy: 'ELBSecurityPolicy-2016-08' },
      { Protocol: 'HTTP', Port: 80 },
    ] as const;
    const sandbox = await aWorld((account) =>
      account.loadBalancer('a', { region, tags: TAGS, listeners }).loadBalancer('b', {
        region,
        tags: TAGS,
        Type: 'network',
        listeners: [{ Protocol: 'TCP', Port: 53 }],
      }),
    );

    const [a, b] = (await loadBalancersIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([
      { protocol: 'HTTPS', port: 443, tlsVersions: { value: ['TLSv1.2', 'TLSv1.3'] } },
      { protocol: 'HTTPS', port: 8443, tlsVersions: { value: expect.arrayContaining(['TLSv1', 'TLSv1.1']) } },
      { protocol: 'HTTP', port: 80, rules: { value: [{ actions: [{ type: 'forward' }] }] } },
    ]);
    expect(valueIn(b?.listeners)).toMatchObject([{ protocol: 'TCP', port: 53 }]);
    expect(count(sandbox, `${V2}:DescribeSSLPolicies`)).toBe(1);
  });

  it('have every rule of HTTP listeners, and of no others', async () => {
    const toEverything = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }];
    const ofOldForm = [
      { Field: 'host-header', Values: ['*'] },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
    ];
    const notFound = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const;
    const sandbox = await aWorld((account) =>
      account.loadBalancer('a', {
        region,
        tags: TAGS,
        listeners: [
          {
            Protocol: 'HTTP',
            Port: 80,
            DefaultActions: [notFound],
            rules: [
              { Priority: '20', Conditions: toEverything, Actions: [TO_HTTPS] },
              { Priority: '3', Conditions: ofOldForm, Actions: [{ Type: 'forward' }] },
            ],
          },
          { Protocol: 'HTTPS', Port: 443, DefaultActions: [TO_HTTPS], rules: [{ Actions: [TO_HTTPS] }] },
        ],
      }),
    );

    const [a] = (await loadBalancersIn(sandbox)).ofClusters;
    const [redirecting, ...others] = valueIn(a?.listeners);

    expect(redirecting?.rules).toMatchObject({
      value: [
        {
          priority: 20,
          conditions: [{ field: 'path-pattern', values: ['/*'] }],
          actions: [{ type: 'redirect', redirectProtocol: 'HTTPS' }],
        },
        {
          priority: 3,
          conditions: [
            { field: 'host-header', values: ['*'] },
            { field: 'source-ip', values: [] },
          ],
          actions: [{ type: 'forward' }],
        },
        { priority: 'default', conditions: [], actions: [{ type: 'fixed-response', statusCode: '404' }] },
      ],
    });
    expect(others.map(({ rules }) => rules)).toEqual([undefined]);
    expect(count(sandbox, `${V2}:DescribeRules`)).toBe(1);
  });

  it('are read on every page, and so are their tags, listeners and rules', async () => {
    const many = Array.from({ length: 401 }, (_, index) => index);
    const sandbox = await aWorld((account) => {
      for (const index of many.slice(1)) account.loadBalancer(`lb-${index}`, { region });
      const rules = many.map(() => ({ Actions: [TO_HTTPS] }));
      const listeners = many.slice(1).map((index) => ({ Protocol: 'HTTP', Port: 1000 + index }) as const);
      account.loadBalancer('last', {
        region,
        tags: TAGS,
        listeners: [...listeners, { Protocol: 'HTTP', Port: 80, DefaultActions: [TO_HTTPS], rules }],
      });
    });

    const [last, ...others] = (await loadBalancersIn(sandbox)).ofClusters;

    const listeners = valueIn(last?.listeners);
    expect(others).toEqual([]);
    expect(listeners).toHaveLength(401);
    expect(valueIn(listeners.at(-1)?.rules)).toHaveLength(402);
    expect(count(sandbox, `${V2}:DescribeTags`)).toBe(21);
  });

  it('that cannot be read leave the others readable', async () => {
    const sandbox = await aWorld((account) =>
      account.loadBalancer('a', { region, tags: TAGS }).loadBalancer('b', { region, tags: TAGS }),
    );
    sandbox.fail({
      operation: `${V2}:DescribeListeners`,
      with: 'AccessDenied',
      match: ({ LoadBalancerArn }) => String(LoadBalancerArn).includes('/a/'),
    });

    const { ofClusters } = await loadBalancersIn(sandbox);

    expect(ofClusters.map(({ name, listeners }) => [name, listeners.state])).toEqual([
      ['a', 'unreadable'],
      ['b', 'present'],
    ]);
  });

  it.each([
    ['DescribeRules', 'HTTP', 'rules'],
    ['DescribeSSLPolicies', 'HTTPS', 'tlsVersions'],
  ] as const)('whose %s is refused keep their listeners', async (operation, Protocol, missing) => {
    const sandbox = await aWorld((account) =>
      account.loadBalancer('a', {
        region,
        tags: TAGS,
        listeners: [{ Protocol, DefaultActions: [TO_HTTPS] }],
      }),
    );
    sandbox.fail({ operation: `${V2}:${operation}`, with: 'AccessDenied' });

    const [a] = (await loadBalancersIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([{ protocol: Protocol, [missing]: { kind: 'denied' } }]);
  });

  it('with a policy that AWS does not describe have unreadable versions, not an empty list', async () => {
    const listeners = [{ Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-Unknown' }] as const;
    const sandbox = await aWorld((account) => account.loadBalancer('a', { region, tags: TAGS, listeners }));

    const [a] = (await loadBalancersIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([{ tlsVersions: { state: 'unreadable' } }]);
  });

  it('whose tags cannot be read may belong to any cluster', async () => {
    const sandbox = await aWorld((account) => account.loadBalancer('a', { region, tags: TAGS }));
    sandbox.fail({ operation: `${V2}:DescribeTags`, with: 'AccessDenied' });

    const { ofClusters, unattributed } = await loadBalancersIn(sandbox);

    expect(ofClusters).toEqual([]);
    expect(unattributed).toMatchObject([
      { arn: expect.stringContaining('loadbalancer/app/a/'), tags: { kind: 'denied' } },
    ]);
  });
});

describe('load balancers of both kinds', () => {
  it('are listed once a Region, for any number of clusters, and no request is sent twice', async () => {
    const listeners: ListenerSpec[] = [
      { Protocol: 'HTTP', DefaultActions: [TO_HTTPS] },
      { Protocol: 'HTTPS' },
    ];
    const sandbox = await aWorld((account) => {
      for (let index = 0; index < 25; index += 1) {
        account.cluster(`c-${index}`, { region });
        account.loadBalancer(`lb-${index}`, {
          region,
          tags: { 'elbv2.k8s.aws/cluster': `c-${index}` },
          listeners,
        });
        account.classicLoadBalancer(`classic-${index}`, { region });
      }
    });

    await collectedFor(sandbox, [loadBalancerTls]);

    const requests = sandbox.log.filter(({ operation }) => operation.startsWith(CLASSIC));
    const distinct = new Set(requests.map(({ operation, params }) => JSON.stringify([operation, params])));
    expect(distinct.size).toBe(requests.length);
    // Two lists, two pages of tags each, TLS policies once, listeners and rules of each.
    expect(requests).toHaveLength(2 + 4 + 1 + 25 + 25);
  });

  it('of one API are read though the other is denied', async () => {
    const sandbox = await aWorld((account) =>
      account
        .loadBalancer('a', { region, tags: TAGS })
        .classicLoadBalancer('b', { region, tags: CLASSIC_TAGS }),
    );
    sandbox.fail({ operation: `${V2}:DescribeLoadBalancers`, with: 'AccessDenied' });

    const facts = await collected(sandbox, 'loadBalancers', 'classicLoadBalancers');

    expect(facts.loadBalancers).toMatchObject({ state: 'unreadable', kind: 'denied' });
    expect(valueIn(facts.classicLoadBalancers).ofClusters).toHaveLength(1);
  });
});
