import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  type Action as ElbAction,
  type Listener as ElbListener,
  type LoadBalancer as ElbLoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { allPages } from '../../aws/paginate.ts';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import type { Reading } from '../../model/evidence.ts';
import {
  type Action,
  actionSchema,
  type Listener,
  type LoadBalancers,
  listenerSchema,
  TLS_PROTOCOLS,
} from '../../model/load-balancer-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf, tagsByKey } from './clusters-of-load-balancers.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const PAGE_SIZE = 400;
/** Gateway Load Balancers have no listeners that speak a protocol of clients. */
const TYPES: readonly unknown[] = ['application', 'network'];

export const elbv2LoadBalancers = regionCollector({
  fact: 'loadBalancers',
  actions: [
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeSSLPolicies',
    'elasticloadbalancing:DescribeTags',
  ],
  async collect(context, clusters): Promise<Reading<LoadBalancers>> {
    const elb = context.aws.client(ElasticLoadBalancingV2Client, context.scope.region);
    const all = await read('elasticloadbalancing:DescribeLoadBalancers', () =>
      allPages(async (Marker) => {
        const answer = await elb.send(new DescribeLoadBalancersCommand({ Marker, PageSize: PAGE_SIZE }));
        const items = answer.LoadBalancers?.filter((one) => TYPES.includes(one.Type)).map(toFound);
        return { items, next: answer.NextMarker };
      }),
    );
    if (all.state === 'unreadable') return all;
    return loadBalancersOf(clusters, all.value, {
      key: ({ arn }) => arn,
      tags: (arns) => describeTags(elb, arns),
      listeners: ({ arn }) => describeListeners(context, elb, arn),
    });
  },
});

function toFound({ LoadBalancerArn: arn, LoadBalancerName: name, Type: type, Scheme }: ElbLoadBalancer) {
  if (!arn) throw new MalformedResponseError('a load balancer without its ARN');
  return {
    arn,
    name: name ?? arn,
    type: type === 'network' ? ('network' as const) : ('application' as const),
    internetFacing: Scheme !== 'internal',
  };
}

function describeTags(elb: ElasticLoadBalancingV2Client, arns: readonly string[]) {
  return read('elasticloadbalancing:DescribeTags', async () => {
    const answer = await elb.send(new DescribeTagsCommand({ ResourceArns: [...arns] }));
    const described = answer.TagDescriptions?.map((one) => [one.ResourceArn, tagsOf(one.Tags)] as const);
    return tagsByKey(arns, described);
  });
}

async function describeListeners(
  context: CollectContext,
  elb: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
): Promise<Reading<readonly Listener[]>> {
  const listeners = await read('elasticloadbalancing:DescribeListeners', () =>
    allPages(async (Marker) => {
      const request = { LoadBalancerArn, Marker, PageSize: PAGE_SIZE };
      const answer = await elb.send(new DescribeListenersCommand(request));
      return { items: answer.Listeners?.map(toListener), next: answer.NextMarker };
    }),
  );
  if (listeners.state === 'unreadable') return listeners;
  const detailed = listeners.value.map((one) => withDetails(context, elb, one));
  return { ...listeners, value: await Promise.all(detailed) };
}

function toListener(listener: ElbListener) {
  return listenerSchema.parse({
    arn: listener.ListenerArn,
    protocol: listener.Protocol,
    port: listener.Port,
    sslPolicy: listener.SslPolicy,
    defaultActions: listener.DefaultActions?.map(toAction),
  });
}

function toAction(action: ElbAction): Action {
  return actionSchema.parse({ type: action.Type, redirectProtocol: action.RedirectConfig?.Protocol });
}

async function withDetails(
  context: CollectContext,
  elb: ElasticLoadBalancingV2Client,
  listener: Listener,
): Promise<Listener> {
  if (TLS_PROTOCOLS.includes(listener.protocol)) {
    return { ...listener, tlsVersions: await tlsVersionsOf(context, elb, listener.sslPolicy) };
  }
  const redirects = listener.defaultActions?.some((one) => one.type === 'redirect');
  if (listener.protocol !== 'HTTP' || !redirects) return listener;
  return { ...listener, rules: await describeRules(elb, listener.arn) };
}

function describeRules(
  elb: ElasticLoadBalancingV2Client,
  ListenerArn: string | undefined,
): Promise<Reading<readonly (readonly Action[])[]>> {
  return read('elasticloadbalancing:DescribeRules', () =>
    allPages(async (Marker) => {
      const answer = await elb.send(new DescribeRulesCommand({ ListenerArn, Marker, PageSize: PAGE_SIZE }));
      const items = answer.Rules?.map((one) => (one.Actions ?? []).map(toAction));
      return { items, next: answer.NextMarker };
    }),
  );
}

async function tlsVersionsOf(
  context: CollectContext,
  elb: ElasticLoadBalancingV2Client,
  policy: string | undefined,
): Promise<Reading<readonly string[]>> {
  const policies = await describeSslPolicies(context, elb);
  if (policies.state === 'unreadable') return policies;
  return read('elasticloadbalancing:DescribeSSLPolicies', async () => {
    const versions = policies.value.get(policy ?? '');
    if (!versions?.length) throw new MalformedResponseError(`no protocols of the policy ${policy}`);
    return versions;
  });
}

/** The protocols of every TLS policy, asked for once a Region. */
function describeSslPolicies(
  { once }: CollectContext,
  elb: ElasticLoadBalancingV2Client,
): Promise<Reading<ReadonlyMap<string, readonly string[]>>> {
  return once('elasticloadbalancing:DescribeSSLPolicies', () =>
    read('elasticloadbalancing:DescribeSSLPolicies', async () => {
      const policies = await allPages(async (Marker) => {
        const answer = await elb.send(new DescribeSSLPoliciesCommand({ Marker, PageSize: PAGE_SIZE }));
        return { items: answer.SslPolicies, next: answer.NextMarker };
      });
      return new Map(policies.map((one) => [one.Name ?? '', one.SslProtocols ?? []]));
    }),
  );
}
