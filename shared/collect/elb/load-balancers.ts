import { actionsOf } from '../../aws/operation.ts';
import {
  type DescribedListener,
  type DescribedLoadBalancer,
  type DescribedRule,
  describeListeners,
  describeLoadBalancers,
  describeRules,
  describeSslPolicies,
  describeTags,
} from '../../aws/operations/elbv2.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import { malformed, mapReading, present, type Reading } from '../../model/evidence.ts';
import {
  type Action,
  type Listener,
  type LoadBalancers,
  type Rule,
  TLS_PROTOCOLS,
} from '../../model/load-balancer-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf } from './clusters-of-load-balancers.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const PageSize = 400;
/** Not Gateway Load Balancers: their listeners have no protocol of clients. */
const TYPES = ['application', 'network'];

export const elbv2LoadBalancers = regionCollector({
  fact: 'loadBalancers',
  actions: actionsOf(
    describeListeners,
    describeLoadBalancers,
    describeRules,
    describeSslPolicies,
    describeTags,
  ),
  events: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateListener',
    'elasticloadbalancing:CreateLoadBalancer',
    'elasticloadbalancing:CreateRule',
    'elasticloadbalancing:DeleteListener',
    'elasticloadbalancing:DeleteLoadBalancer',
    'elasticloadbalancing:DeleteRule',
    'elasticloadbalancing:ModifyListener',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:RemoveTags',
    'elasticloadbalancing:SetRulePriorities',
  ],
  collect: (context, clusters): Promise<Reading<LoadBalancers>> =>
    loadBalancersOf(clusters, {
      list: async () =>
        mapReading(await context.list(describeLoadBalancers, { PageSize }), (all) =>
          all.filter(({ Type }) => TYPES.includes(Type)).map(toListed),
        ),
      keyOf: ({ arn }) => arn,
      async describeTags(arns) {
        const answer = await context.read(describeTags, { ResourceArns: [...arns] });
        return mapReading(
          answer,
          (descriptions) => new Map(descriptions.map(({ ResourceArn, Tags }) => [ResourceArn, tagsOf(Tags)])),
        );
      },
      describeListeners: ({ arn }) => listenersOf(context, arn),
    }),
});

function toListed({
  LoadBalancerArn: arn,
  LoadBalancerName: name,
  DNSName,
  Type,
  Scheme,
}: DescribedLoadBalancer) {
  return {
    arn,
    name,
    type: Type === 'network' ? ('network' as const) : ('application' as const),
    internetFacing: Scheme !== 'internal',
    ...(DNSName && { dnsName: DNSName }),
  };
}

async function listenersOf(
  context: CollectContext,
  LoadBalancerArn: string,
): Promise<Reading<readonly Listener[]>> {
  const listeners = await context.list(describeListeners, { LoadBalancerArn, PageSize });
  if (listeners.state === 'unreadable') return listeners;
  const detailed = listeners.value.map((listener) => withDetails(context, listener));
  return present(await Promise.all(detailed));
}

async function withDetails(context: CollectContext, described: DescribedListener): Promise<Listener> {
  const { ListenerArn: arn, Protocol, Port: port, SslPolicy: sslPolicy } = described;
  const listener = { arn, protocol: Protocol.toUpperCase(), port, ...(sslPolicy && { sslPolicy }) };
  if (TLS_PROTOCOLS.includes(listener.protocol)) {
    return { ...listener, tlsVersions: await tlsVersionsOf(context, sslPolicy) };
  }
  if (listener.protocol !== 'HTTP') return listener;
  const rules = await context.list(describeRules, { ListenerArn: arn, PageSize });
  return { ...listener, rules: mapReading(rules, (all) => all.map(toRule)) };
}

function toRule({ Priority, Conditions, Actions }: DescribedRule): Rule {
  return {
    priority: Priority,
    conditions: Conditions.map(({ Field: field, Values, PathPatternConfig, HostHeaderConfig }) => ({
      field,
      values: [
        ...new Set(
          [Values, PathPatternConfig?.Values, HostHeaderConfig?.Values].flatMap((values) => values ?? []),
        ),
      ],
    })),
    actions: Actions.map(toAction),
  };
}

function toAction(action: DescribedRule['Actions'][number]): Action {
  const redirectProtocol = action.RedirectConfig?.Protocol;
  const statusCode = action.FixedResponseConfig?.StatusCode;
  return {
    type: action.Type,
    ...(redirectProtocol && { redirectProtocol }),
    ...(statusCode && { statusCode }),
  };
}

async function tlsVersionsOf(
  context: CollectContext,
  policy: string | undefined,
): Promise<Reading<readonly string[]>> {
  if (policy === undefined) return malformed(describeListeners.action, 'it does not say the TLS policy');
  const policies = await sslPoliciesOf(context);
  if (policies.state === 'unreadable') return policies;
  const versions = policies.value.get(policy);
  return versions?.length
    ? present(versions)
    : malformed(describeSslPolicies.action, `it does not describe the protocols of the policy ${policy}`);
}

/** The protocols of every TLS policy, described once a Region. */
function sslPoliciesOf({
  list,
  cached,
}: CollectContext): Promise<Reading<ReadonlyMap<string, readonly string[]>>> {
  return cached(describeSslPolicies.action, async () =>
    mapReading(
      await list(describeSslPolicies, { PageSize }),
      (policies) => new Map(policies.map(({ Name, SslProtocols }) => [Name, SslProtocols])),
    ),
  );
}
