import type {
  ClassicLoadBalancerSpec,
  ListenerSpec,
  LoadBalancerSpec,
} from '../../infra/sandbox/resources/elb.ts';
import { REGION } from '../harness.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;
const TO_HTTPS = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
} as const;
const FORWARD = { Type: 'forward' } as const;
const NOT_FOUND = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const;
const HTTPS: ListenerSpec = { Protocol: 'HTTPS' };

function having(listeners: ListenerSpec[], more: Partial<LoadBalancerSpec> = {}): Scenario['add'] {
  return (account, name) =>
    account
      .cluster(name, { region })
      .loadBalancer(name, { region, tags: { 'elbv2.k8s.aws/cluster': name }, listeners, ...more });
}

function network(...listeners: ListenerSpec[]): Scenario['add'] {
  return having(listeners, { Type: 'network' });
}

function http(
  DefaultActions: ListenerSpec['DefaultActions'],
  ...rules: ListenerSpec['DefaultActions'][]
): ListenerSpec {
  return { Protocol: 'HTTP', Port: 80, DefaultActions, rules: rules.map((Actions) => ({ Actions })) };
}

const EVERY_PATH = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }];

function withRules(
  defaultAction: NonNullable<ListenerSpec['DefaultActions']>[number],
  ...rules: NonNullable<ListenerSpec['rules']>
): ListenerSpec {
  return { Protocol: 'HTTP', Port: 80, DefaultActions: [defaultAction], rules };
}

function classic(
  ListenerDescriptions: NonNullable<ClassicLoadBalancerSpec['ListenerDescriptions']>,
  policies: ClassicLoadBalancerSpec['policies'] = [],
): Scenario['add'] {
  return (account, name) =>
    account.cluster(name, { region }).classicLoadBalancer(name, {
      region,
      tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
      ListenerDescriptions,
      policies,
    });
}

function listener(Protocol: string, LoadBalancerPort: number, ...PolicyNames: string[]) {
  return { Listener: { Protocol, LoadBalancerPort, InstancePort: 30080 }, PolicyNames };
}

function policy(PolicyName: string, attributes: Record<string, string>) {
  const PolicyAttributeDescriptions = Object.entries(attributes).map(([AttributeName, AttributeValue]) => ({
    AttributeName,
    AttributeValue,
  }));
  return { PolicyName, PolicyAttributeDescriptions };
}

