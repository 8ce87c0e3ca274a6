import { describe, expect, it } from 'vitest';
import { PAYMENTS, REGION } from '../../../harness.ts';
import { valueIn } from '../collected.ts';
import { aWorld, CLASSIC, CLASSIC_TAGS, classicIn, count } from './load-balancer-world.ts';

const region = REGION;

describe('classic load balancers', () => {
  const https = (PolicyNames: string[]) => ({
    Listener: { Protocol: 'HTTPS', LoadBalancerPort: 443, InstanceProtocol: 'HTTP', InstancePort: 30080 },
    PolicyNames,
  });
  const http = { Listener: { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 30080 }, PolicyNames: [] };

  it('are those tagged for a cluster that was read, by their ARN', async () => {
    const sandbox = await aWorld((account) =>
      account
        .classicLoadBalancer('own', {
          region,
          Scheme: 'internal',
          tags: CLASSIC_TAGS,
          ListenerDescriptions: [http],
        })
        .classicLoadBalancer('other', { region, ListenerDescriptions: [http] }),
    );

    const { ofClusters } = await classicIn(sandbox);

    expect(ofClusters).toEqual([
      {
        arn: `arn:aws:elasticloadbalancing:${region}:${PAYMENTS}:loadbalancer/own`,
        name: 'own',
        type: 'classic',
        internetFacing: false,
        clusters: ['orders'],
        tags: CLASSIC_TAGS,
        listeners: { state: 'present', value: [{ protocol: 'HTTP', port: 80 }] },
      },
    ]);
    expect(count(sandbox, `${CLASSIC}:DescribeLoadBalancerPolicies`)).toBe(0);
  });

  it('have what the TLS policy of a listener allows, not its other policies', async () => {
    const policies = [
      { PolicyName: 'sticky', PolicyTypeName: 'LBCookieStickinessPolicyType' },
      {
        PolicyName: 'unused',
        PolicyAttributeDescriptions: [{ AttributeName: 'Protocol-TLSv1', AttributeValue: 'true' }],
      },
      {
        PolicyName: 'own',
        PolicyAttributeDescriptions: [
          { AttributeName: 'Protocol-TLSv1', AttributeValue: 'false' },
          { AttributeName: 'Protocol-TLSv1.1', AttributeValue: 'true' },
          { AttributeName: 'Protocol-TLSv1.2', AttributeValue: 'true' },
          { AttributeName: 'Server-Defined-Cipher-Order', AttributeValue: 'true' },
        ],
      },
    ];
    const ListenerDescriptions = [https(['sticky', 'own']), http];
    const sandbox = await aWorld((account) =>
      account.classicLoadBalancer('a', { region, tags: CLASSIC_TAGS, policies, ListenerDescriptions }),
    );

    const [a] = (await classicIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([
      { protocol: 'HTTPS', port: 443, sslPolicy: 'own', tlsVersions: { value: ['TLSv1.1', 'TLSv1.2'] } },
      { protocol: 'HTTP', port: 80 },
    ]);
    expect(count(sandbox, `${CLASSIC}:DescribeLoadBalancerPolicies`)).toBe(1);
  });

  it.each([
    ['ELBSecurityPolicy-2016-08', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['ELBSecurityPolicy-TLS-1-2-2017-01', ['TLSv1.2']],
  ])('have what %s allows where their policy only refers to it', async (reference, versions) => {
    const policies = [
      {
        PolicyName: 'referring',
        PolicyAttributeDescriptions: [
          { AttributeName: 'Reference-Security-Policy', AttributeValue: reference },
        ],
      },
    ];
    const ListenerDescriptions = [https(['referring'])];
    const sandbox = await aWorld((account) =>
      account.classicLoadBalancer('a', { region, tags: CLASSIC_TAGS, policies, ListenerDescriptions }),
    );

    const [a] = (await classicIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([{ tlsVersions: { value: versions } }]);
  });

  it('have what AWS’s policy allows where a listener names it without describing it', async () => {
    const ListenerDescriptions = [https(['sticky', 'ELBSecurityPolicy-2016-08']), https(['mine']), https([])];
    const sandbox = await aWorld((account) =>
      account.classicLoadBalancer('a', { region, tags: CLASSIC_TAGS, ListenerDescriptions }),
    );

    const [a] = (await classicIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([
      { sslPolicy: 'ELBSecurityPolicy-2016-08', tlsVersions: { value: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] } },
      { tlsVersions: { state: 'unreadable' } },
      { tlsVersions: { state: 'unreadable' } },
    ]);
  });

  it('whose policies cannot be read keep their listeners', async () => {
    const ListenerDescriptions = [https(['own']), http];
    const sandbox = await aWorld((account) =>
      account.classicLoadBalancer('a', { region, tags: CLASSIC_TAGS, ListenerDescriptions }),
    );
    sandbox.fail({ operation: `${CLASSIC}:DescribeLoadBalancerPolicies`, with: 'AccessDenied' });

    const [a] = (await classicIn(sandbox)).ofClusters;

    expect(valueIn(a?.listeners)).toMatchObject([
      { protocol: 'HTTPS', tlsVersions: { state: 'unreadable', kind: 'denied' } },
      { protocol: 'HTTP' },
    ]);
  });

  it('are read on every page', async () => {
    const sandbox = await aWorld((account) => {
      for (let index = 0; index < 400; index += 1) account.classicLoadBalancer(`lb-${index}`, { region });
      account.classicLoadBalancer('last', { region, tags: CLASSIC_TAGS });
    });

    const { ofClusters } = await classicIn(sandbox);

    expect(ofClusters.map(({ name }) => name)).toEqual(['last']);
  });
});
