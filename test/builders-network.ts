import { evaluate } from '../shared/evaluate/evaluate.ts';
import type { Control } from '../shared/model/control.ts';
import { present, type Reading } from '../shared/model/evidence.ts';
import type { ClusterFacts, RegionFacts } from '../shared/model/facts.ts';
import type { Listener, LoadBalancer, LoadBalancers } from '../shared/model/load-balancer-facts.ts';
import type { Instance, LaunchTemplate, RouteTable, Subnet } from '../shared/model/network-facts.ts';
import type { FargateProfile, Nodegroup } from '../shared/model/node-facts.ts';
import type { Verdict } from '../shared/model/verdict.ts';
import { aClusterInventory, anEvaluationContext, anInventory, SCOPE } from './builders.ts';

/** A private subnet by what `aNetwork` says of it. */
export function aSubnet(differing: Partial<Subnet> = {}): Subnet {
  return {
    id: 'subnet-private',
    vpcId: 'vpc-1',
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: false,
    ...differing,
  };
}

export const TO_INTERNET = { destinationCidr: '0.0.0.0/0', gatewayId: 'igw-1', state: 'active' };
export const TO_INTERNET_V6 = { destinationIpv6Cidr: '::/0', gatewayId: 'igw-1', state: 'active' };
const LOCAL = { destinationCidr: '10.0.0.0/16', gatewayId: 'local', state: 'active' };
/** Through a NAT gateway, which is no gateway in AWS's words. */
const TO_NAT = { destinationCidr: '0.0.0.0/0', state: 'active' };

/** The main route table of a VPC, which leads nowhere. */
export function aRouteTable(differing: Partial<RouteTable> = {}): RouteTable {
  return { id: 'rtb-main', vpcId: 'vpc-1', main: true, subnetIds: [], routes: [LOCAL, TO_NAT], ...differing };
}

/** A private node of the cluster `orders`. */
export function anInstance(differing: Partial<Instance> = {}): Instance {
  return {
    instanceId: 'i-1',
    state: 'running',
    clusters: ['orders'],
    networkInterfaces: [aNetworkInterface()],
    ...differing,
  };
}

export function aNetworkInterface(differing: Partial<Instance['networkInterfaces'][number]> = {}) {
  return { subnetId: 'subnet-private', publicIpv4: [], ipv6: [], ...differing };
}

/** A node group as the collector names it. */
export function aNodegroup(differing: Partial<Nodegroup> = {}) {
  const name = differing.nodegroupName ?? 'workers';
  const nodegroup: Nodegroup = { nodegroupName: name, status: 'ACTIVE', subnets: ['subnet-private'] };
  return { name, detail: present({ ...nodegroup, ...differing }) };
}

export function aLaunchTemplate(
  networkInterface: LaunchTemplate['networkInterfaces'][number],
): LaunchTemplate {
  return { id: 'lt-1', version: '3', networkInterfaces: [networkInterface] };
}

export function aFargateProfile(differing: Partial<FargateProfile> = {}) {
  const name = differing.fargateProfileName ?? 'untrusted';
  const profile: FargateProfile = {
    fargateProfileName: name,
    status: 'ACTIVE',
    selectors: [{ namespace: 'untrusted' }],
  };
  return { name, detail: present({ ...profile, ...differing }) };
}

/** An internet-facing Application Load Balancer of the cluster `orders` that is all TLS. */
export function aLoadBalancer(differing: Partial<LoadBalancer> = {}): LoadBalancer {
  const name = differing.name ?? 'k8s-shop';
  const arn = `arn:aws:elasticloadbalancing:${SCOPE.region}:${SCOPE.accountId}:loadbalancer/app/${name}/0123456789abcdef`;
  return {
    arn,
    name,
    type: 'application',
    internetFacing: true,
    clusters: ['orders'],
    tags: { 'elbv2.k8s.aws/cluster': 'orders' },
    listeners: present([anHttpsListener()]),
    ...differing,
  };
}

export function anHttpsListener(differing: Partial<Listener> = {}): Listener {
  return {
    protocol: 'HTTPS',
    port: 443,
    sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    tlsVersions: present(['TLSv1.2', 'TLSv1.3']),
    ...differing,
  };
}

export function found(
  ofClusters: readonly LoadBalancer[],
  unattributed: LoadBalancers['unattributed'] = [],
): Reading<LoadBalancers> {
  return present({ ofClusters, ofOthers: [], unattributed });
}

/** A cluster `orders` without nodes and load balancers, in a Region that was read completely. */
export const NOTHING: Partial<ClusterFacts & RegionFacts> = {
  nodegroups: present([]),
  fargateProfiles: present([]),
  podIdentityAssociations: present([]),
  instances: present([]),
  launchTemplates: present({}),
  subnets: present({ 'subnet-private': present(aSubnet()) }),
  routeTables: present([aRouteTable()]),
  loadBalancers: found([]),
  classicLoadBalancers: found([]),
};

/** Everything a control says of the cluster `orders`, given these facts of it and of its Region. */
export function judgeAll(
  control: Control,
  facts: Partial<ClusterFacts & RegionFacts>,
  settings: Parameters<typeof anEvaluationContext>[0] = {},
): readonly Verdict[] {
  const all = { ...NOTHING, ...facts };
  const inventory = anInventory([aClusterInventory({ facts: all })]);
  const regions = inventory.regions.map((one) => ({ ...one, facts: all }));
  return evaluate({ ...inventory, regions }, [control], anEvaluationContext(settings)).verdicts;
}

/** The one thing it says. */
export function judgeOne(...given: Parameters<typeof judgeAll>): Verdict {
  const verdicts = judgeAll(...given);
  const [verdict] = verdicts;
  if (verdict === undefined || verdicts.length > 1) throw new Error(`${verdicts.length} verdicts, not one`);
  return verdict;
}
