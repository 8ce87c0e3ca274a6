import {
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
  type LoadBalancerDescription,
  type PolicyDescription,
} from '@aws-sdk/client-elastic-load-balancing';
import { allPages } from '../../aws/paginate.ts';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { formatArn } from '../../model/arn.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import { present, type Reading } from '../../model/evidence.ts';
import {
  type Listener,
  type LoadBalancers,
  listenerSchema,
  TLS_PROTOCOLS,
} from '../../model/load-balancer-facts.ts';
import type { Scope } from '../../model/scope.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf, tagsByKey } from './clusters-of-load-balancers.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html */
const PAGE_SIZE = 400;
const POLICIES_OPERATION = 'elasticloadbalancing:DescribeLoadBalancerPolicies';
/** Listeners also have policies of other types: cookies, proxy protocol. */
const TLS_POLICY_TYPE = 'SSLNegotiationPolicyType';

export const elbClassicLoadBalancers = regionCollector({
  fact: 'classicLoadBalancers',
  actions: [
    'elasticloadbalancing:DescribeLoadBalancerPolicies',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
  ],
  async collect(context, clusters): Promise<Reading<LoadBalancers>> {
    const elb = context.aws.client(ElasticLoadBalancingClient, context.scope.region);
    const all = await read('elasticloadbalancing:DescribeLoadBalancers', () =>
      allPages(async (Marker) => {
        const answer = await elb.send(new DescribeLoadBalancersCommand({ Marker, PageSize: PAGE_SIZE }));
        const items = answer.LoadBalancerDescriptions?.map((one) => toFound(one, context.scope));
        return { items, next: answer.NextMarker };
      }),
    );
    if (all.state === 'unreadable') return all;
    return loadBalancersOf(clusters, all.value, {
      key: ({ name }) => name,
      tags: (names) => describeTags(elb, names),
      listeners: (one) => describeListeners(context, elb, one),
    });
  },
});

interface Classic extends ReturnType<typeof toFound> {}

function toFound(one: LoadBalancerDescription, scope: Scope) {
  const name = one.LoadBalancerName;
  if (!name) throw new MalformedResponseError('a load balancer without its name');
  return {
    arn: formatArn({ ...scope, service: 'elasticloadbalancing', resource: `loadbalancer/${name}` }),
    name,
    type: 'classic' as const,
    internetFacing: one.Scheme !== 'internal',
    descriptions: one.ListenerDescriptions ?? [],
  };
}

function describeTags(elb: ElasticLoadBalancingClient, names: readonly string[]) {
  return read('elasticloadbalancing:DescribeTags', async () => {
    const answer = await elb.send(new DescribeTagsCommand({ LoadBalancerNames: [...names] }));
    const described = answer.TagDescriptions?.map((one) => [one.LoadBalancerName, tagsOf(one.Tags)] as const);
    return tagsByKey(names, described);
  });
}

/** The listeners came with the load balancer; what their TLS policies allow is asked for, once for all of them. */
async function describeListeners(
  context: CollectContext,
  elb: ElasticLoadBalancingClient,
  { name, descriptions }: Classic,
): Promise<Reading<readonly Listener[]>> {
  const parsed = await read('elasticloadbalancing:DescribeLoadBalancers', async () =>
    descriptions.map(({ Listener: one, PolicyNames: policyNames = [] }) => ({
      listener: listenerSchema.parse({ protocol: one?.Protocol?.toUpperCase(), port: one?.LoadBalancerPort }),
      policyNames,
    })),
  );
  if (parsed.state === 'unreadable') return parsed;
  const endsTls = parsed.value.some(({ listener }) => TLS_PROTOCOLS.includes(listener.protocol));
  if (!endsTls) return present(parsed.value.map(({ listener }) => listener));
  const policies = await describePolicies(elb, name);
  if (policies.state === 'unreadable' && policies.kind === 'gone') return policies;
  const detailed = parsed.value.map(async ({ listener, policyNames }) => {
    if (!TLS_PROTOCOLS.includes(listener.protocol)) return listener;
    if (policies.state === 'unreadable') return { ...listener, tlsVersions: policies };
    const policy = policies.value.find(
      (one) => isTlsPolicy(one) && policyNames.includes(one.PolicyName ?? ''),
    );
    // Where the load balancer describes no such policy, the listener may name one of AWS's.
    const predefined = policyNames.find((one) => one.startsWith('ELBSecurityPolicy-'));
    const sslPolicy = policy?.PolicyName ?? predefined;
    return {
      ...listener,
      ...(sslPolicy && { sslPolicy }),
      tlsVersions: await tlsVersionsOf(context, elb, policy ?? { PolicyName: predefined }),
    };
  });
  return present(await Promise.all(detailed));
}

/** Those of a load balancer, or without a name AWS's own. */
function describePolicies(
  elb: ElasticLoadBalancingClient,
  name?: string,
): Promise<Reading<readonly PolicyDescription[]>> {
  return read(POLICIES_OPERATION, async () => {
    const command = new DescribeLoadBalancerPoliciesCommand(
      name === undefined ? {} : { LoadBalancerName: name },
    );
    const { PolicyDescriptions: policies } = await elb.send(command);
    if (policies === undefined) throw new MalformedResponseError('the answer holds no list');
    return policies;
  });
}

function isTlsPolicy(policy: PolicyDescription): boolean {
  return policy.PolicyTypeName === TLS_POLICY_TYPE;
}

/** From the policy's own attributes; where it has none but is or refers to one of AWS's, from that one's. */
async function tlsVersionsOf(
  { once }: CollectContext,
  elb: ElasticLoadBalancingClient,
  policy: PolicyDescription,
): Promise<Reading<readonly string[]>> {
  const own = protocolsOf(policy);
  if (own.length > 0) return present(own);
  const referred = attributesOf(policy).find(([name]) => name === 'Reference-Security-Policy')?.[1];
  const reference = referred ?? policy.PolicyName;
  const predefined =
    reference === undefined ? present([]) : await once(POLICIES_OPERATION, () => describePolicies(elb));
  if (predefined.state === 'unreadable') return predefined;
  return read(POLICIES_OPERATION, async () => {
    const versions = protocolsOf(predefined.value.find((one) => one.PolicyName === reference));
    if (versions.length === 0)
      throw new MalformedResponseError(`no protocols of the policy ${policy.PolicyName}`);
    return versions;
  });
}

/** `TLSv1` of the attribute `Protocol-TLSv1`, where that is `true`. */
function protocolsOf(policy: PolicyDescription | undefined): string[] {
  return attributesOf(policy).flatMap(([name, value]) => {
    const protocol = /^Protocol-(.+)$/.exec(name)?.[1];
    return protocol !== undefined && value.toLowerCase() === 'true' ? [protocol] : [];
  });
}

function attributesOf(policy: PolicyDescription | undefined): [name: string, value: string][] {
  const attributes = policy?.PolicyAttributeDescriptions ?? [];
  return attributes.map(({ AttributeName: name = '', AttributeValue: value = '' }) => [name, value]);
}
