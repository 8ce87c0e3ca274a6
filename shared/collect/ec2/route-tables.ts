import { DescribeRouteTablesCommand, EC2Client, type RouteTable as Ec2RouteTable } from '@aws-sdk/client-ec2';
import { allPages, chunksOf } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { presentOf } from '../../model/evidence.ts';
import { type RouteTable, routeTableSchema } from '../../model/network-facts.ts';
import { regionCollector } from '../collector.ts';
import { describeSubnets } from './subnets.ts';

/** Values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MAX_FILTER_VALUES = 200;
/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
const PAGE_SIZE = 100;

export const ec2RouteTables = regionCollector({
  fact: 'routeTables',
  actions: [
    'ec2:DescribeInstances',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSubnets',
  ],
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
  async collect(context, clusters) {
    const ec2 = context.aws.client(EC2Client, context.scope.region);
    const subnets = presentOf(Object.values(await describeSubnets(context, clusters)));
    // By VPC, not by subnet: a subnet without an association has the VPC's main table.
    const vpcIds = [...new Set(subnets.map((subnet) => subnet.vpcId))];
    const describe = (Values: string[]) =>
      allPages(async (NextToken) => {
        const Filters = [{ Name: 'vpc-id', Values }];
        const request = { MaxResults: PAGE_SIZE, Filters, NextToken };
        const answer = await ec2.send(new DescribeRouteTablesCommand(request));
        return { items: answer.RouteTables?.map(toRouteTable), next: answer.NextToken };
      });
    return read('ec2:DescribeRouteTables', async () =>
      (await Promise.all(chunksOf(vpcIds, MAX_FILTER_VALUES).map(describe))).flat(),
    );
  },
});

function toRouteTable(table: Ec2RouteTable): RouteTable {
  const associations = table.Associations ?? [];
  return routeTableSchema.parse({
    id: table.RouteTableId,
    vpcId: table.VpcId,
    main: associations.some((association) => association.Main === true),
    subnetIds: associations.flatMap((association) => association.SubnetId ?? []),
    routes: (table.Routes ?? []).map((route) => ({
      destinationCidr: route.DestinationCidrBlock,
      destinationIpv6Cidr: route.DestinationIpv6CidrBlock,
      destinationPrefixListId: route.DestinationPrefixListId,
      gatewayId: route.GatewayId,
      state: route.State,
    })),
  });
}
