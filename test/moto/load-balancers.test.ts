import {
  AddTagsCommand,
  type Listener as ClassicListener,
  CreateLoadBalancerCommand as CreateClassicCommand,
  CreateLoadBalancerPolicyCommand,
  ElasticLoadBalancingClient,
  type PolicyAttribute,
  SetLoadBalancerPoliciesOfListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, test } from 'vitest';
import { linesOf, REGION } from '../harness.ts';
import { aMember, freshMoto, type MotoAccount, required, run } from './account.ts';
import { aSubnet, aVpc } from './ec2.ts';
import { aCluster } from './eks.ts';

beforeEach(freshMoto);

const MODERN = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
const OLD = 'ELBSecurityPolicy-2016-08';

describe('load balancers in moto', () => {
  test('are judged by each of their listeners and rules', async () => {
    const account = await anAccountWithCluster('prod');
    const make = await aMaker(account, 'prod');
    const redirecting = await make('redirecting');
    await listen(account, redirecting, 'HTTP', { DefaultActions: [toHttps] });
    await listen(account, redirecting, 'HTTPS', { SslPolicy: MODERN });
    const leaking = await make('leaking');
    await ruleOf(account, await listen(account, leaking, 'HTTP', { DefaultActions: [toHttps] }), answer);
    await listen(account, await make('old'), 'HTTPS', { SslPolicy: OLD });
    await listen(account, await make('plain'), 'HTTP');
    await listen(account, await make('plain-inside', { Scheme: 'internal' }), 'HTTP');
    await listen(account, await make('passing', { Type: 'network' }), 'TCP');
    await listen(account, await make('ending', { Type: 'network' }), 'TLS', { SslPolicy: MODERN });
    await make('silent');

    const { verdicts } = await run(['5.4.5']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.5 ending PASSED TLS_ENFORCED',
      '5.4.5 leaking FAILED PLAINTEXT_HTTP',
      '5.4.5 old FAILED WEAK_TLS_POLICY',
      '5.4.5 passing WARNING NOT_TERMINATED_HERE',
      '5.4.5 plain FAILED PLAINTEXT_HTTP',
      '5.4.5 plain-inside FAILED PLAINTEXT_HTTP',
      '5.4.5 redirecting PASSED TLS_ENFORCED',
      '5.4.5 silent PASSED NO_LISTENERS',
    ]);
    const severities = Object.fromEntries(
      verdicts.map(({ resource, severity }) => [resource.name, severity]),
    );
    expect(severities).toMatchObject({ plain: 'HIGH', 'plain-inside': 'MEDIUM', old: 'LOW' });
  });

  test('belong to the cluster they are tagged for, however many there are', async () => {
    const account = await anAccountWithCluster('prod');
    const [ofProd, ofOthers] = [await aMaker(account, 'prod'), await aMaker(account, 'elsewhere')];
    await Promise.all(Array.from({ length: 20 }, (_, index) => ofOthers(`other-${index}`)));
    await ofProd('own');
    await aCluster(account, 'without');

    const { verdicts } = await run(['5.4.5']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.5 own PASSED NO_LISTENERS',
      '5.4.5 without PASSED NO_LOAD_BALANCERS',
    ]);
  });

  test('of the classic kind are judged as well', async () => {
    const account = await anAccountWithCluster('prod');
    await Promise.all([
      aClassic(account, 'plain', { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8080 }),
      aClassic(account, 'passing', { Protocol: 'TCP', LoadBalancerPort: 443, InstancePort: 8443 }),
      aSecureClassic(account, 'modern', { 'Protocol-TLSv1': 'false', 'Protocol-TLSv1.2': 'true' }),
      aSecureClassic(account, 'old', { 'Protocol-TLSv1': 'true', 'Protocol-TLSv1.2': 'true' }),
    ]);

    const { verdicts } = await run(['5.4.5']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.5 modern PASSED TLS_ENFORCED',
      '5.4.5 old FAILED WEAK_TLS_POLICY',
      '5.4.5 passing WARNING NOT_TERMINATED_HERE',
      '5.4.5 plain FAILED PLAINTEXT_HTTP',
    ]);
  });

  // AWS fills in a policy's protocols from the one it refers to, and lists its own; moto does neither.
  test('of the classic kind are not judged when what their policy refers to cannot be read', async () => {
    const account = await anAccountWithCluster('prod');
    await aSecureClassic(account, 'referring', { 'Reference-Security-Policy': OLD });

    const { verdicts } = await run(['5.4.5']);

    expect(linesOf(verdicts)).toEqual(['5.4.5 referring NOT_AVAILABLE EVIDENCE_UNREADABLE']);
    expect(verdicts[0]?.reason).toContain('elasticloadbalancing:DescribeLoadBalancerPolicies failed');
  });
});

