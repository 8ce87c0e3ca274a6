import { ECRClient, PutRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import {
  CreateOpenIDConnectProviderCommand,
  CreatePolicyVersionCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { DisableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  CloseAccountCommand,
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { type Account, aMember, freshMoto, management, required } from '../account.ts';
import { aLaunchTemplate, aNode, aPublicSubnet, aSubnet, aVpc } from '../ec2.ts';
import { aRepository, aSharedRepository, scan } from '../ecr.ts';
import { aCluster, aFargateProfile, aKey, aNodegroup, encryptedWith, idOfKey } from '../eks.ts';
import { aClassic, aLoadBalancer, answer, aSecureClassic, listen, ruleOf, toHttps } from '../elb.ts';
import { allow, anInstanceProfile, aPolicy, aRole, aUser, managed, policy } from '../iam.ts';
import {
  endpointIn,
  type Fixture,
  ISSUER,
  importFindings,
  LAUNCH_TEMPLATE,
  METADATA,
  PROD,
  REGISTRY_POLICY,
  TLS_ATTRIBUTES,
  TLS_POLICY,
} from './fixture.ts';

/** Makes moto hold what `inSandbox` makes a sandbox hold. */
export async function inMoto(): Promise<Fixture> {
  await freshMoto();
  const member = await aMember('payments');
  const identities = await identitiesOf(member);
  const network = await networkOf(member);
  const ids = {
    ...(await organization(member)),
    ...identities,
    ...(await loadBalancers(member, [network.subnet, network.other])),
    ...network,
    keys: await keysOf(member),
  };
  await clusters(member, ids);
  await registry(member);
  await member.client(SecurityHubClient).send(new EnableSecurityHubCommand({}));
  await importFindings(member);
  return { management, member, ids };
}

async function organization(member: Account): Promise<{ readonly root: string; readonly unit: string }> {
  const organizations = management.client(OrganizationsClient);
  const root = required((await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id);
  const command = new CreateOrganizationalUnitCommand({ Name: 'workloads', ParentId: root });
  const unit = required((await organizations.send(command)).OrganizationalUnit?.Id);
  const move = { AccountId: member.id, SourceParentId: root, DestinationParentId: unit };
  await organizations.send(new MoveAccountCommand(move));
  const closed = await aMember('closed');
  await organizations.send(new CloseAccountCommand({ AccountId: closed.id }));
  return { root, unit };
}

async function identitiesOf(member: Account) {
  const iam = member.client(IAMClient);
  const boundary = await aPolicy(member, 'boundary', allow('*'));
  const version = { PolicyArn: boundary, PolicyDocument: allow('ecr:*'), SetAsDefault: true };
  await iam.send(new CreatePolicyVersionCommand(version));
  const trust = policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${management.id}:root` },
    Action: 'sts:AssumeRole',
  });
  await aRole(member, 'EksAuditorMember', { trust });
  const attached = managed('AmazonEKSWorkerNodePolicy');
  await aRole(member, 'node', { inline: allow('ecr:*'), attached, boundary });
  await anInstanceProfile(member, 'nodes', 'node');
  await aUser(member, 'ann', { inline: allow('s3:*'), group: 'pushers' });
  const provider = { Url: `https://${ISSUER}`, ClientIDList: ['sts.amazonaws.com'] };
  const created = await iam.send(new CreateOpenIDConnectProviderCommand(provider));
  return { boundary, oidcProvider: required(created.OpenIDConnectProviderArn) };
}

async function networkOf(member: Account) {
  const vpc = await aVpc(member);
  const [subnet, other] = [await aPublicSubnet(member, vpc, 1), await aSubnet(member, vpc, 2)];
  const launchTemplate = await aLaunchTemplate(member, 'nodes', LAUNCH_TEMPLATE);
  const IamInstanceProfile = { Arn: `arn:aws:iam::${member.id}:instance-profile/nodes` };
  await aNode(member, 'prod', subnet, { IamInstanceProfile, MetadataOptions: METADATA });
  return { vpc: vpc.id, subnet, other, launchTemplate };
}

async function keysOf(member: Account) {
  const kms = member.client(KMSClient);
  const [enabled, disabled, beingDeleted] = [await aKey(member), await aKey(member), await aKey(member)];
  await kms.send(new DisableKeyCommand({ KeyId: idOfKey(disabled) }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: idOfKey(beingDeleted) }));
  return { enabled, disabled, beingDeleted };
}

async function clusters(
  member: Account,
  { keys, subnet, launchTemplate }: Pick<Fixture['ids'], 'keys' | 'subnet' | 'launchTemplate'>,
): Promise<void> {
  const resourcesVpcConfig = endpointIn(subnet);
  await aCluster(member, 'prod', { ...PROD, ...encryptedWith(keys.enabled), resourcesVpcConfig });
  await aNodegroup(member, 'prod', [subnet], { launchTemplate: { id: launchTemplate, version: '1' } });
  await aNodegroup(member, 'prod', [subnet], { nodegroupName: 'second' });
  await aFargateProfile(member, 'prod', ['jobs']);
  for (const name of ['dev', 'stage']) await aCluster(member, name);
}

async function registry(member: Account): Promise<void> {
  await aSharedRepository(member, 'app/api', { Principal: '*' });
  await aRepository(member, 'app/web', { scanOnPush: true });
  await aRepository(member, 'scratch');
  await scan(member, 'ENHANCED', 'CONTINUOUS_SCAN', 'app/*');
  await member.client(ECRClient).send(new PutRegistryPolicyCommand({ policyText: REGISTRY_POLICY }));
}

async function loadBalancers(member: Account, Subnets: string[]) {
  const loadBalancer = await aLoadBalancer(member, 'prod', { Name: 'web', Subnets });
  const listener = await listen(member, loadBalancer, 'HTTP', { DefaultActions: [toHttps] });
  await ruleOf(member, listener, answer);
  await listen(member, loadBalancer, 'HTTPS', { SslPolicy: TLS_POLICY });
  await aLoadBalancer(member, 'prod', { Name: 'passing', Subnets, Type: 'network', Scheme: 'internal' });
  await aClassic(member, 'plain', { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8080 });
  await aSecureClassic(member, 'secure', TLS_ATTRIBUTES);
  return { loadBalancer, listener };
}
