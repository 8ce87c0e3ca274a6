import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { ec2Protocol } from '../protocols/ec2.ts';
import { regionsOf } from '../regions.ts';
import { createdAt } from '../resources/context.ts';
import type { LaunchTemplateResource } from '../resources/ec2.ts';
import { type Call, type Operation, operation, type Service } from '../service.ts';
import { applyFilters, ec2Filters, type FilterPaths } from './ec2-filters.ts';

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const strings = z.array(z.string());

const describeRegions = operation(
  z.strictObject({
    RegionName: strings.optional(),
    AllRegions: flag.optional(),
    Filter: ec2Filters.default([]),
  }),
  ({ RegionName, AllRegions, Filter }, { account, state }) => {
    const { optIn, dnsSuffix } = regionsOf(state.world.partition);
    const { enabled, optIn: optedIn } = account.regions;
    const disabled = optIn.filter((region) => !enabled.includes(region) && !optedIn.includes(region));
    const all = [
      ...enabled.map((name) => ({ RegionName: name, OptInStatus: 'opt-in-not-required' })),
      ...optedIn.map((name) => ({ RegionName: name, OptInStatus: 'opted-in' })),
      ...disabled.map((name) => ({ RegionName: name, OptInStatus: 'not-opted-in' })),
    ].map((region) => ({ ...region, Endpoint: `ec2.${region.RegionName}.${dnsSuffix}` }));
    const unknown = RegionName?.find((name) => !all.some((region) => region.RegionName === name));
    if (unknown !== undefined) {
      throw invalid(`Invalid region provided: ${unknown}`);
    }
    const shown = all
      .filter(({ OptInStatus }) => AllRegions || RegionName !== undefined || OptInStatus !== 'not-opted-in')
      .filter((region) => RegionName?.includes(region.RegionName) ?? true);
    const paths = { 'region-name': 'RegionName', 'opt-in-status': 'OptInStatus', endpoint: 'Endpoint' };
    return { Regions: applyFilters(shown, Filter, paths) };
  },
);

/** How one type of resource is described. */
interface ResourceType<Resource extends { readonly region: string }> {
  readonly list: (call: Call) => readonly Resource[];
  readonly idOf: (resource: Resource) => string;
  /** The parameter that names resources. */
  readonly idParam: string;
  /** The error code for an id that does not exist. */
  readonly notFoundCode: string;
  readonly filters: FilterPaths;
  /** The largest MaxResults, and its default. */
  readonly largestPage: number;
  readonly output: (resources: Omit<Resource, 'region'>[], call: Call) => object;
}

/** A `Describe…` operation: by id or filters, in pages. */
function describeResources<Resource extends { readonly region: string }>(
  type: ResourceType<Resource>,
): Operation {
  const common = z.strictObject({
    Filter: ec2Filters.default([]),
    MaxResults: z.coerce.number().int().min(5).max(type.largestPage).optional(),
    NextToken: z.string().optional(),
  });
  const input = common.safeExtend({ [type.idParam]: strings.optional() });
  return operation(input, (all, call) => {
    const { [type.idParam]: named, ...rest } = all;
    const [params, ids] = [common.parse(rest), strings.optional().parse(named)];
    if (ids !== undefined && params.MaxResults !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        `The parameter ${type.idParam} cannot be used with MaxResults`,
      );
    }
    const inRegion = type.list(call).filter(({ region }) => region === call.region);
    const requested = ids === undefined ? inRegion : ids.map((id) => findById(type, inRegion, id));
    const { items, nextToken } = paginate(applyFilters(requested, params.Filter, type.filters), {
      list: `${type.idParam} ${JSON.stringify(params.Filter)}`,
      size: params.MaxResults ?? type.largestPage,
      token: params.NextToken,
      invalidToken: invalid,
    });
    const shapes = items.map(({ region, ...shape }) => shape);
    return { ...type.output(shapes, call), NextToken: nextToken };
  });
}

function findById<Resource extends { readonly region: string }>(
  { idOf, notFoundCode }: ResourceType<Resource>,
  resources: readonly Resource[],
  id: string,
): Resource {
  const found = resources.find((resource) => idOf(resource) === id);
  if (found === undefined) {
    throw new AwsError(notFoundCode, `The ID '${id}' does not exist`);
  }
  return found;
}

const describeInstances = describeResources({
  list: ({ account }) => account.ec2.instances,
  idOf: ({ InstanceId }) => InstanceId,
  idParam: 'InstanceId',
  notFoundCode: 'InvalidInstanceID.NotFound',
  filters: {
    'instance-id': 'InstanceId',
    'instance-state-name': 'State.Name',
    'instance-type': 'InstanceType',
    'subnet-id': 'SubnetId',
    'vpc-id': 'VpcId',
    'ip-address': 'PublicIpAddress',
    'iam-instance-profile.arn': 'IamInstanceProfile.Arn',
    'metadata-options.http-tokens': 'MetadataOptions.HttpTokens',
  },
  largestPage: 1000,
  output: (instances, { account }) => ({
    Reservations: instances.map((instance) => ({
      ReservationId: instance.InstanceId.replace(/^i-/, 'r-'),
      OwnerId: account.id,
      Groups: [],
      Instances: [instance],
    })),
  }),
});

const describeVpcs = describeResources({
  list: ({ account }) => account.ec2.vpcs,
  idOf: ({ VpcId }) => VpcId,
  idParam: 'VpcId',
  notFoundCode: 'InvalidVpcID.NotFound',
  filters: {
    'vpc-id': 'VpcId',
    'owner-id': 'OwnerId',
    state: 'State',
    'is-default': 'IsDefault',
    cidr: 'CidrBlock',
  },
  largestPage: 1000,
  output: (vpcs) => ({ Vpcs: vpcs.map(({ mainRouteTable, ...Vpc }) => Vpc) }),
});

