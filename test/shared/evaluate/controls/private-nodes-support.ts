import { present } from '../../../../shared/model/evidence.ts';
import type { ClusterFacts, RegionFacts } from '../../../../shared/model/facts.ts';
import type { LaunchTemplate, RouteTable, Subnet } from '../../../../shared/model/network-facts.ts';
import {
  aLaunchTemplate,
  aNetworkInterface,
  aNodegroup,
  aRouteTable,
  aSubnet,
  TO_INTERNET,
} from '../../../builders-network.ts';

export type Given = Partial<ClusterFacts & RegionFacts>;

/** Two subnets in one VPC: `subnet-private` by the main table, `subnet-public` by one of its own. */
export function aNetwork(subnet: Partial<Subnet> = {}, routes: RouteTable['routes'] = [TO_INTERNET]): Given {
  return {
    subnets: present({
      'subnet-private': present(aSubnet()),
      'subnet-public': present(aSubnet({ id: 'subnet-public', ...subnet })),
    }),
    routeTables: present([
      aRouteTable(),
      aRouteTable({ id: 'rtb-public', main: false, subnetIds: ['subnet-public'], routes }),
    ]),
  };
}

/** A node group with a launch template of its own. */
export function withTemplate(
  networkInterface: LaunchTemplate['networkInterfaces'][number],
  subnets: string[],
): Given {
  return {
    nodegroups: present([aNodegroup({ subnets, launchTemplate: { id: 'lt-1', version: '3' } })]),
    launchTemplates: present({ 'lt-1:3': present(aLaunchTemplate(networkInterface)) }),
  };
}

export const IN_PUBLIC = aNetworkInterface({ subnetId: 'subnet-public' });
export const PUBLIC_IPV4 = aNetworkInterface({ publicIpv4: ['203.0.113.7'] });
