import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  DescribeTagsCommand as DescribeClassicTagsCommand,
  DescribeLoadBalancerPoliciesCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Account } from '../account.ts';
import { TLS_POLICY } from './fixture.ts';
import { INTERNAL, ONLY_AWS, type Request, under } from './request.ts';

export const loadBalancerRequests: readonly Request[] = [
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers with a token that was not given out',
    send: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Marker: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers',
    send: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Names: ['web'] })),
    exact: under('LoadBalancers[]', 'LoadBalancerName Type State.Code'),
    leftOut: ['LoadBalancers[].AvailabilityZones[]'],
    differences: {
      'LoadBalancers[].Scheme':
        'AWS always answers with the scheme, internet-facing by default; moto when it was given',
    },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers of none',
    send: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeListeners',
    send: ({ member, ids }) =>
      elb(member).send(new DescribeListenersCommand({ LoadBalancerArn: ids.loadBalancer })),
    exact: under(
      'Listeners[]',
      'Protocol Port SslPolicy DefaultActions[].Type DefaultActions[].RedirectConfig.Protocol',
    ),
    leftOut: ['Listeners[].AlpnPolicy'],
    differences: { 'Listeners[].SslPolicy': 'moto has one for HTTP as well' },
  },
  {
    request: 'elasticloadbalancing:DescribeListeners of no load balancer',
    send: ({ member, ids }) =>
      elb(member).send(new DescribeListenersCommand({ LoadBalancerArn: missing(ids.loadBalancer) })),
  },
  {
    request: 'elasticloadbalancing:DescribeRules',
    send: ({ member, ids }) => elb(member).send(new DescribeRulesCommand({ ListenerArn: ids.listener })),
    exact: under(
      'Rules[]',
      'Priority IsDefault Actions[].Type Actions[].RedirectConfig.Protocol Conditions[].Field',
    ),
    differences: {
      'Rules[].Conditions[].Values': 'AWS answers with the values of a path pattern in the old way as well',
    },
  },
  {
    request: 'elasticloadbalancing:DescribeRules of no listener',
    send: ({ member, ids }) =>
      elb(member).send(new DescribeRulesCommand({ ListenerArn: missing(ids.listener) })),
  },
  {
    request: 'elasticloadbalancing:DescribeTags',
    send: ({ member, ids }) =>
      elb(member).send(new DescribeTagsCommand({ ResourceArns: [ids.loadBalancer] })),
    exact: under('TagDescriptions[].Tags[]', 'Key Value'),
  },
  {
    request: 'elasticloadbalancing:DescribeTags of none',
    send: ({ member, ids }) =>
      elb(member).send(new DescribeTagsCommand({ ResourceArns: [missing(ids.loadBalancer)] })),
    differences: { error: 'AWS documents LoadBalancerNotFound; moto answers without it' },
  },
  {
    request: 'elasticloadbalancing:DescribeSSLPolicies',
    send: ({ member }) => elb(member).send(new DescribeSSLPoliciesCommand({ Names: [TLS_POLICY] })),
    exact: under('SslPolicies[]', 'Name SslProtocols[]'),
    leftOut: ['SslPolicies[].Ciphers'],
    differences: { 'SslPolicies[].SupportedLoadBalancerTypes': ONLY_AWS },
  },
  {
    request: 'elasticloadbalancing:DescribeSSLPolicies of none',
    send: ({ member }) => elb(member).send(new DescribeSSLPoliciesCommand({ Names: ['none'] })),
    differences: { error: 'AWS documents SSLPolicyNotFound; moto answers without it' },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers (classic)',
    send: ({ member }) => classic(member).send(new DescribeClassicCommand({})),
    exact: under(
      'LoadBalancerDescriptions[]',
      'LoadBalancerName Scheme ListenerDescriptions[].Listener.Protocol ListenerDescriptions[].Listener.LoadBalancerPort ListenerDescriptions[].PolicyNames[]',
    ),
    leftOut: under(
      'LoadBalancerDescriptions[]',
      'AvailabilityZones[] BackendServerDescriptions CanonicalHostedZoneName Policies.OtherPolicies[] SecurityGroups[] SourceSecurityGroup Subnets[]',
    ),
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers (classic) of none',
    send: ({ member }) => classic(member).send(new DescribeClassicCommand({ LoadBalancerNames: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeTags (classic)',
    send: ({ member }) =>
      classic(member).send(new DescribeClassicTagsCommand({ LoadBalancerNames: ['plain'] })),
    exact: under('TagDescriptions[].Tags[]', 'Key Value'),
  },
  {
    request: 'elasticloadbalancing:DescribeTags (classic) of none',
    send: ({ member }) =>
      classic(member).send(new DescribeClassicTagsCommand({ LoadBalancerNames: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancerPolicies (classic)',
    send: ({ member }) =>
      classic(member).send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName: 'secure' })),
    exact: [
      ...under('PolicyDescriptions[]', 'PolicyName PolicyTypeName'),
      ...under('PolicyDescriptions[].PolicyAttributeDescriptions[]', 'AttributeName AttributeValue'),
    ],
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancerPolicies (classic) of none',
    send: ({ member }) =>
      classic(member).send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName: 'none' })),
  },
];

const elb = (account: Account) => account.client(ElasticLoadBalancingV2Client);
const classic = (account: Account) => account.client(ElasticLoadBalancingClient);

/** An ARN like that of something there is, of something there is not. */
function missing(arn: string): string {
  return arn.replace(/[0-9a-f]{16}$/, '0000000000000000');
}