const describeSubnets = describeResources({
  list: ({ account }) => account.ec2.subnets,
  idOf: ({ SubnetId }) => SubnetId,
  idParam: 'SubnetId',
  notFoundCode: 'InvalidSubnetID.NotFound',
  filters: {
    'subnet-id': 'SubnetId',
    'vpc-id': 'VpcId',
    'availability-zone': 'AvailabilityZone',
    'map-public-ip-on-launch': 'MapPublicIpOnLaunch',
    'owner-id': 'OwnerId',
    state: 'State',
  },
  largestPage: 1000,
  output: (Subnets) => ({ Subnets }),
});

const describeRouteTables = describeResources({
  list: ({ account }) => account.ec2.routeTables,
  idOf: ({ RouteTableId }) => RouteTableId,
  idParam: 'RouteTableId',
  notFoundCode: 'InvalidRouteTableID.NotFound',
  filters: {
    'route-table-id': 'RouteTableId',
    'vpc-id': 'VpcId',
    'owner-id': 'OwnerId',
    'association.main': 'Associations.Main',
    'association.subnet-id': 'Associations.SubnetId',
    'route.destination-cidr-block': 'Routes.DestinationCidrBlock',
    'route.gateway-id': 'Routes.GatewayId',
  },
  largestPage: 100,
  output: (RouteTables) => ({ RouteTables }),
});

const describeNetworkInterfaces = describeResources({
  list: ({ account }) => account.ec2.networkInterfaces,
  idOf: ({ NetworkInterfaceId }) => NetworkInterfaceId,
  idParam: 'NetworkInterfaceId',
  notFoundCode: 'InvalidNetworkInterfaceID.NotFound',
  filters: {
    'network-interface-id': 'NetworkInterfaceId',
    'vpc-id': 'VpcId',
    'subnet-id': 'SubnetId',
    'attachment.instance-id': 'Attachment.InstanceId',
    'interface-type': 'InterfaceType',
    status: 'Status',
  },
  largestPage: 1000,
  output: (NetworkInterfaces) => ({ NetworkInterfaces }),
});

const launchTemplateInput = z.strictObject({
  LaunchTemplateId: z.string().optional(),
  LaunchTemplateName: z.string().min(3).max(128).optional(),
  LaunchTemplateVersion: z.array(z.string().regex(/^(\$Latest|\$Default|\d+)$/)).optional(),
  MaxResults: z.coerce.number().int().min(1).max(200).default(200),
  NextToken: z.string().optional(),
});

type LaunchTemplateInput = z.output<typeof launchTemplateInput>;

/** The launch template of that id or name, or all of them for a request of `$Latest` and `$Default` only. */
function launchTemplates(
  { LaunchTemplateId: id, LaunchTemplateName: name, ...params }: LaunchTemplateInput,
  call: Call,
) {
  const inRegion = call.account.ec2.launchTemplates.filter(({ region }) => region === call.region);
  if (id === undefined && name === undefined) {
    const aliases = params.LaunchTemplateVersion ?? [];
    if (aliases.length === 0 || aliases.some((version) => !version.startsWith('$'))) {
      throw new AwsError(
        'MissingParameter',
        'The request must contain LaunchTemplateId or LaunchTemplateName',
      );
    }
    return inRegion;
  }
  if (id !== undefined && name !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'LaunchTemplateId and LaunchTemplateName exclude each other',
    );
  }
  const found = inRegion.filter((template) => template.id === id || template.name === name);
  if (found.length === 0) {
    const code =
      id === undefined ? 'InvalidLaunchTemplateName.NotFoundException' : 'InvalidLaunchTemplateId.NotFound';
    throw new AwsError(code, `The specified launch template, ${id ?? name}, does not exist.`);
  }
  return found;
}

/** In the order of the request; all, from the latest on, when it names none. */
function versionNumbers(
  { versions, defaultVersion }: LaunchTemplateResource,
  requested: readonly string[] | undefined,
) {
  const latest = versions.length;
  const numbers = requested?.map((version) => {
    return version === '$Latest' ? latest : version === '$Default' ? defaultVersion : Number(version);
  });
  return [...new Set(numbers ?? versions.map((_version, index) => latest - index))];
}

function launchTemplateVersion(template: LaunchTemplateResource, VersionNumber: number) {
  const LaunchTemplateData = template.versions[VersionNumber - 1];
  if (LaunchTemplateData === undefined) {
    throw new AwsError(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${VersionNumber} for the launch template with ID ${template.id}.`,
    );
  }
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber,
    CreateTime: createdAt,
    DefaultVersion: VersionNumber === template.defaultVersion,
    LaunchTemplateData,
  };
}

const describeLaunchTemplateVersions = operation(launchTemplateInput, (params, call) => {
  const all = launchTemplates(params, call).flatMap((template) =>
    versionNumbers(template, params.LaunchTemplateVersion).map((version) =>
      launchTemplateVersion(template, version),
    ),
  );
  const { items, nextToken } = paginate(all, {
    list: `launch template versions ${params.LaunchTemplateId ?? params.LaunchTemplateName ?? ''}`,
    size: params.MaxResults,
    token: params.NextToken,
    invalidToken: invalid,
  });
  return { LaunchTemplateVersions: items, NextToken: nextToken };
});

export const ec2Service: Service = {
  name: 'ec2',
  signingName: 'ec2',
  protocol: ec2Protocol,
  version: '2016-11-15',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  invalid,
  operations: {
    DescribeInstances: describeInstances,
    DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
    DescribeRegions: describeRegions,
    DescribeRouteTables: describeRouteTables,
    DescribeSubnets: describeSubnets,
    DescribeVpcs: describeVpcs,
  },
};
