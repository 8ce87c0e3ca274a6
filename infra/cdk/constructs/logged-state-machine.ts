import { Aws, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  StateMachine,
  type StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { TRACE } from './audit-function.ts';
import { LeastPrivilegeRole, type Permission, serviceOfThisAccount } from './least-privilege-role.ts';

interface LoggedStateMachineProps {
  readonly name: string;
  readonly type: StateMachineType;
  readonly definition: IChainable;
  /** What it may do besides writing its log and its traces. */
  readonly permissions: readonly Permission[];
  readonly timeout: Duration;
  /** Encrypts the log. */
  readonly key: IKey;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
}

/** The only state machine of a construct, with a log group and a role of its own. The log holds no execution data. */
export function loggedStateMachine(scope: Construct, props: LoggedStateMachineProps): StateMachine {
  const { name, key, tracing } = props;
  const logs = new LogGroup(scope, 'Logs', {
    logGroupName: `/aws/vendedlogs/states/${name}`,
    retention: props.logRetentionDays,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { role } = new LeastPrivilegeRole(scope, 'Access', {
    assumedBy: serviceOfThisAccount('states.amazonaws.com'),
    permissions: [...props.permissions, LOG_DELIVERY, ...(tracing ? [TRACE_STATES] : [])],
  });
  const delivery = allowDelivery(scope, name, logs);
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName: name,
    stateMachineType: props.type,
    definitionBody: DefinitionBody.fromChainable(props.definition),
    role,
    timeout: props.timeout,
    tracingEnabled: tracing,
    logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
  });
  machine.node.addDependency(delivery);
  if (!tracing) {
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason: 'Tracing was turned off by the configuration (deployment.tracing).',
    });
  }
  return machine;
}

/**
 * Lets the service that delivers logs write to a log group of this account.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 */
function allowDelivery(scope: Construct, name: string, logs: LogGroup): CfnResourcePolicy {
  const sources = Stack.of(scope).formatArn({ service: 'logs', resource: '*' });
  const policy = new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logs.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': sources },
        },
      }),
    ],
  });
  return new CfnResourcePolicy(scope, 'LogDelivery', {
    policyName: `${Aws.STACK_NAME}-${name}-log-delivery`,
    policyDocument: Stack.of(scope).toJsonString(policy),
  });
}

/**
 * Without `logs:PutResourcePolicy`, which only makes the policy that the stack has.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const LOG_DELIVERY: Permission = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:UpdateLogDelivery',
  ],
  resources: ['*'],
  wildcard: 'The actions of log delivery support no resource-level permissions.',
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const TRACE_STATES: Permission = {
  ...TRACE,
  actions: [...TRACE.actions, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
};
