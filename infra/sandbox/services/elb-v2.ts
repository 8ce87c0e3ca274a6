import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { queryProtocol } from '../protocols/query.ts';
import type { ListenerResource, LoadBalancerResource } from '../resources/elb.ts';
import { sslPolicies } from '../resources/ssl-policies.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);
const notFound = (resource: string, id: string) =>
  new AwsError(`${resource}NotFound`, `${resource} ${id} was not found`);
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
  return account.loadBalancers.filter((loadBalancer) => loadBalancer.region === region);
}

function listenersIn(call: Call): ListenerResource[] {
  return loadBalancersIn(call).flatMap(({ listeners }) => listeners);
}

/** The items of those ids, in their order. @throws AwsError for an id that no item has */
function findAll<Item>(
  items: readonly Item[],
  ids: readonly string[],
  idOf: (item: Item) => string | null | undefined,
  resource: string,
) {
  const found = ids.map((id) => items.find((item) => idOf(item) === id));
  return found.map((item, index) => {
    if (item === undefined) {
      throw notFound(resource, ids[index] ?? '');
    }
    return item;
  });
}

function loadBalancerShape({ region, listeners, tags, ...shape }: LoadBalancerResource) {
  return shape;
}

const describeLoadBalancers = operation(
  z.strictObject({ LoadBalancerArns: upTo20, Names: upTo20, ...page }),
  ({ LoadBalancerArns, Names, ...params }, call) => {
    if (LoadBalancerArns !== undefined && Names !== undefined) {
      throw invalid('Load balancer names and load balancer ARNs cannot be specified at the same time');
    }
    const all = loadBalancersIn(call);
    const byArn =
      LoadBalancerArns &&
      findAll(all, LoadBalancerArns, (resource) => resource.LoadBalancerArn, 'LoadBalancer');
    const byName = Names && findAll(all, Names, (resource) => resource.LoadBalancerName, 'LoadBalancer');
    const { items, nextToken } = onePage('load balancers', byArn ?? byName ?? all, params);
    return { LoadBalancers: items.map(loadBalancerShape), NextMarker: nextToken };
  },
);

const describeListeners = operation(
  z.strictObject({
    LoadBalancerArn: z.string().optional(),
    ListenerArns: z.array(z.string()).optional(),
    ...page,
  }),
  ({ LoadBalancerArn: arn, ListenerArns, ...params }, call) => {
    if ((arn === undefined) === (ListenerArns === undefined)) {
      throw invalid('You must specify either listener ARNs or a load balancer ARN');
    }
    const ofLoadBalancer =
      arn &&
      findAll(loadBalancersIn(call), [arn], (resource) => resource.LoadBalancerArn, 'LoadBalancer')[0]
        ?.listeners;
    const named =
      ListenerArns &&
      findAll(listenersIn(call), ListenerArns, (resource) => resource.ListenerArn, 'Listener');
    const { items, nextToken } = onePage(`listeners of ${arn ?? ''}`, ofLoadBalancer || named || [], params);
    return { Listeners: items.map(({ rules, ...shape }) => shape), NextMarker: nextToken };
  },
);

const describeRules = operation(
  z.strictObject({ ListenerArn: z.string().optional(), RuleArns: z.array(z.string()).optional(), ...page }),
  ({ ListenerArn: arn, RuleArns, ...params }, call) => {
    if ((arn === undefined) === (RuleArns === undefined)) {
      throw invalid('You must specify either listener rule ARNs or a listener ARN');
    }
    const listeners = listenersIn(call);
    const ofListener =
      arn && findAll(listeners, [arn], (resource) => resource.ListenerArn, 'Listener')[0]?.rules;
    const all = listeners.flatMap(({ rules }) => rules);
    const named = RuleArns && findAll(all, RuleArns, (resource) => resource.RuleArn, 'Rule');
    const { items, nextToken } = onePage(`rules of ${arn ?? ''}`, ofListener || named || [], params);
    return { Rules: items, NextMarker: nextToken };
  },
);

const describeTags = operation(
  z.strictObject({ ResourceArns: z.array(z.string()).min(1).max(20) }),
  ({ ResourceArns }, call) => {
    const found = findAll(
      loadBalancersIn(call),
      ResourceArns,
      (resource) => resource.LoadBalancerArn,
      'LoadBalancer',
    );
    return {
      TagDescriptions: found.map(({ LoadBalancerArn, tags }) => ({
        ResourceArn: LoadBalancerArn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  },
);

const describeSslPolicies = operation(
  z.strictObject({
    Names: z.array(z.string()).optional(),
    LoadBalancerType: z.enum(['application', 'network', 'gateway']).optional(),
    ...page,
  }),
  ({ Names, LoadBalancerType: type, ...params }) => {
    const named =
      Names === undefined ? sslPolicies : findAll(sslPolicies, Names, ({ Name }) => Name, 'SSLPolicy');
    const all = named.filter(
      ({ SupportedLoadBalancerTypes: types }) => type === undefined || types.includes(type),
    );
    const { items, nextToken } = onePage('SSL policies', all, params);
    return { SslPolicies: items, NextMarker: nextToken };
  },
);

export const elbV2Service: Service = {
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
