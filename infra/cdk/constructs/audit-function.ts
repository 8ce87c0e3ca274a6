import { Annotations, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnFunction,
  Code,
  CodeSigningConfig,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CONFIG_FILE, type FunctionName } from '../bundle.ts';
import type { CodeSigning } from '../hardening-config.ts';
import { NODE_OPTIONS } from '../node-options.ts';
import { acknowledge } from './acknowledge.ts';
import { LeastPrivilegeRole, type Permission, serviceOfThisAccount } from './least-privilege-role.ts';

interface AuditFunctionProps {
  readonly name: FunctionName;
  /** The directory of its bundle. */
  readonly bundle: string;
  readonly bucketName: string;
  readonly key: IKey;
  /** CPU is in proportion to it. */
  readonly memoryMiB: number;
  readonly timeout: Duration;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
  readonly permissions: readonly Permission[];
  readonly codeSigning?: CodeSigning;
  /** Environment variables besides those of every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Needed if other accounts trust the role by its name. */
  readonly roleName?: string;
  /** The subnets in which it runs; none: outside of any network of the account. */
  readonly vpc?: FunctionVpc;
}

/** Ids of one VPC's subnets and security groups. */
interface FunctionVpc {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** The directory into which Lambda unpacks a function. */
const TASK_ROOT = '/var/task';

/** One of the auditor's functions. */
export class AuditFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: AuditFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/eks-auditor-${props.name}`,
      retention: props.logRetentionDays,
      encryptionKey: props.key,
      // It has a fixed name, which would make the next deployment of a removed stack fail.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.#role(props);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `eks-auditor-${props.name}`,
      ...this.#code(props),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Runs that began before a deployment end with the version that they began with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        EKS_AUDITOR_CONFIG_FILE: `${TASK_ROOT}/${CONFIG_FILE}`,
        EKS_AUDITOR_BUCKET: props.bucketName,
        POWERTOOLS_SERVICE_NAME: 'eks-auditor',
        POWERTOOLS_METRICS_NAMESPACE: 'EKSAuditor',
        NODE_OPTIONS,
        ...props.environment,
      },
    });
    if (props.vpc) attach(this.lambda, props.vpc);
    acknowledgeRules(this.lambda);
  }

  /** What it runs: the bundle, or the archive of it that somebody signed. */
  #code({ name, bundle, codeSigning }: AuditFunctionProps) {
    if (codeSigning === undefined) return { code: Code.fromAsset(bundle) };
    const { configuration, artifacts } = codeSigning;
    const codeSigningConfig = CodeSigningConfig.fromCodeSigningConfigArn(this, 'Signing', configuration);
    if (artifacts === undefined) return { code: Code.fromAsset(bundle), codeSigningConfig };
    const bucket = Bucket.fromBucketName(this, 'Artifacts', artifacts.bucket);
    Annotations.of(bucket).acknowledgeWarning(
      '@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified',
      'The archives of a release have keys of their own.',
    );
    return { code: Code.fromBucket(bucket, artifacts[name]), codeSigningConfig };
  }

  #role(props: AuditFunctionProps): IRole {
    const logs: Permission = {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [
        `${Stack.of(this).formatArn({ service: 'logs', resource: 'log-group' })}:/aws/lambda/eks-auditor-${props.name}:*`,
      ],
      wildcard: 'Lambda creates a log stream for each execution environment.',
    };
    const { role } = new LeastPrivilegeRole(this, 'Access', {
      assumedBy: serviceOfThisAccount('lambda.amazonaws.com'),
      ...(props.roleName ? { roleName: props.roleName } : {}),
      permissions: [
        logs,
        ...(props.tracing ? [TRACE] : []),
        ...(props.vpc ? networkInterfaces(Stack.of(this)) : []),
        ...props.permissions,
      ],
    });
    return role;
  }
}

/** To send traces to X-Ray. */
export const TRACE: Permission = {
  actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
  wildcard: 'The actions of X-Ray support no resource-level permissions.',
};

/**
 * Lambda itself makes the interfaces of a function in a VPC, by the function's role. The code of the function cannot: of its
 * own calls the key has a value. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function networkInterfaces(stack: Stack): readonly Permission[] {
  const conditions = { Null: { 'lambda:SourceFunctionArn': 'true' } };
  return [
    {
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [stack.formatArn({ service: 'ec2', account: '*', resource: '*', resourceName: '*' })],
      conditions,
      wildcard:
        'Lambda names the interfaces when it makes them, and subnets may be shared by another account.',
    },
    {
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
      conditions,
      wildcard: 'The actions support no resource-level permissions.',
    },
  ];
}

/** The CDK's own way looks up the VPC, and adds a policy of AWS to the role. */
function attach(lambda: LambdaFunction, { subnets, securityGroups }: FunctionVpc): void {
  const resource = lambda.node.defaultChild as CfnFunction;
  resource.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };
}

function acknowledgeRules(lambda: LambdaFunction): void {
  acknowledge(
    lambda,
    {
      nag: ['NIST.800.53.R5-LambdaInsideVPC'],
      checkov: ['CKV_AWS_117'],
      reason:
        'It calls public APIs of AWS, and of clusters; deployment.vpc puts the one that reads clusters into a VPC.',
    },
    {
      nag: ['NIST.800.53.R5-LambdaDLQ'],
      checkov: ['CKV_AWS_116'],
      reason: 'The state machine invokes it synchronously, retries, and records failures.',
    },
    {
      nag: ['NIST.800.53.R5-LambdaConcurrency'],
      checkov: ['CKV_AWS_115'],
      reason:
        'The state machine limits how many run at the same time; reserved concurrency would be taken from other functions of the account.',
    },
    {
      checkov: ['CKV_AWS_173'],
      reason: 'Its variables are names of the stack’s own resources. Lambda encrypts them with its own key.',
    },
  );
}
