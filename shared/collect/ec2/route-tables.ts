import { actionsOf } from '../../aws/operation.ts';
import {
  type DescribedRouteTable,
  describeInstances,
  describeLaunchTemplateVersions,
  describeRouteTables,
  describeSubnets,
  OTHER_TARGETS,
} from '../../aws/operations/ec2.ts';
import { chunksOf } from '../../aws/paginate.ts';
import { present, presentOf, type Reading } from '../../model/evidence.ts';
import type { RouteTable } from '../../model/network-facts.ts';
import { regionCollector } from '../collector.ts';
import { subnetsOf } from './subnets.ts';

/** Values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MAX_FILTER_VALUES = 200;
/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
const PAGE_SIZE = 100;

export const ec2RouteTables = regionCollector({
  fact: 'routeTables',
  actions: actionsOf(describeInstances, describeLaunchTemplateVersions, describeRouteTables, describeSubnets),
  events: [
    'ec2:AssociateRouteTable',
    'ec2:AssociateVpcCidrBlock',
    'ec2:AttachInternetGateway',
    'ec2:CreateRoute',
    'ec2:CreateRouteTable',
    'ec2:DeleteRoute',
    'ec2:DeleteRouteTable',
    'ec2:DetachInternetGateway',
    'ec2:DisableVgwRoutePropagation',
    'ec2:DisassociateRouteTable',
    'ec2:DisassociateVpcCidrBlock',
    'ec2:EnableVgwRoutePropagation',
    'ec2:ReplaceRoute',
    'ec2:ReplaceRouteTableAssociation',
  ],
  needsClusterFacts: ['nodegroups'],
  async collect(context, clusters): Promise<Reading<readonly RouteTable[]>> {
    const subnets = presentOf(Object.values(await subnetsOf(context, clusters)));
    // By VPC, not by subnet: a subnet without an association has the VPC's main table.
    const vpcIds = [...new Set(subnets.map((subnet) => subnet.vpcId))];
    const tables = await Promise.all(
      chunksOf(vpcIds, MAX_FILTER_VALUES).map((Values) =>
        context.list(describeRouteTables, {
          MaxResults: PAGE_SIZE,
          Filters: [{ Name: 'vpc-id', Values }],
        }),
      ),
    );
    const unreadable = tables.find((reading) => reading.state === 'unreadable');
    return unreadable ?? present(presentOf(tables).flat().map(toRouteTable));
  },
});

function toRouteTable({ RouteTableId, VpcId, Associations, Routes }: DescribedRouteTable): RouteTable {
  return {
    id: RouteTableId,
    vpcId: VpcId,
    main: Associations.some((association) => association.Main === true),
    subnetIds: Associations.flatMap((association) => association.SubnetId ?? []),
    routes: Routes.map(toRoute),
  };
}

function toRoute(route: DescribedRouteTable['Routes'][number]): RouteTable['routes'][number] {
  const {
    DestinationCidrBlock: destinationCidr,
    DestinationIpv6CidrBlock: destinationIpv6Cidr,
    DestinationPrefixListId: destinationPrefixListId,
    GatewayId: gatewayId,
    State: state,
  } = route;
  return {
    ...(destinationCidr && { destinationCidr }),
    ...(destinationIpv6Cidr && { destinationIpv6Cidr }),
    ...(destinationPrefixListId && { destinationPrefixListId }),
    ...(gatewayId && { gatewayId }),
    ...(!(gatewayId || OTHER_TARGETS.some((name) => route[name])) && { hasUnknownTarget: true as const }),
    ...(state && { state }),
  };
}
