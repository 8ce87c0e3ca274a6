/** The ASFF resource types this product speaks of. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html */
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
  /** The ARN; `AWS::::Account:<id>` for an account, as ASFF asks. */
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

/** The ARN of an EKS cluster. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
export function clusterArn(
  scope: { readonly partition: string; readonly region: string; readonly accountId: string },
  name: string,
): string {
  return `arn:${scope.partition}:eks:${scope.region}:${scope.accountId}:cluster/${name}`;
}
