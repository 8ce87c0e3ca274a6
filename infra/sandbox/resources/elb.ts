import type { LoadBalancerDescription, PolicyDescription } from '@aws-sdk/client-elastic-load-balancing';
import type { Listener, LoadBalancer, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Plain, withOverrides } from '../plain.ts';
import { regionsOf } from '../regions.ts';
import { arn, createdAt, type Scope, stableId } from './context.ts';
import { defaultVpcId } from './ec2.ts';

/** A listener with its rules beside the default one. */
export type ListenerSpec = Plain<Listener> & { readonly rules?: readonly Plain<Rule>[] };

/** How a load balancer differs from an internet-facing ALB without listeners. */
export type LoadBalancerSpec = { readonly region: string } & Plain<LoadBalancer> & {
    readonly listeners?: readonly ListenerSpec[];
    readonly tags?: Readonly<Record<string, string>>;
  };

export type ListenerResource = Plain<Listener> & { readonly ListenerArn: string; rules: Plain<Rule>[] };

/** An application, network or gateway load balancer of the world. */
export type LoadBalancerResource = Plain<LoadBalancer> & {
  readonly region: string;
  readonly LoadBalancerArn: string;
  readonly LoadBalancerName: string;
  listeners: ListenerResource[];
  tags: Record<string, string>;
};

/** How a classic load balancer differs from an internet-facing one without listeners. */
export type ClassicLoadBalancerSpec = { readonly region: string } & Plain<LoadBalancerDescription> & {
    /** Policies of its own; predefined security policies need not be given. */
    readonly policies?: readonly Plain<PolicyDescription>[];
    readonly tags?: Readonly<Record<string, string>>;
  };

/** A classic load balancer of the world. */
export type ClassicLoadBalancerResource = Plain<LoadBalancerDescription> & {
  readonly region: string;
  readonly LoadBalancerName: string;
  policies: Plain<PolicyDescription>[];
  tags: Record<string, string>;
};

const arnTypes: Readonly<Record<string, string>> = { application: 'app', network: 'net', gateway: 'gwy' };

export function makeLoadBalancer(scope: Scope, name: string, spec: LoadBalancerSpec): LoadBalancerResource {
  const { region, listeners, tags, ...fields } = spec;
  const Type = fields.Type ?? 'application';
  const suffix = `${arnTypes[Type] ?? 'app'}/${name}/${stableId(`${scope.accountId}/${region}/${name}`, 16)}`;
  const Scheme = fields.Scheme ?? 'internet-facing';
  const defaults: Plain<LoadBalancer> = {
    DNSName: `${Scheme === 'internal' ? 'internal-' : ''}${name}-1234567890.${region}.elb.${regionsOf(scope.partition).dnsSuffix}`,
    CanonicalHostedZoneId: 'Z32O12XQLNTSW2',
    CreatedTime: createdAt,
    Scheme,
    VpcId: defaultVpcId(scope),
    State: { Code: 'active' },
    Type,
    AvailabilityZones: [],
    SecurityGroups: [],
    IpAddressType: 'ipv4',
  };
  const LoadBalancerArn = arn(scope, 'elasticloadbalancing', `loadbalancer/${suffix}`);
  return {
    ...withOverrides(defaults, fields),
    region,
    LoadBalancerArn,
    LoadBalancerName: name,
    listeners: (listeners ?? []).map((listener, index) =>
      makeListener(scope, suffix, LoadBalancerArn, listener, index),
    ),
    tags: { ...tags },
  };
}

function makeListener(
  scope: Scope,
  suffix: string,
  LoadBalancerArn: string,
  { rules = [], ...fields }: ListenerSpec,
  index: number,
): ListenerResource {
  const id = `${suffix}/${stableId(`${suffix}/${index}`, 16)}`;
  const ruleArn = (rule: string) =>
    arn(scope, 'elasticloadbalancing', `listener-rule/${id}/${stableId(rule, 16)}`);
  const Protocol = fields.Protocol ?? 'HTTPS';
  const secure = Protocol === 'HTTPS' || Protocol === 'TLS';
  const listener: Plain<Listener> = withOverrides<Plain<Listener>>(
    {
      LoadBalancerArn,
      Port: secure ? 443 : 80,
      Protocol,
      DefaultActions: [{ Type: 'forward', Order: 1 }],
      ...(secure ? { SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', Certificates: [] } : {}),
    },
    fields,
  );
  const own = rules
    .filter(({ IsDefault }) => !IsDefault)
    .map((rule, position) => {
      const Priority = String(position + 1);
      return withOverrides<Plain<Rule>>(
        {
          RuleArn: ruleArn(Priority),
          Priority,
          Conditions: [{ Field: 'path-pattern', Values: [`/rule-${Priority}/*`] }],
          IsDefault: false,
        },
        rule,
      );
    });
  const fallback: Plain<Rule> = {
    RuleArn: ruleArn('default'),
    Priority: 'default',
    Conditions: [],
    Actions: listener.DefaultActions ?? [],
    IsDefault: true,
  };
  const ListenerArn = arn(scope, 'elasticloadbalancing', `listener/${id}`);
  return { ...listener, ListenerArn, rules: [...own, fallback] };
}

export function makeClassicLoadBalancer(
  scope: Scope,
  name: string,
  spec: ClassicLoadBalancerSpec,
): ClassicLoadBalancerResource {
  const { region, policies, tags, ...fields } = spec;
  const Scheme = fields.Scheme ?? 'internet-facing';
  const defaults: Plain<LoadBalancerDescription> = {
    DNSName: `${Scheme === 'internal' ? 'internal-' : ''}${name}-123456789.${region}.elb.${regionsOf(scope.partition).dnsSuffix}`,
    ListenerDescriptions: [],
    Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
    AvailabilityZones: [],
    Subnets: [],
    VPCId: defaultVpcId(scope),
    Instances: [],
    SecurityGroups: [],
    CreatedTime: createdAt,
    Scheme,
  };
  const given = (policies ?? []).map((policy) => ({ PolicyTypeName: 'SSLNegotiationPolicyType', ...policy }));
  return {
    ...withOverrides(defaults, fields),
    region,
    LoadBalancerName: name,
    policies: given,
    tags: { ...tags },
  };
}
