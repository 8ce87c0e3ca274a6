import { z } from 'zod';
import type { Reading } from './evidence.ts';

/** One listener of a load balancer, from ELBv2 DescribeListeners or classic DescribeLoadBalancers. */
export const listenerSchema = z.object({
  arn: z.string().optional(),
  protocol: z.string(),
  port: z.number(),
  sslPolicy: z.string().optional(),
});

/** What an HTTP listener does with requests, by its default actions and every rule. */
export interface Listener extends z.infer<typeof listenerSchema> {
  /** ALB HTTP only: whether the default action and every rule redirects to HTTPS. */
  readonly redirectsAll?: Reading<boolean>;
  /** HTTPS, TLS and SSL only: the protocol versions that its policy allows, such as `TLSv1.2`. */
  readonly tlsVersions?: Reading<readonly string[]>;
}

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network' | 'gateway' | 'classic';
  readonly internetFacing: boolean;
  /** Names of the clusters it is tagged for. */
  readonly clusters: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly listeners: Reading<readonly Listener[]>;
}

export interface LoadBalancerFacts {
  /** Those of clusters only. */
  readonly loadBalancers: Reading<readonly LoadBalancer[]>;
}
