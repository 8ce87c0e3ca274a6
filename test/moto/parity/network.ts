import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import { ONLY_AWS, type Request, under } from './request.ts';

export const networkRequests: readonly Request[] = [
  {
    request: 'ec2:DescribeRegions',
    send: ({ member }) => ec2(member).send(new DescribeRegionsCommand({ AllRegions: true })),
    exact: ['Regions[].OptInStatus'],
  },
  {
    request: 'ec2:DescribeInstances',
    send: ({ member }) =>
      ec2(member).send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'tag-key', Values: ['kubernetes.io/cluster/*'] }] }),
      ),
    exact: under(
      'Reservations[].Instances[]',
      'State.Name MetadataOptions.HttpTokens MetadataOptions.HttpPutResponseHopLimit MetadataOptions.HttpEndpoint',
    ),
    leftOut: [
      ...under(
        'Reservations[].Instances[]',
        `AmiLaunchIndex Architecture BlockDeviceMappings ClientToken EbsOptimized HibernationOptions Hypervisor KernelId
        MetadataOptions.HttpProtocolIpv6 MetadataOptions.InstanceMetadataTags Monitoring Placement PrivateDnsName
        ProductCodes PublicDnsName RootDeviceName RootDeviceType SourceDestCheck SriovNetSupport StateReason
        StateTransitionReason VirtualizationType`,
      ),
      ...under(
        'Reservations[].Instances[].NetworkInterfaces[]',
        `Association.PublicDnsName Attachment Description Groups InterfaceType Ipv6Addresses MacAddress OwnerId
        PrivateIpAddress PrivateIpAddresses[].Association.PublicDnsName SourceDestCheck Status`,
      ),
    ],
  },
  {
    request: 'ec2:DescribeInstances of none',
    send: ({ member }) =>
      ec2(member).send(new DescribeInstancesCommand({ InstanceIds: ['i-00000000000000000'] })),
  },
  {
    request: 'ec2:DescribeSubnets',
    send: ({ member, ids }) =>
      ec2(member).send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [ids.subnet] }] }),
      ),
    exact: under('Subnets[]', 'CidrBlock MapPublicIpOnLaunch AssignIpv6AddressOnCreation'),
    leftOut: under(
      'Subnets[]',
      'AvailabilityZoneId DefaultForAz Ipv6CidrBlockAssociationSet Ipv6Native PrivateDnsNameOptionsOnLaunch',
    ),
  },
  {
    request: 'ec2:DescribeSubnets of none',
    send: ({ member }) =>
      ec2(member).send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-00000000000000000'] })),
  },
  {
    request: 'ec2:DescribeRouteTables',
    send: ({ member, ids }) =>
      ec2(member).send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [ids.vpc] }] })),
    exact: under(
      'RouteTables[]',
      'Routes[].DestinationCidrBlock Routes[].State Routes[].Origin Associations[].Main',
    ),
    leftOut: ['RouteTables[].Associations[].AssociationState'],
    differences: { 'RouteTables[].PropagatingVgws': ONLY_AWS },
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions',
    send: ({ member, ids }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({
          LaunchTemplateId: ids.launchTemplate,
          Versions: ['$Default'],
        }),
      ),
    exact: [
      ...under('LaunchTemplateVersions[]', 'LaunchTemplateName VersionNumber DefaultVersion'),
      ...under(
        'LaunchTemplateVersions[].LaunchTemplateData',
        'NetworkInterfaces[].AssociatePublicIpAddress MetadataOptions.HttpTokens MetadataOptions.HttpPutResponseHopLimit',
      ),
    ],
    leftOut: ['LaunchTemplateVersions[].CreatedBy'],
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions by a name of none',
    send: ({ member }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'none', Versions: ['$Default'] }),
      ),
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions by an id of none',
    send: ({ member }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({
          LaunchTemplateId: 'lt-00000000000000000',
          Versions: ['1'],
        }),
      ),
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions of no version',
    send: ({ member, ids }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: ids.launchTemplate, Versions: ['9'] }),
      ),
  },
  {
    request: 'ec2:DescribeVpcs',
    send: ({ member, ids }) =>
      ec2(member).send(new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: [ids.vpc] }] })),
    exact: under('Vpcs[]', 'CidrBlock IsDefault State'),
    leftOut: under('Vpcs[]', 'CidrBlockAssociationSet DhcpOptionsId Ipv6CidrBlockAssociationSet'),
  },
  {
    request: 'ec2:DescribeVpcs of none',
    send: ({ member }) => ec2(member).send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000000000000'] })),
  },
  {
    request: 'ec2:DescribeNetworkInterfaces of none',
    send: ({ member }) =>
      ec2(member).send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-00000000000000000'] }),
      ),
  },
  {
    request: 'ec2:DescribeRouteTables of none',
    send: ({ member }) =>
      ec2(member).send(new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-00000000000000000'] })),
  },
];

const ec2 = (account: Account) => account.client(EC2Client);
