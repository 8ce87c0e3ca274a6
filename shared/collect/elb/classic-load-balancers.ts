import {
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
  type ListenerDescription,
  type LoadBalancerDescription,
  type PolicyDescription,
} from '@aws-sdk/client-elastic-load-balancing';
import { allPages } from '../../aws/paginate.ts';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { formatArn } from '../../model/arn.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import { malformed, present, type Reading } from '../../model/evidence.ts';
import {
  type Listener,
  type LoadBalancers,
  listenerSchema,
  TLS_PROTOCOLS,
} from '../../model/load-balancer-facts.ts';
import type { Scope } from '../../model/scope.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf, toTagsByKey } from './clusters-of-load-balancers.ts';

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
  events: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateLoadBalancer',
    'elasticloadbalancing:CreateLoadBalancerListeners',
    'elasticloadbalancing:CreateLoadBalancerPolicy',
    'elasticloadbalancing:DeleteLoadBalancer',
    'elasticloadbalancing:DeleteLoadBalancerListeners',
    'elasticloadbalancing:DeleteLoadBalancerPolicy',
    'elasticloadbalancing:RemoveTags',
    'elasticloadbalancing:SetLoadBalancerPoliciesOfListener',
  ],
  async collect(context, clusters): Promise<Reading<LoadBalancers>> {
    const elb = context.aws.client(ElasticLoadBalancingClient, context.scope.region);
    const all = await read('elasticloadbalancing:DescribeLoadBalancers', () =>
      allPages(async (Marker) => {
        const answer = await elb.send(new DescribeLoadBalancersCommand({ Marker, PageSize: PAGE_SIZE }));
        const items = answer.LoadBalancerDescriptions?.map((description) =>
          toListed(description, context.scope),
        );
        return { items, next: answer.NextMarker };
      }),
    );
    if (all.state === 'unreadable') return all;
    return loadBalancersOf(clusters, all.value, {
      keyOf: ({ name }) => name,
      describeTags: (names) => describeTags(elb, names),
      describeListeners: (loadBalancer) => describeListeners(context, elb, loadBalancer),
    });
  },
});

interface ClassicLoadBalancer extends ReturnType<typeof toListed> {}

function toListed(description: LoadBalancerDescription, scope: Scope) {
  const name = description.LoadBalancerName;
  if (!name) throw new MalformedResponseError('a load balancer without its name');
  return {
    arn: formatArn({ ...scope, service: 'elasticloadbalancing', resource: `loadbalancer/${name}` }),
    name,
    type: 'classic' as const,
    internetFacing: description.Scheme !== 'internal',
    listenerDescriptions: description.ListenerDescriptions ?? [],
  };
}

function describeTags(elb: ElasticLoadBalancingClient, names: readonly string[]) {
  return read('elasticloadbalancing:DescribeTags', async () => {
    const answer = await elb.send(new DescribeTagsCommand({ LoadBalancerNames: [...names] }));
    const descriptions = answer.TagDescriptions?.map(
      ({ LoadBalancerName, Tags }) => [LoadBalancerName, tagsOf(Tags)] as const,
    );
    return toTagsByKey(names, descriptions);
  });
}

/** The listeners came with the load balancer; what their TLS policies allow is read once for all of them. */
async function describeListeners(
  context: CollectContext,
  elb: ElasticLoadBalancingClient,
  { name, listenerDescriptions }: ClassicLoadBalancer,
): Promise<Reading<readonly Listener[]>> {
  const parsed = await read('elasticloadbalancing:DescribeLoadBalancers', async () =>
    listenerDescriptions.map(toListener),
  );
  if (parsed.state === 'unreadable') return parsed;
  if (!parsed.value.some(({ listener }) => endsTls(listener))) {
    return present(parsed.value.map(({ listener }) => listener));
  }
  const policies = await describePolicies(elb, name);
  if (policies.state === 'unreadable' && policies.kind === 'gone') return policies;
  const detailed = parsed.value.map(async ({ listener, policyNames }) =>
    endsTls(listener) ? { ...listener, ...(await tlsOf(context, elb, policyNames, policies)) } : listener,
  );
  return present(await Promise.all(detailed));
}

function toListener({ Listener: listener, PolicyNames: policyNames = [] }: ListenerDescription) {
  const { Protocol: protocol, LoadBalancerPort: port } = listener ?? {};
  return { listener: listenerSchema.parse({ protocol, port }), policyNames };
}

function endsTls({ protocol }: Listener): boolean {
  return TLS_PROTOCOLS.includes(protocol);
}

async function tlsOf(
  context: CollectContext,
  elb: ElasticLoadBalancingClient,
  policyNames: readonly string[],
  policies: Reading<readonly PolicyDescription[]>,
): Promise<Pick<Listener, 'sslPolicy' | 'tlsVersions'>> {
  if (policies.state === 'unreadable') return { tlsVersions: policies };
  const policy = policies.value.find(
    ({ PolicyTypeName: type, PolicyName: name = '' }) =>
      type === TLS_POLICY_TYPE && policyNames.includes(name),
  );
  // Where the load balancer describes no such policy, the listener may name one of AWS's.
  const predefined = policyNames.find((name) => name.startsWith('ELBSecurityPolicy-'));
  const sslPolicy = policy?.PolicyName ?? predefined;
  return {
    ...(sslPolicy && { sslPolicy }),
    tlsVersions: await tlsVersionsOf(context, elb, policy ?? { PolicyName: predefined }),
  };
}

/** The policies of a load balancer; without a name, AWS's predefined ones. */
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

/** The protocols of a policy's attributes; without any, those of AWS's policy that it is or refers to. */
async function tlsVersionsOf(
  { cached }: CollectContext,
  elb: ElasticLoadBalancingClient,
  policy: PolicyDescription,
): Promise<Reading<readonly string[]>> {
  const own = protocolsOf(policy);
  if (own.length > 0) return present(own);
  const reference =
    attributesOf(policy).find(([name]) => name === 'Reference-Security-Policy')?.[1] ?? policy.PolicyName;
  const predefined =
    reference === undefined ? present([]) : await cached(POLICIES_OPERATION, () => describePolicies(elb));
  if (predefined.state === 'unreadable') return predefined;
  const versions = protocolsOf(predefined.value.find(({ PolicyName }) => PolicyName === reference));
  if (versions.length > 0) return present(versions);
  const missing =
    reference === undefined ? "a listener's policy" : `the protocols of the policy ${reference}`;
  return malformed(POLICIES_OPERATION, `it does not describe ${missing}`);
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
