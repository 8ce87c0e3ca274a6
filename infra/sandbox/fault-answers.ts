import type { Caller } from './caller.ts';
import { AwsError } from './errors.ts';
import type { BodyFault, ErrorFault, FaultKind } from './faults.ts';
import type { ErrorCode, Protocol, ServiceDescription, WireAnswer } from './protocols/protocol.ts';

const errorFaults: ReadonlySet<FaultKind> = new Set<ErrorFault>([
  'AccessDenied',
  'ExpiredToken',
  'NotFound',
  'ServerError',
  'ServiceUnavailable',
  'Throttling',
]);

const bodyFaults: ReadonlySet<FaultKind> = new Set<BodyFault>([
  'EmptyBody',
  'EmptyObject',
  'Html',
  'Malformed',
]);

export function isErrorFault(kind: FaultKind): kind is ErrorFault {
  return errorFaults.has(kind);
}

export function isBodyFault(kind: FaultKind): kind is BodyFault {
  return bodyFaults.has(kind);
}

/** `operation` with its service, for example `eks:DescribeCluster`; `message`, if any, is what the error says. */
export function injectedError(
  { errors }: Protocol,
  fault: ErrorFault,
  operation: string,
  { arn }: Caller,
  message?: string,
): AwsError {
  const answers = {
    AccessDenied: [errors.accessDenied, `User: ${arn} is not authorized to perform: ${operation}`],
    ExpiredToken: [errors.expiredCredentials, 'The security token included in the request is expired'],
    NotFound: [notFoundError(operation), 'The requested resource does not exist.'],
    ServerError: [errors.internal, 'An internal error occurred.'],
    ServiceUnavailable: [errors.unavailable, 'The service is unavailable. Please try again later.'],
    Throttling: [errors.throttled, 'Rate exceeded'],
  } as const;
  const [[code, status], usual] = answers[fault];
  return new AwsError(code, message ?? usual, status);
}

/**
 * What an operation answers when what it is about does not exist; `*` stands for the service's other operations.
 * STS does not tell whether a role exists. Source: the errors of each operation in the services' API references.
 */
const notFoundErrors: Readonly<Record<string, ErrorCode>> = {
  'ec2:DescribeInstances': ['InvalidInstanceID.NotFound', 400],
  'ec2:DescribeLaunchTemplateVersions': ['InvalidLaunchTemplateId.NotFound', 400],
  'ec2:DescribeNetworkInterfaces': ['InvalidNetworkInterfaceID.NotFound', 400],
  'ec2:DescribeRegions': ['InvalidParameterValue', 400],
  'ec2:DescribeRouteTables': ['InvalidRouteTableID.NotFound', 400],
  'ec2:DescribeSubnets': ['InvalidSubnetID.NotFound', 400],
  'ec2:DescribeVpcs': ['InvalidVpcID.NotFound', 400],
  'ecr:*': ['RepositoryNotFoundException', 400],
  'ecr:DescribePullThroughCacheRules': ['PullThroughCacheRuleNotFoundException', 400],
  'ecr:GetRegistryPolicy': ['RegistryPolicyNotFoundException', 400],
  'elasticloadbalancing:*': ['LoadBalancerNotFound', 400],
  'elasticloadbalancingv2:*': ['LoadBalancerNotFound', 400],
  'elasticloadbalancingv2:DescribeListeners': ['ListenerNotFound', 400],
  'elasticloadbalancingv2:DescribeRules': ['RuleNotFound', 400],
  'elasticloadbalancingv2:DescribeSSLPolicies': ['SSLPolicyNotFound', 400],
  'iam:*': ['NoSuchEntity', 404],
  'kms:*': ['NotFoundException', 400],
  'organizations:*': ['AWSOrganizationsNotInUseException', 400],
  'organizations:DescribeAccount': ['AccountNotFoundException', 400],
  'organizations:ListAccountsForParent': ['ParentNotFoundException', 400],
  'organizations:ListOrganizationalUnitsForParent': ['ParentNotFoundException', 400],
  'organizations:ListParents': ['ChildNotFoundException', 400],
  's3:*': ['NoSuchKey', 404],
  's3:ListObjectsV2': ['NoSuchBucket', 404],
  's3:PutObject': ['NoSuchBucket', 404],
  'sts:AssumeRole': ['AccessDenied', 403],
};

function notFoundError(operation: string): ErrorCode {
  const [service = ''] = operation.split(':');
  return notFoundErrors[operation] ?? notFoundErrors[`${service}:*`] ?? ['ResourceNotFoundException', 404];
}

/** The answer to a request whose parameters nobody looked at. */
export function injectedAnswer(
  protocol: Protocol,
  description: ServiceDescription,
  fault: BodyFault,
  operation: string,
  requestId: string,
): WireAnswer {
  const empty = protocol.write(description, operation, {}, requestId);
  switch (fault) {
    case 'EmptyBody':
      return { ...empty, body: '' };
    case 'EmptyObject':
      return empty;
    case 'Html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: page };
    case 'Malformed':
      return protocol.writeMalformed(requestId);
  }
}

const page =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Sign in to the network.</p></body></html>\n';
