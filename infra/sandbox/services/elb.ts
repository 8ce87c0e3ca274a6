import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { queryProtocol } from '../protocols/query.ts';
import type { ClassicLoadBalancerResource } from '../resources/elb.ts';
import { classicSslPolicies } from '../resources/ssl-policies.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationError', message);

function loadBalancersIn({ account, region }: Call): ClassicLoadBalancerResource[] {
  return account.classicLoadBalancers.filter((loadBalancer) => loadBalancer.region === region);
}

/** @throws AwsError LoadBalancerNotFound */
function findLoadBalancer(call: Call, name: string): ClassicLoadBalancerResource {
  const found = loadBalancersIn(call).find(({ LoadBalancerName }) => LoadBalancerName === name);
  if (found === undefined) {
    throw new AwsError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
  }
  return found;
}

const describeLoadBalancers = operation(
  z.strictObject({
    LoadBalancerNames: z.array(z.string()).optional(),
    PageSize: z.coerce.number().int().min(1).max(400).default(400),
    Marker: z.string().optional(),
  }),
  ({ LoadBalancerNames, PageSize, Marker }, call) => {
    const all = LoadBalancerNames?.map((name) => findLoadBalancer(call, name)) ?? loadBalancersIn(call);
    const { items, nextToken } = paginate(all, {
      list: 'classic load balancers',
      size: PageSize,
      token: Marker,
      invalidToken: invalid,
    });
    const LoadBalancerDescriptions = items.map(({ region, policies, tags, ...shape }) => shape);
    return { LoadBalancerDescriptions, NextMarker: nextToken };
  },
);

const describeTags = operation(
  z.strictObject({ LoadBalancerNames: z.array(z.string()).min(1).max(20) }),
  ({ LoadBalancerNames }, call) => ({
    TagDescriptions: LoadBalancerNames.map((name) => ({
      LoadBalancerName: name,
      Tags: Object.entries(findLoadBalancer(call, name).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  }),
);

const allProtocols = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];

/** The predefined policies in the shape of classic load balancers: an attribute for each protocol. */
const predefinedPolicies = [...classicSslPolicies].map(([PolicyName, protocols]) => ({
  PolicyName,
  PolicyTypeName: 'SSLNegotiationPolicyType',
  PolicyAttributeDescriptions: [
    { AttributeName: 'Reference-Security-Policy', AttributeValue: PolicyName },
    ...allProtocols.map((protocol) => ({
      AttributeName: `Protocol-${protocol}`,
      AttributeValue: String(protocols.includes(protocol)),
    })),
  ],
}));

/** The policies of a load balancer: its own, and the predefined ones that its listeners use. */
function policiesOf({ policies, ListenerDescriptions }: ClassicLoadBalancerResource) {
  const used = (ListenerDescriptions ?? []).flatMap(({ PolicyNames }) => PolicyNames ?? []);
  const own = new Set(policies.map(({ PolicyName }) => PolicyName));
  const predefined = predefinedPolicies.filter(
    ({ PolicyName: name }) => used.includes(name) && !own.has(name),
  );
  return [...policies, ...predefined];
}

const describeLoadBalancerPolicies = operation(
  z.strictObject({ LoadBalancerName: z.string().optional(), PolicyNames: z.array(z.string()).optional() }),
  ({ LoadBalancerName: name, PolicyNames }, call) => {
    const all = name === undefined ? predefinedPolicies : policiesOf(findLoadBalancer(call, name));
    const missing = PolicyNames?.find(
      (policyName) => !all.some(({ PolicyName }) => PolicyName === policyName),
    );
    if (missing !== undefined) {
      throw new AwsError('PolicyNotFound', `There is no policy with name ${missing}`);
    }
    const chosen = all.filter(({ PolicyName }) => PolicyNames?.includes(PolicyName ?? '') ?? true);
    return { PolicyDescriptions: chosen };
  },
);

export const elbService: Service = {
  name: 'elasticloadbalancing',
  signingName: 'elasticloadbalancing',
  protocol: queryProtocol,
  version: '2012-06-01',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
  invalid,
  operations: {
    DescribeLoadBalancerPolicies: describeLoadBalancerPolicies,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeTags: describeTags,
  },
};
