import type { Operation } from '../../shared/aws/operation.ts';
import * as account from '../../shared/aws/operations/account.ts';
import * as ec2 from '../../shared/aws/operations/ec2.ts';
import * as ec2Regions from '../../shared/aws/operations/ec2-regions.ts';
import * as ecr from '../../shared/aws/operations/ecr.ts';
import * as eks from '../../shared/aws/operations/eks.ts';
import * as elb from '../../shared/aws/operations/elb.ts';
import * as elbv2 from '../../shared/aws/operations/elbv2.ts';
import * as eventbridge from '../../shared/aws/operations/eventbridge.ts';
import * as iam from '../../shared/aws/operations/iam.ts';
import * as kms from '../../shared/aws/operations/kms.ts';
import * as organizations from '../../shared/aws/operations/organizations.ts';
import * as s3 from '../../shared/aws/operations/s3.ts';
import * as securityHub from '../../shared/aws/operations/security-hub.ts';
import * as securityHubAggregation from '../../shared/aws/operations/security-hub-aggregation.ts';
import * as sfn from '../../shared/aws/operations/sfn.ts';
import * as sns from '../../shared/aws/operations/sns.ts';
import * as sqs from '../../shared/aws/operations/sqs.ts';
import * as sts from '../../shared/aws/operations/sts.ts';

/** The operations by the files that declare them, each with the name of its service in the sandbox. */
const SERVICES = {
  account: ['account', account],
  ec2: ['ec2', { ...ec2, ...ec2Regions }],
  ecr: ['ecr', ecr],
  eks: ['eks', eks],
  elb: ['elasticloadbalancing', elb],
  elbv2: ['elasticloadbalancingv2', elbv2],
  events: ['events', eventbridge],
  iam: ['iam', iam],
  kms: ['kms', kms],
  organizations: ['organizations', organizations],
  s3: ['s3', s3],
  'security-hub': ['securityhub', { ...securityHub, ...securityHubAggregation }],
  sns: ['sns', sns],
  sqs: ['sqs', sqs],
  states: ['states', sfn],
  sts: ['sts', sts],
} as const;

export type Service = keyof typeof SERVICES;

export interface DeclaredOperation {
  readonly operation: Operation<object>;
  /** As the sandbox calls it: `elasticloadbalancingv2:DescribeTags`. */
  readonly name: string;
}

/** What no audit asks for, but `clusters list`; see `cluster-list.test.ts`. */
export const CLUSTER_VERSIONS: DeclaredOperation = {
  operation: eks.describeClusterVersions,
  name: 'eks:DescribeClusterVersions',
};

/** The operations of a service that an audit or its functions send. */
export function operationsOf(service: Service): DeclaredOperation[] {
  const [prefix, module] = SERVICES[service];
  return Object.values(module)
    .filter(
      (exported): exported is Operation<object> => typeof exported === 'object' && 'command' in exported,
    )
    .map((operation) => ({ operation, name: `${prefix}:${operation.command.name.replace(/Command$/, '')}` }))
    .filter(({ name }) => name !== CLUSTER_VERSIONS.name);
}
