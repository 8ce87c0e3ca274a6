import { formatArn, parseArn } from './arn.ts';
import type { Scope } from './scope.ts';

/** The ASFF resource types of our verdicts. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html */
export type ResourceType =
  | 'AwsAccount'
  | 'AwsEc2Instance'
  | 'AwsEc2LaunchTemplate'
  | 'AwsEc2Subnet'
  | 'AwsEcrRepository'
  | 'AwsEksCluster'
  | 'AwsElbLoadBalancer'
  | 'AwsElbv2LoadBalancer'
  | 'AwsIamRole'
  | 'AwsIamUser'
  | 'AwsKmsKey'
  | 'Other';

/** A resource a verdict is about. */
export interface ResourceRef {
  readonly type: ResourceType;
  /** The ARN; `AWS::::Account:<id>` for an account, as ASFF demands. */
  readonly id: string;
  /** The name people use for it. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** ASFF `Details` of this type, where ASFF has them. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The account itself as a resource. */
export function accountResource(accountId: string): ResourceRef {
  return { type: 'AwsAccount', id: `AWS::::Account:${accountId}` };
}

const CLUSTER = 'cluster/';

/** The ARN of an EKS cluster. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
export function clusterArn(scope: Scope, name: string): string {
  return formatArn({ ...scope, service: 'eks', resource: `${CLUSTER}${name}` });
}

/** The name of the cluster that an ARN names; `undefined` when it names none. */
export function clusterNameIn(text: string): string | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'eks' || !arn.resource.startsWith(CLUSTER)) return undefined;
  return arn.resource.slice(CLUSTER.length) || undefined;
}
