import { actionsOf } from '../../aws/operation.ts';
import {
  type DescribedLoadBalancer,
  type DescribedPolicy,
  describeClassicLoadBalancers,
  describeClassicTags,
  describeLoadBalancerPolicies,
} from '../../aws/operations/elb.ts';
import { formatArn } from '../../model/arn.ts';
import { tagsOf } from '../../model/cluster-tags.ts';
import { malformed, mapReading, present, type Reading } from '../../model/evidence.ts';
import { type Listener, type LoadBalancers, TLS_PROTOCOLS } from '../../model/load-balancer-facts.ts';
import type { Scope } from '../../model/scope.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { loadBalancersOf } from './clusters-of-load-balancers.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html */
const PageSize = 400;
const POLICIES_OPERATION = describeLoadBalancerPolicies.action;
/** Listeners also have policies of other types: cookies, proxy protocol. */
const TLS_POLICY_TYPE = 'SSLNegotiationPolicyType';

export const elbClassicLoadBalancers = regionCollector({
  fact: 'classicLoadBalancers',
  actions: actionsOf(describeLoadBalancerPolicies, describeClassicLoadBalancers, describeClassicTags),
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
  collect: (context, clusters): Promise<Reading<LoadBalancers>> =>
    loadBalancersOf(clusters, {
      list: async () =>
        mapReading(await context.list(describeClassicLoadBalancers, { PageSize }), (all) =>
          all.map((described) => toListed(described, context.scope)),
        ),
      keyOf: ({ name }) => name,
      async describeTags(names) {
        const answer = await context.read(describeClassicTags, { LoadBalancerNames: [...names] });
        return mapReading(
          answer,
          (descriptions) =>
            new Map(descriptions.map(({ LoadBalancerName, Tags }) => [LoadBalancerName, tagsOf(Tags)])),
        );
      },
      describeListeners: (loadBalancer) => listenersOf(context, loadBalancer),
    }),
});

interface ClassicLoadBalancer extends ReturnType<typeof toListed> {}

function toListed(described: DescribedLoadBalancer, scope: Scope) {
  const name = described.LoadBalancerName;
  return {
    arn: formatArn({ ...scope, service: 'elasticloadbalancing', resource: `loadbalancer/${name}` }),
    name,
    type: 'classic' as const,
    internetFacing: described.Scheme !== 'internal',
    ...(described.DNSName && { dnsName: described.DNSName }),
    listeners: described.ListenerDescriptions.map(toListener),
  };
}

function toListener({ Listener: listener, PolicyNames: policyNames = [] }: DescribedListener) {
  const { Protocol, LoadBalancerPort: port } = listener;
  return { listener: { protocol: Protocol.toUpperCase(), port }, policyNames };
}

type DescribedListener = DescribedLoadBalancer['ListenerDescriptions'][number];

/** The listeners came with the load balancer; what their TLS policies allow is read once for all of them. */
async function listenersOf(
  context: CollectContext,
  { name, listeners }: ClassicLoadBalancer,
): Promise<Reading<readonly Listener[]>> {
  if (!listeners.some(({ listener }) => endsTls(listener))) {
    return present(listeners.map(({ listener }) => listener));
  }
  const policies = await policiesOf(context, name);
  if (policies.state === 'unreadable' && policies.kind === 'gone') return policies;
  const detailed = listeners.map(async ({ listener, policyNames }) =>
    endsTls(listener) ? { ...listener, ...(await tlsOf(context, policyNames, policies)) } : listener,
  );
  return present(await Promise.all(detailed));
}

function endsTls({ protocol }: Pick<Listener, 'protocol'>): boolean {
  return TLS_PROTOCOLS.includes(protocol);
}

async function tlsOf(
  context: CollectContext,
  policyNames: readonly string[],
  policies: Reading<readonly DescribedPolicy[]>,
): Promise<Pick<Listener, 'sslPolicy' | 'tlsVersions'>> {
  if (policyNames.length === 0) {
    return { tlsVersions: malformed(describeClassicLoadBalancers.action, 'it does not say the TLS policy') };
  }
  if (policies.state === 'unreadable') return { tlsVersions: policies };
  const policy = policies.value.find(
    ({ PolicyTypeName: type, PolicyName: name }) => type === TLS_POLICY_TYPE && policyNames.includes(name),
  );
  // Where the load balancer describes no such policy, the listener may name one of AWS's.
  const predefined = policyNames.find((name) => name.startsWith('ELBSecurityPolicy-'));
  const sslPolicy = policy?.PolicyName ?? predefined;
  return {
    ...(sslPolicy && { sslPolicy }),
    tlsVersions: await tlsVersionsOf(context, policy, policy?.PolicyName ?? predefined),
  };
}

/** The policies of a load balancer; without a name, AWS's predefined ones. */
function policiesOf({ read }: CollectContext, name?: string): Promise<Reading<readonly DescribedPolicy[]>> {
  return read(describeLoadBalancerPolicies, name === undefined ? {} : { LoadBalancerName: name });
}

/** The protocols of a policy's attributes; without any, those of AWS's policy that it is or refers to. */
async function tlsVersionsOf(
  context: CollectContext,
  policy: DescribedPolicy | undefined,
  policyName: string | undefined,
): Promise<Reading<readonly string[]>> {
  const own = protocolsOf(policy);
  if (own.length > 0) return present(own);
  const reference =
    attributesOf(policy).find(([name]) => name === 'Reference-Security-Policy')?.[1] ?? policyName;
  const predefined =
    reference === undefined
      ? present([])
      : await context.cached(POLICIES_OPERATION, () => policiesOf(context));
  if (predefined.state === 'unreadable') return predefined;
  const versions = protocolsOf(predefined.value.find(({ PolicyName }) => PolicyName === reference));
  if (versions.length > 0) return present(versions);
  const missing =
    reference === undefined ? "a listener's policy" : `the protocols of the policy ${reference}`;
  return malformed(POLICIES_OPERATION, `it does not describe ${missing}`);
}

/** `TLSv1` of the attribute `Protocol-TLSv1`, where that is `true`. */
function protocolsOf(policy: DescribedPolicy | undefined): string[] {
  return attributesOf(policy).flatMap(([name, value]) => {
    const protocol = /^Protocol-(.+)$/.exec(name)?.[1];
    return protocol !== undefined && value.toLowerCase() === 'true' ? [protocol] : [];
  });
}

function attributesOf(policy: DescribedPolicy | undefined): [name: string, value: string][] {
  const attributes = policy?.PolicyAttributeDescriptions ?? [];
  return attributes.map(({ AttributeName: name, AttributeValue: value = '' }) => [name, value]);
}
