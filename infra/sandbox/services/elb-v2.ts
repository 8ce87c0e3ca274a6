import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { queryProtocol } from '../protocols/query.ts';
import type { ListenerResource, LoadBalancerResource } from '../resources/elb.ts';
import { sslPolicies } from '../resources/ssl-policies.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const notFound = (what: string, ids: string) =>
  new AwsError(`${what}NotFound`, `One or more of them not found: ${ids}`);
const page = {
  PageSize: z.coerce.number().int().min(1).max(400).default(400),
  Marker: z.string().optional(),
};
const upTo20 = z.array(z.string()).max(20).optional();

type PageParams = { readonly PageSize: number; readonly Marker?: string | undefined };

function onePage<Item>(list: string, items: readonly Item[], { PageSize, Marker }: PageParams) {
  return paginate(items, { list, size: PageSize, token: Marker, invalidToken: invalid });
}

function loadBalancersIn({ account, region }: Call): LoadBalancerResource[] {
  return account.loadBalancers.filter((each) => each.region === region);
}

function listenersIn(call: Call): ListenerResource[] {
  return loadBalancersIn(call).flatMap(({ listeners }) => listeners);
}

/** The items that `ids` name, in their order. @throws AwsError when one is missing */
function pick<Item>(
  items: readonly Item[],
  ids: readonly string[],
  idOf: (item: Item) => string | null | undefined,
  what: string,
) {
  const found = ids.map((id) => items.find((item) => idOf(item) === id));
  return found.map((item, index) => {
    if (item === undefined) {
      throw notFound(what, ids[index] ?? '');
    }
    return item;
  });
}

function loadBalancerShape({ region, listeners, tags, ...shape }: LoadBalancerResource) {
  return shape;
}

const describeLoadBalancers = operation(
  z.object({ LoadBalancerArns: upTo20, Names: upTo20, ...page }),
  ({ LoadBalancerArns, Names, ...params }, call) => {
    if (LoadBalancerArns !== undefined && Names !== undefined) {
      throw invalid('Load balancer names and load balancer ARNs cannot be specified at the same time');
    }
    const all = loadBalancersIn(call);
    const byArn =
      LoadBalancerArns && pick(all, LoadBalancerArns, (each) => each.LoadBalancerArn, 'LoadBalancer');
    const byName = Names && pick(all, Names, (each) => each.LoadBalancerName, 'LoadBalancer');
    const { items, nextToken } = onePage('load balancers', byArn ?? byName ?? all, params);
    return { LoadBalancers: items.map(loadBalancerShape), NextMarker: nextToken };
  },
);

const describeListeners = operation(
  z.object({ LoadBalancerArn: z.string().optional(), ListenerArns: z.array(z.string()).optional(), ...page }),
  ({ LoadBalancerArn: arn, ListenerArns, ...params }, call) => {
    if ((arn === undefined) === (ListenerArns === undefined)) {
      throw invalid('You must specify either listener ARNs or a load balancer ARN');
    }
    const ofOne =
      arn && pick(loadBalancersIn(call), [arn], (each) => each.LoadBalancerArn, 'LoadBalancer')[0]?.listeners;
    const named =
      ListenerArns && pick(listenersIn(call), ListenerArns, (each) => each.ListenerArn, 'Listener');
    const { items, nextToken } = onePage(`listeners of ${arn ?? ''}`, ofOne || named || [], params);
    return { Listeners: items.map(({ rules, ...shape }) => shape), NextMarker: nextToken };
  },
);

const describeRules = operation(
  z.object({ ListenerArn: z.string().optional(), RuleArns: z.array(z.string()).optional(), ...page }),
  ({ ListenerArn: arn, RuleArns, ...params }, call) => {
    if ((arn === undefined) === (RuleArns === undefined)) {
      throw invalid('You must specify either listener rule ARNs or a listener ARN');
    }
    const listeners = listenersIn(call);
    const ofOne = arn && pick(listeners, [arn], (each) => each.ListenerArn, 'Listener')[0]?.rules;
    const all = listeners.flatMap(({ rules }) => rules);
    const named = RuleArns && pick(all, RuleArns, (each) => each.RuleArn, 'Rule');
    const { items, nextToken } = onePage(`rules of ${arn ?? ''}`, ofOne || named || [], params);
    return { Rules: items, NextMarker: nextToken };
  },
);

const describeTags = operation(
  z.object({ ResourceArns: z.array(z.string()).min(1).max(20) }),
  ({ ResourceArns }, call) => {
    const found = pick(loadBalancersIn(call), ResourceArns, (each) => each.LoadBalancerArn, 'LoadBalancer');
    return {
      TagDescriptions: found.map(({ LoadBalancerArn, tags }) => ({
        ResourceArn: LoadBalancerArn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  },
);

const describeSslPolicies = operation(
  z.object({
    Names: z.array(z.string()).optional(),
    LoadBalancerType: z.enum(['application', 'network', 'gateway']).optional(),
    ...page,
  }),
  ({ Names, LoadBalancerType: type, ...params }) => {
    const named =
      Names === undefined ? sslPolicies : pick(sslPolicies, Names, ({ Name }) => Name, 'SSLPolicy');
    const all = named.filter(
      ({ SupportedLoadBalancerTypes: types }) => type === undefined || types.includes(type),
    );
    const { items, nextToken } = onePage('SSL policies', all, params);
    return { SslPolicies: items, NextMarker: nextToken };
  },
);

export const elbV2: Service = {
  name: 'elasticloadbalancingv2',
  signingName: 'elasticloadbalancing',
  protocol: queryProtocol,
  version: '2015-12-01',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  invalid,
  operations: {
    DescribeListeners: describeListeners,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeRules: describeRules,
    DescribeSSLPolicies: describeSslPolicies,
    DescribeTags: describeTags,
  },
};
