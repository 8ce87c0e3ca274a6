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
  type Rule as ElbRule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { allPages } from '../../aws/paginate.ts';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import { malformed, present, type Reading } from '../../model/evidence.ts';
import {
  type Action,
  actionSchema,
  type Listener,
  type LoadBalancers,
  listenerSchema,
  type Rule,
  ruleSchema,
  TLS_PROTOCOLS,
} from '../../model/load-balancer-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf, toTagsByKey } from './clusters-of-load-balancers.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const PAGE_SIZE = 400;
const POLICIES_OPERATION = 'elasticloadbalancing:DescribeSSLPolicies';
/** Not Gateway Load Balancers: their listeners have no protocol of clients. */
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
  async collect(context, clusters): Promise<Reading<LoadBalancers>> {
    const elb = context.aws.client(ElasticLoadBalancingV2Client, context.scope.region);
    const all = await read('elasticloadbalancing:DescribeLoadBalancers', () =>
      allPages(async (Marker) => {
        const answer = await elb.send(new DescribeLoadBalancersCommand({ Marker, PageSize: PAGE_SIZE }));
        const items = answer.LoadBalancers?.filter(({ Type }) => TYPES.includes(Type)).map(toListed);
        return { items, next: answer.NextMarker };
      }),
    );
    if (all.state === 'unreadable') return all;
    return loadBalancersOf(clusters, all.value, {
      keyOf: ({ arn }) => arn,
      describeTags: (arns) => describeTags(elb, arns),
      describeListeners: ({ arn }) => describeListeners(context, elb, arn),
    });
  },
});

function toListed({ LoadBalancerArn: arn, LoadBalancerName: name, Type: type, Scheme }: ElbLoadBalancer) {
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
    const descriptions = answer.TagDescriptions?.map(
      ({ ResourceArn, Tags }) => [ResourceArn, tagsOf(Tags)] as const,
    );
    return toTagsByKey(arns, descriptions);
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
  const detailed = listeners.value.map((listener) => withDetails(context, elb, listener));
  return present(await Promise.all(detailed));
}

function toListener(listener: ElbListener) {
  return listenerSchema.parse({
    arn: listener.ListenerArn,
    protocol: listener.Protocol,
    port: listener.Port,
    sslPolicy: listener.SslPolicy,
  });
}

function toAction(action: ElbAction): Action {
  return actionSchema.parse({
    type: action.Type,
    redirectProtocol: action.RedirectConfig?.Protocol,
    statusCode: action.FixedResponseConfig?.StatusCode,
  });
}

/** Patterns are in a structure of their field; paths and hosts may also be in `Values`, which is older. */
function toRule({ Priority, Conditions: conditions = [], Actions: actions = [] }: ElbRule): Rule {
  return ruleSchema.parse({
    priority: Priority,
    conditions: conditions.map(({ Field, Values, PathPatternConfig, HostHeaderConfig }) => ({
      field: Field,
      values: [
        ...new Set(
          [Values, PathPatternConfig?.Values, HostHeaderConfig?.Values].flatMap((values) => values ?? []),
        ),
      ],
    })),
    actions: actions.map(toAction),
  });
}

async function withDetails(
  context: CollectContext,
  elb: ElasticLoadBalancingV2Client,
  listener: Listener,
): Promise<Listener> {
  if (TLS_PROTOCOLS.includes(listener.protocol)) {
    return { ...listener, tlsVersions: await tlsVersionsOf(context, elb, listener.sslPolicy) };
  }
  if (listener.protocol !== 'HTTP') return listener;
  return { ...listener, rules: await describeRules(elb, listener.arn) };
}

function describeRules(
  elb: ElasticLoadBalancingV2Client,
  ListenerArn: string | undefined,
): Promise<Reading<readonly Rule[]>> {
  return read('elasticloadbalancing:DescribeRules', () =>
    allPages(async (Marker) => {
      const answer = await elb.send(new DescribeRulesCommand({ ListenerArn, Marker, PageSize: PAGE_SIZE }));
      return { items: answer.Rules?.map(toRule), next: answer.NextMarker };
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
  const versions = policies.value.get(policy ?? '');
  return versions?.length
    ? present(versions)
    : malformed(POLICIES_OPERATION, `it does not describe the protocols of the policy ${policy}`);
}

/** The protocols of every TLS policy, described once a Region. */
function describeSslPolicies(
  { cached }: CollectContext,
  elb: ElasticLoadBalancingV2Client,
): Promise<Reading<ReadonlyMap<string, readonly string[]>>> {
  return cached(POLICIES_OPERATION, () =>
    read(POLICIES_OPERATION, async () => {
      const policies = await allPages(async (Marker) => {
        const answer = await elb.send(new DescribeSSLPoliciesCommand({ Marker, PageSize: PAGE_SIZE }));
        return { items: answer.SslPolicies, next: answer.NextMarker };
      });
      return new Map(policies.map(({ Name, SslProtocols }) => [Name ?? '', SslProtocols ?? []]));
    }),
  );
}
