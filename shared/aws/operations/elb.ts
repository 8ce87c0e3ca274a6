import {
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import * as z from 'zod';
import { ifAbsent } from '../../model/absence.ts';
import { listing, operation, pageOf } from '../operation.ts';
import { tagList } from './tag-list.ts';

/* Classic Load Balancers: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_Operations.html */

const client = ElasticLoadBalancingClient;
const text = z.string().min(1);

const loadBalancer = z.object({
  LoadBalancerName: text,
  DNSName: ifAbsent(z.string(), 'a load balancer whose Kubernetes objects are found by its tags only'),
  /** Only of load balancers in a VPC. */
  Scheme: z.string().optional(),
  ListenerDescriptions: z.array(
    z.object({
      Listener: z.object({ Protocol: text, LoadBalancerPort: z.number() }),
      PolicyNames: z.array(text).optional(),
    }),
  ),
});
export type DescribedLoadBalancer = z.infer<typeof loadBalancer>;

export const describeClassicLoadBalancers = listing({
  action: 'elasticloadbalancing:DescribeLoadBalancers',
  client,
  command: DescribeLoadBalancersCommand,
  token: 'Marker',
  answer: pageOf('LoadBalancerDescriptions', loadBalancer, 'NextMarker'),
});

export const describeClassicTags = operation({
  action: 'elasticloadbalancing:DescribeTags',
  client,
  command: DescribeTagsCommand,
  answer: z
    .object({
      TagDescriptions: z.array(
        z.object({
          LoadBalancerName: text,
          Tags: tagList,
        }),
      ),
    })
    .transform(({ TagDescriptions }) => TagDescriptions),
});

const policy = z.object({
  PolicyName: text,
  PolicyTypeName: text,
  PolicyAttributeDescriptions: z
    .array(z.object({ AttributeName: text, AttributeValue: z.string().optional() }))
    .optional(),
});
export type DescribedPolicy = z.infer<typeof policy>;

export const describeLoadBalancerPolicies = operation({
  action: 'elasticloadbalancing:DescribeLoadBalancerPolicies',
  client,
  command: DescribeLoadBalancerPoliciesCommand,
  answer: z
    .object({ PolicyDescriptions: z.array(policy) })
    .transform(({ PolicyDescriptions }) => PolicyDescriptions),
});