await testScenarios('load-balancer-tls', [
  scenario('no load balancer', 'PASSED NO_LOAD_BALANCERS', (account, name) =>
    account.cluster(name, { region }),
  ),
  scenario('a load balancer without a listener', 'PASSED NO_LISTENERS', having([])),
  scenario('HTTPS', 'PASSED TLS_ENFORCED', having([HTTPS])),
  scenario('HTTP', 'FAILED HIGH PLAINTEXT_HTTP', having([http([FORWARD])])),
  scenario('HTTP inside', 'FAILED MEDIUM PLAINTEXT_HTTP', having([http([FORWARD])], { Scheme: 'internal' })),
  scenario(
    'HTTP that redirects, beside HTTPS',
    'PASSED TLS_ENFORCED',
    having([HTTPS, http([TO_HTTPS], [TO_HTTPS])]),
  ),
  scenario(
    'a redirect after plain HTTP',
    'FAILED HIGH PLAINTEXT_HTTP',
    having([http([FORWARD]), http([TO_HTTPS]), HTTPS]),
  ),
  scenario(
    'a redirect before plain HTTP',
    'FAILED HIGH PLAINTEXT_HTTP',
    having([HTTPS, http([TO_HTTPS]), http([FORWARD])]),
  ),
  scenario(
    'a redirect with a rule that forwards',
    'FAILED HIGH PLAINTEXT_HTTP',
    having([http([TO_HTTPS], [TO_HTTPS], [FORWARD], [TO_HTTPS])]),
  ),
  scenario(
    'rules that redirect, and 404 otherwise',
    'PASSED TLS_ENFORCED',
    having([http([NOT_FOUND], [TO_HTTPS])]),
  ),
  scenario('nothing found at all', 'FAILED HIGH PLAINTEXT_HTTP', having([http([NOT_FOUND])])),
  scenario(
    'a redirect of every path by a rule, as the controller makes of ssl-redirect',
    'PASSED TLS_ENFORCED',
    having([withRules(NOT_FOUND, { Conditions: EVERY_PATH, Actions: [TO_HTTPS] })]),
  ),
  scenario(
    'a redirect of every path before a rule that forwards',
    'PASSED TLS_ENFORCED',
    having([
      withRules(
        FORWARD,
        { Priority: '12', Actions: [FORWARD] },
        { Priority: '2', Conditions: EVERY_PATH, Actions: [TO_HTTPS] },
      ),
    ]),
  ),
  scenario(
    'a redirect of every path after a rule that forwards',
    'FAILED HIGH PLAINTEXT_HTTP',
    having([
      withRules(
        NOT_FOUND,
        { Priority: '12', Conditions: EVERY_PATH, Actions: [TO_HTTPS] },
        { Priority: '2', Actions: [FORWARD] },
      ),
    ]),
  ),
  scenario(
    'a redirect that keeps the protocol',
    'FAILED HIGH PLAINTEXT_HTTP',
    having([
      http([
        {
          Type: 'redirect',
          RedirectConfig: { Protocol: '#{protocol}', Port: '443', StatusCode: 'HTTP_301' },
        },
      ]),
    ]),
  ),
  scenario(
    'TLS 1.0',
    'FAILED LOW WEAK_TLS_POLICY',
    having([{ ...HTTPS, SslPolicy: 'ELBSecurityPolicy-2016-08' }]),
  ),
  scenario(
    'TLS 1.1 in a FIPS policy',
    'FAILED LOW WEAK_TLS_POLICY',
    having([{ ...HTTPS, SslPolicy: 'ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04' }]),
  ),
  scenario(
    'TLS 1.3 only, by FIPS',
    'PASSED TLS_ENFORCED',
    having([{ ...HTTPS, SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04' }]),
  ),
  scenario(
    'a policy that AWS does not list',
    'NOT_AVAILABLE EVIDENCE_UNREADABLE',
    having([{ ...HTTPS, SslPolicy: 'ELBSecurityPolicy-TLS14-2031-01' }]),
  ),
  scenario(
    'TLS 1.0 beside plain HTTP',
    'FAILED HIGH PLAINTEXT_HTTP WEAK_TLS_POLICY',
    having([{ ...HTTPS, SslPolicy: 'ELBSecurityPolicy-FS-2018-06' }, http([FORWARD])]),
  ),
  scenario('TLS of a Network Load Balancer', 'PASSED TLS_ENFORCED', network({ Protocol: 'TLS' })),
  scenario('TCP on port 443', 'WARNING NOT_TERMINATED_HERE', network({ Protocol: 'TCP', Port: 443 })),
  scenario(
    'UDP and QUIC',
    'WARNING NOT_TERMINATED_HERE',
    network({ Protocol: 'TCP_UDP', Port: 53 }, { Protocol: 'QUIC', Port: 443 }),
  ),
  scenario(
    'weak TLS beside TCP',
    'FAILED LOW WEAK_TLS_POLICY NOT_TERMINATED_HERE',
    network(
      { Protocol: 'TCP', Port: 80 },
      { Protocol: 'TLS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-0-2021-06' },
    ),
  ),
  scenario(
    'a Gateway Load Balancer',
    'PASSED NO_LOAD_BALANCERS',
    having([{ Protocol: 'GENEVE', Port: 6081 }], { Type: 'gateway' }),
  ),
  scenario(
    'a load balancer of Auto Mode and another of Kubernetes',
    ['FAILED HIGH PLAINTEXT_HTTP', 'PASSED TLS_ENFORCED'],
    (account, name) =>
      account
        .cluster(name, { region })
        .loadBalancer(`${name}-a`, { region, listeners: [HTTPS], tags: { 'eks:eks-cluster-name': name } })
        .loadBalancer(`${name}-b`, {
          region,
          listeners: [http([FORWARD])],
          tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
        }),
  ),
  scenario('a load balancer that is tagged for another cluster too', 'PASSED TLS_ENFORCED', (account, name) =>
    account.cluster(name, { region }).loadBalancer(name, {
      region,
      listeners: [HTTPS],
      tags: { 'elbv2.k8s.aws/cluster': name, 'kubernetes.io/cluster/elsewhere': 'shared' },
    }),
  ),
  scenario(
    'a load balancer of a cluster whose name begins with the name of this one',
    'PASSED NO_LOAD_BALANCERS',
    (account, name) =>
      account.cluster(name, { region }).loadBalancer(name, {
        region,
        listeners: [http([FORWARD])],
        tags: { [`kubernetes.io/cluster/${name}-blue`]: 'owned' },
      }),
  ),
  scenario(
    'a classic HTTP listener among others, in lower case',
    'FAILED HIGH PLAINTEXT_HTTP NOT_TERMINATED_HERE',
    classic(
      [listener('tcp', 22), listener('http', 80), listener('https', 443, 'good')],
      [policy('good', { 'Protocol-TLSv1.2': 'true' })],
    ),
  ),
  scenario(
    'a classic policy that refers to a good one',
    'PASSED TLS_ENFORCED',
    classic(
      [listener('SSL', 443, 'sticky', 'mine')],
      [policy('mine', { 'Reference-Security-Policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' })],
    ),
  ),
  scenario(
    'a classic policy with SSL 3',
    'FAILED LOW WEAK_TLS_POLICY',
    classic(
      [listener('HTTPS', 443, 'mine')],
      [policy('mine', { 'Protocol-SSLv3': 'true', 'Protocol-TLSv1.2': 'true' })],
    ),
  ),
]);
