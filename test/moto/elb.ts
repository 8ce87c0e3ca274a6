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
import { REGION } from '../harness.ts';
import { type Account, required } from './account.ts';

export const toHttps: Action = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
};
export const answer: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };

/** Makes a load balancer as the AWS Load Balancer Controller would for the cluster; returns its ARN. */
export async function aLoadBalancer(
  account: Account,
  clusterName: string,
  settings: CreateLoadBalancerCommandInput,
): Promise<string> {
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: clusterName }];
  const command = new CreateLoadBalancerCommand({ Tags, ...settings });
  const { LoadBalancers: made } = await account.client(ElasticLoadBalancingV2Client).send(command);
  return required(made?.[0]?.LoadBalancerArn);
}

/** Makes a listener, which answers by itself when nothing else is said; returns its ARN. */
export async function listen(
  account: Account,
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

/** Makes a rule for one path; the listener's default action is for all others. */
export async function ruleOf(account: Account, ListenerArn: string, action: Action): Promise<void> {
  const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health'] } }];
  const rule = { ListenerArn, Priority: 1, Conditions, Actions: [action] };
  await account.client(ElasticLoadBalancingV2Client).send(new CreateRuleCommand(rule));
}

/** moto does not look for certificates of IAM. */
function certificateOf({ id }: Account): string {
  return `arn:aws:iam::${id}:server-certificate/www`;
}

/** Makes a load balancer as Kubernetes itself would for the cluster `prod`. */
export async function aClassic(
  account: Account,
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

/** Makes one that ends TLS, by a policy with these attributes. */
export async function aSecureClassic(
  account: Account,
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
