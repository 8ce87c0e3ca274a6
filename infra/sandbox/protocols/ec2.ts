import { readForm } from './form.ts';
import type { Protocol } from './protocol.ts';
import { malformedXml, xmlAnswer } from './query.ts';
import { toXmlElements, type XmlStyle, xmlDocument } from './xml.ts';

/** EC2's own query dialect: no result wrapper, lower camel-case elements, lists of `item`. */
export const ec2Protocol: Protocol = {
  errors: {
    accessDenied: ['UnauthorizedOperation', 403],
    throttled: ['RequestLimitExceeded', 503],
    internal: ['InternalError', 500],
    unavailable: ['Unavailable', 503],
    unknownCredentials: ['AuthFailure', 401],
    wrongSignature: ['AuthFailure', 401],
    expiredCredentials: ['RequestExpired', 400],
    unknownOperation: ['InvalidAction', 400],
  },
  accepts: () => true,
  read: (_service, request) => readForm(request),
  write: ({ xmlNamespace }, operation, output, requestId) => {
    const elements = { requestId, ...toXmlElements(output, ec2Style) };
    return xmlAnswer(200, xmlDocument(`${operation}Response`, elements, xmlNamespace), requestId);
  },
  writeError: (_service, error, requestId) => {
    const Errors = { Error: { Code: error.code, Message: error.message } };
    return xmlAnswer(error.status, xmlDocument('Response', { Errors, RequestID: requestId }), requestId);
  },
  writeMalformed: malformedXml,
};

/**
 * Element names that are not the member's name in lower camel-case. `Parent.Member` wins over `Member`.
 * Source: the `locationName` of the shapes in the service's API model.
 */
const elementNames: Readonly<Record<string, string>> = {
  Associations: 'associationSet',
  BlockDeviceMappings: 'blockDeviceMappingSet',
  Endpoint: 'regionEndpoint',
  Groups: 'groupSet',
  'Instances.BlockDeviceMappings': 'blockDeviceMapping',
  'Instances.PublicDnsName': 'dnsName',
  'Instances.PublicIpAddress': 'ipAddress',
  'Instances.SecurityGroups': 'groupSet',
  'Instances.State': 'instanceState',
  'Instances.StateTransitionReason': 'reason',
  Instances: 'instancesSet',
  Ipv6Addresses: 'ipv6AddressesSet',
  LaunchTemplateVersions: 'launchTemplateVersionSet',
  NetworkInterfaces: 'networkInterfaceSet',
  PrivateIpAddresses: 'privateIpAddressesSet',
  PropagatingVgws: 'propagatingVgwSet',
  Regions: 'regionInfo',
  Reservations: 'reservationSet',
  RouteTables: 'routeTableSet',
  Routes: 'routeSet',
  SecurityGroupIds: 'securityGroupIdSet',
  SecurityGroups: 'securityGroupSet',
  Subnets: 'subnetSet',
  TagSpecifications: 'tagSpecificationSet',
  Tags: 'tagSet',
  Vpcs: 'vpcSet',
};

const ec2Style: XmlStyle = {
  // The groups of a launch template's interface are ids, and their element says so.
  itemElement: (member, [first]) => (member === 'Groups' && typeof first === 'string' ? 'groupId' : 'item'),
  memberElement: (member, parent) =>
    elementNames[`${parent}.${member}`] ??
    elementNames[member] ??
    member.charAt(0).toLowerCase() + member.slice(1),
};
