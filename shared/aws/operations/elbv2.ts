import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { ifAbsent } from '../../model/absence.ts';
import { listing, operation, pageOf } from '../operation.ts';
import { tagList } from './tag-list.ts';

/* https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html */

const client = ElasticLoadBalancingV2Client;
const text = z.string().min(1);
const token = 'Marker';
const next = 'NextMarker';

const loadBalancer = z.object({
  LoadBalancerArn: text,
  LoadBalancerName: text,
  DNSName: ifAbsent(z.string(), 'a load balancer whose Kubernetes objects are found by its tags only'),
  Type: text,
  /** Not of Gateway Load Balancers. */
  Scheme: ifAbsent(z.string(), 'internet-facing, the default of CreateLoadBalancer'),
});
export type DescribedLoadBalancer = z.infer<typeof loadBalancer>;

export const describeLoadBalancers = listing({
  action: 'elasticloadbalancing:DescribeLoadBalancers',
  client,
  command: DescribeLoadBalancersCommand,
  token,
  answer: pageOf('LoadBalancers', loadBalancer, next),
});

export const describeTags = operation({
  action: 'elasticloadbalancing:DescribeTags',
  client,
  command: DescribeTagsCommand,
  answer: z
    .object({
      TagDescriptions: z.array(
        z.object({
          ResourceArn: text,
          Tags: tagList,
        }),
      ),
    })
    .transform(({ TagDescriptions }) => TagDescriptions),
});

const listener = z.object({
  ListenerArn: text,
  Protocol: text,
  Port: z.number(),
  /** Of HTTPS and TLS. */
  SslPolicy: z.string().optional(),
});
export type DescribedListener = z.infer<typeof listener>;

export const describeListeners = listing({
  action: 'elasticloadbalancing:DescribeListeners',
  client,
  command: DescribeListenersCommand,
  token,
  answer: pageOf('Listeners', listener, next),
});

const values = z.object({ Values: z.array(z.string()).optional() }).optional();

/** Patterns are in a structure of their field; paths and hosts may also be in `Values`, which is older. */
const condition = z.object({
  Field: text,
  Values: z.array(z.string()).optional(),
  PathPatternConfig: values,
  HostHeaderConfig: values,
});

const action = z
  .object({
    Type: text,
    RedirectConfig: z.object({ Protocol: text }).optional(),
    FixedResponseConfig: z.object({ StatusCode: text }).optional(),
  })
  .refine(({ Type, RedirectConfig }) => Type !== 'redirect' || RedirectConfig, 'a redirect without where to')
  .refine(
    ({ Type, FixedResponseConfig }) => Type !== 'fixed-response' || FixedResponseConfig,
    'a fixed response without its status code',
  );

/** The lowest number is evaluated first, the default rule last. */
const priority = z.union([z.literal('default'), z.coerce.number().int()]);

const rule = z
  .object({ Priority: priority, Conditions: z.array(condition), Actions: z.array(action).min(1) })
  .refine(({ Priority, Conditions }) => Priority === 'default' || Conditions.length > 0, {
    error: 'a rule without conditions that is not the default one',
  });
export type DescribedRule = z.infer<typeof rule>;

export const describeRules = listing({
  action: 'elasticloadbalancing:DescribeRules',
  client,
  command: DescribeRulesCommand,
  token,
  answer: pageOf('Rules', rule, next),
});

export const describeSslPolicies = listing({
  action: 'elasticloadbalancing:DescribeSSLPolicies',
  client,
  command: DescribeSSLPoliciesCommand,
  token,
  answer: pageOf('SslPolicies', z.object({ Name: text, SslProtocols: z.array(text) }), next),
});
