import * as z from 'zod';
import type { Reading, Unreadable } from './evidence.ts';

/** What a rule does with a request, from ELBv2 DescribeRules and DescribeListeners. */
const actionSchema = z.object({
  /** For example `forward`, `redirect`, `fixed-response`. */
  type: z.string(),
  /** Of a redirect; `#{protocol}`, the default, keeps that of the request. */
  redirectProtocol: z.string().optional(),
  /** Of a fixed response: `404`. */
  statusCode: z.string().optional(),
});
export type Action = z.infer<typeof actionSchema>;

/** A rule of a listener, from ELBv2 DescribeRules. */
const ruleSchema = z.object({
  /** The lowest number is evaluated first, the default rule last. */
  priority: z.union([z.literal('default'), z.coerce.number().int()]),
  /** All of them have to match. The default rule has none. */
  conditions: z.array(
    z.object({
      /** For example `path-pattern`, `host-header`. */
      field: z.string(),
      /** Patterns of the path or the host, one of which has to match; empty for other fields. */
      values: z.array(z.string()),
    }),
  ),
  actions: z.array(actionSchema),
});
export type Rule = z.infer<typeof ruleSchema>;

/** From ELBv2 DescribeListeners, or a listener of classic DescribeLoadBalancers. */
const listenerSchema = z.object({
  /** Classic ones have none. */
  arn: z.string().optional(),
  /** For example `HTTP`, `TLS`, `TCP_UDP`. */
  protocol: z.string().min(1).toUpperCase(),
  port: z.number(),
  /** The name of its TLS policy. */
  sslPolicy: z.string().optional(),
});

/** One listener and what was read of it. */
export interface Listener extends z.infer<typeof listenerSchema> {
  /** Of an Application Load Balancer's HTTP listener: every rule, the default one included, in any order. */
  readonly rules?: Reading<readonly Rule[]>;
  /** Of HTTPS, TLS and SSL: the protocol versions that its policy allows, such as `TLSv1.2`. */
  readonly tlsVersions?: Reading<readonly string[]>;
}

type LoadBalancerType = 'application' | 'network' | 'classic';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly type: LoadBalancerType;
  readonly internetFacing: boolean;
  /** By which Kubernetes names it, in any case. */
  readonly dnsName?: string;
  /** Names of the clusters it is tagged for. */
  readonly clusters: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly listeners: Reading<readonly Listener[]>;
}

/** A Region's load balancers of one API. */
export interface LoadBalancers {
  /** Those tagged for a cluster that was read. */
  readonly ofClusters: readonly LoadBalancer[];
  /** Those tagged for clusters of other names only. */
  readonly ofOthers: readonly { readonly arn: string; readonly clusters: readonly string[] }[];
  /** Those whose tags could not be read: any of them may belong to any cluster. */
  readonly unattributed: readonly { readonly arn: string; readonly tags: Unreadable }[];
}

export interface LoadBalancerFacts {
  /** Application and Network Load Balancers. */
  readonly loadBalancers: Reading<LoadBalancers>;
  readonly classicLoadBalancers: Reading<LoadBalancers>;
}

/** Listeners that end TLS at the load balancer. */
export const TLS_PROTOCOLS: readonly string[] = ['HTTPS', 'TLS', 'SSL'];