const toHttps: Action = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
};
const answer: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };

async function anAccountWithCluster(name: string): Promise<MotoAccount> {
  const account = await aMember('payments');
  await aCluster(account, name);
  return account;
}

/** Makes a function that makes load balancers as the AWS Load Balancer Controller would for the cluster. */
async function aMaker(account: MotoAccount, clusterName: string) {
  const vpc = await aVpc(account);
  const Subnets = [await aSubnet(account, vpc, 1), await aSubnet(account, vpc, 2)];
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: clusterName }];
  return async (Name: string, differing: Partial<CreateLoadBalancerCommandInput> = {}): Promise<string> => {
    const command = new CreateLoadBalancerCommand({ Name, Subnets, Tags, ...differing });
    const { LoadBalancers: made } = await account.client(ElasticLoadBalancingV2Client).send(command);
    return required(made?.[0]?.LoadBalancerArn);
  };
}

/** Makes a listener, which answers by itself when nothing else is said; returns its ARN. */
async function listen(
  account: MotoAccount,
  LoadBalancerArn: string,
  Protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS',
  differing: { readonly DefaultActions?: Action[]; readonly SslPolicy?: string } = {},
): Promise<string> {
  const endsTls = Protocol === 'HTTPS' || Protocol === 'TLS';
  const command = new CreateListenerCommand({
    LoadBalancerArn,
    Protocol,
    Port: endsTls ? 443 : 80,
    ...(endsTls && { Certificates: [{ CertificateArn: certificateOf(account) }] }),
    DefaultActions: [answer],
    ...differing,
  });
  const { Listeners: made } = await account.client(ElasticLoadBalancingV2Client).send(command);
  return required(made?.[0]?.ListenerArn);
}

async function ruleOf(account: MotoAccount, ListenerArn: string, action: Action): Promise<void> {
  const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health'] } }];
  const rule = { ListenerArn, Priority: 1, Conditions, Actions: [action] };
  await account.client(ElasticLoadBalancingV2Client).send(new CreateRuleCommand(rule));
}

/** moto does not look for certificates of IAM. */
function certificateOf({ id }: MotoAccount): string {
  return `arn:aws:iam::${id}:server-certificate/www`;
}

/** Makes a load balancer as Kubernetes itself would for the cluster `prod`. */
async function aClassic(
  account: MotoAccount,
  LoadBalancerName: string,
  listener: ClassicListener,
): Promise<void> {
  const elb = account.client(ElasticLoadBalancingClient);
  await elb.send(
    new CreateClassicCommand({
      LoadBalancerName,
      Listeners: [listener],
      AvailabilityZones: [`${REGION}a`],
    }),
  );
  const Tags = [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }];
  await elb.send(new AddTagsCommand({ LoadBalancerNames: [LoadBalancerName], Tags }));
}

async function aSecureClassic(
  account: MotoAccount,
  LoadBalancerName: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const elb = account.client(ElasticLoadBalancingClient);
  const listener = { Protocol: 'HTTPS', LoadBalancerPort: 443, InstancePort: 8080 };
  await aClassic(account, LoadBalancerName, { ...listener, SSLCertificateId: certificateOf(account) });
  const PolicyAttributes = Object.entries(attributes).map(
    ([AttributeName, AttributeValue]): PolicyAttribute => ({ AttributeName, AttributeValue }),
  );
  const policy = { LoadBalancerName, PolicyName: 'tls', PolicyTypeName: 'SSLNegotiationPolicyType' };
  await elb.send(new CreateLoadBalancerPolicyCommand({ ...policy, PolicyAttributes }));
  await elb.send(
    new SetLoadBalancerPoliciesOfListenerCommand({
      LoadBalancerName,
      LoadBalancerPort: 443,
      PolicyNames: ['tls'],
    }),
  );
}
