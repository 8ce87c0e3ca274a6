import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  type Chain,
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  Pass,
  ResultWriterV2,
  type RetryProps,
  S3JsonItemReader,
  StateMachine,
  StateMachineType,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { TRACE } from './audit-function.ts';
import { LeastRole, type Permission } from './least-role.ts';
import type { Results } from './results.ts';

interface RunMachineProps {
  readonly plan: IFunction;
  readonly audit: IFunction;
  readonly report: IFunction;
  readonly results: Results;
  readonly key: IKey;
  readonly concurrency: number;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
}

const NAME = 'eks-auditor';
/** Part of the ARNs of the map's executions. */
const MAP_LABEL = 'Accounts';
/** An account that is not done after so many slices of a quarter of an hour is given up. */
const MAX_SLICES = 100;
/** Longer than a function may run. */
const TASK_TIMEOUT = Duration.minutes(16);

/** Lambda could not run the function, or not now. */
const UNAVAILABLE: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'Lambda.ClientExecutionTimeoutException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 8,
  maxDelay: Duration.minutes(2),
  jitterStrategy: JitterType.FULL,
};
/** AWS asked the function to slow down for longer than it tried. */
const THROTTLED: RetryProps = {
  errors: [
    'ThrottlingException',
    'Throttling',
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'SlowDown',
  ],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxAttempts: 4,
  maxDelay: Duration.minutes(5),
  jitterStrategy: JitterType.FULL,
};
/** A crash, or the end of its time or memory: once more may do, for what is done needs not be done again. */
const CRASHED: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  maxAttempts: 1,
  jitterStrategy: JitterType.FULL,
};

/**
 * One run: plan → each account → report. The accounts, and what comes of them, pass through the bucket; through the states
 * pass only names, so that an organization of thousands fits the 256 KiB that a state may hold.
 */
export class RunMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: RunMachineProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${NAME}`,
      retention: props.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: NAME,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(this.#definition(props)),
      role: new LeastRole(this, 'Access', {
        assumedBy: new ServicePrincipal('states.amazonaws.com'),
        permissions: this.#permissions(props),
      }).role,
      timeout: Duration.hours(24),
      tracingEnabled: props.tracing,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledgeUntraced(this.machine, props.tracing);
    // Added by the CDK to whatever role; what it allows is in #permissions.
    this.machine.node.tryRemoveChild('DistributedMapPolicy');
  }

  #definition(props: RunMachineProps): IChainable {
    const plan = invoke(this, 'Plan', props.plan, TaskInput.fromJsonPathAt('$.request'), {
      resultSelector: {
        'run.$': '$.Payload.run',
        'planKey.$': '$.Payload.planKey',
        'targetsKey.$': '$.Payload.targetsKey',
      },
      resultPath: '$.plan',
    });
    const report = invoke(
      this,
      'Report',
      props.report,
      TaskInput.fromObject({
        run: JsonPath.objectAt('$.plan.run'),
        bucket: props.results.bucket.bucketName,
        planKey: JsonPath.stringAt('$.plan.planKey'),
        trigger: JsonPath.stringAt('$.request.trigger'),
      }),
      { outputPath: '$.Payload' },
    );
    // What was audited before the map itself failed is still reported, and the rest as not covered.
    const accounts = this.#accounts(props).addCatch(report, { resultPath: JsonPath.DISCARD });
    return this.#request().next(plan).next(accounts).next(report);
  }

  /**
   * Whoever starts a run by hand need not say so. In two states, for braces are reserved within the texts of intrinsic
   * functions.
   */
  #request(): Chain {
    const defaults = Pass.jsonPath(this, 'Defaults', {
      parameters: { defaults: { trigger: 'manual' }, 'given.$': '$' },
    });
    const request = Pass.jsonPath(this, 'Request', {
      parameters: { 'request.$': 'States.JsonMerge($.defaults, $.given, false)' },
    });
    return defaults.next(request);
  }

  #accounts(props: RunMachineProps): DistributedMap {
    const { bucket } = props.results;
    const accounts = new DistributedMap(this, 'Accounts', {
      label: MAP_LABEL,
      mapExecutionType: StateMachineType.STANDARD,
      maxConcurrency: props.concurrency,
      itemReader: new S3JsonItemReader({ bucket, key: JsonPath.stringAt('$.plan.targetsKey') }),
      itemSelector: {
        'run.$': '$.plan.run',
        'planKey.$': '$.plan.planKey',
        'target.$': '$$.Map.Item.Value',
        slice: 1,
      },
      // What fails is recorded and reported; no account may end the run of the others.
      toleratedFailurePercentage: 100,
      resultWriterV2: new ResultWriterV2({
        bucket,
        prefix: JsonPath.format('runs/{}/map', JsonPath.stringAt('$.plan.run.id')),
      }),
      resultPath: JsonPath.DISCARD,
    });
    accounts.itemProcessor(this.#account(props));
    return accounts;
  }

  /** One account: audit until nothing is left of it. */
  #account(props: RunMachineProps): IChainable {
    const audit = invoke(
      this,
      'Audit',
      props.audit,
      TaskInput.fromObject({
        run: JsonPath.objectAt('$.run'),
        bucket: props.results.bucket.bucketName,
        planKey: JsonPath.stringAt('$.planKey'),
        target: JsonPath.objectAt('$.target'),
        slice: JsonPath.numberAt('$.slice'),
      }),
      { resultSelector: { 'Payload.$': '$.Payload' }, resultPath: '$.audit' },
    );
    const record = this.#record(props);
    audit.addCatch(record, { resultPath: '$.failure' });
    const again = Pass.jsonPath(this, 'Go on', {
      parameters: {
        'run.$': '$.run',
        'planKey.$': '$.planKey',
        'target.$': '$.audit.Payload.continue',
        'slice.$': 'States.MathAdd($.slice, 1)',
      },
    });
    const endless = Pass.jsonPath(this, 'Endless', {
      parameters: { Error: 'TooManySlices', Cause: `Not done after ${MAX_SLICES} slices of the audit.` },
      resultPath: '$.failure',
    });
    const done = Pass.jsonPath(this, 'Done', { parameters: { 'accountId.$': '$.target.accountId' } });
    const isLeft = Condition.isPresent('$.audit.Payload.continue');
    const isEndless = Condition.numberGreaterThanEquals('$.slice', MAX_SLICES);
    return audit.next(
      new Choice(this, 'Is anything left?')
        .when(Condition.and(isLeft, isEndless), endless.next(record))
        .when(isLeft, again.next(audit))
        .otherwise(done),
    );
  }

  /** Leaves for the report that an account could not be audited, and why. */
  #record(props: RunMachineProps): Pass {
    const describe = Pass.jsonPath(this, 'Describe the failure', {
      parameters: {
        'accountId.$': '$.target.accountId',
        'error.$': '$.failure.Error',
        'cause.$': '$.failure.Cause',
      },
      resultPath: '$.record',
    });
    const record = new CallAwsService(this, 'Record the failure', {
      service: 's3',
      action: 'putObject',
      iamResources: [],
      parameters: {
        Bucket: props.results.bucket.bucketName,
        Key: JsonPath.format(
          'runs/{}/accounts/{}/crashed.json',
          JsonPath.stringAt('$.run.id'),
          JsonPath.stringAt('$.target.accountId'),
        ),
        ContentType: 'application/json',
        // Written as JSON, for it is an object.
        Body: JsonPath.objectAt('$.record'),
      },
      resultPath: JsonPath.DISCARD,
    });
    record.addRetry({ ...CRASHED, maxAttempts: 4, backoffRate: 2 });
    const notAudited = Pass.jsonPath(this, 'Not audited', {
      parameters: { 'accountId.$': '$.target.accountId', 'error.$': '$.failure.Error' },
    });
    describe.next(record).next(notAudited);
    return describe;
  }

  #permissions(props: RunMachineProps): readonly Permission[] {
    const { plan, audit, report, results } = props;
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'states', resource: `${resource}:${name}` });
    return [
      { actions: ['lambda:InvokeFunction'], resources: [plan, audit, report].map((one) => one.functionArn) },
      ...results.read('targets.json', 'map/*'),
      ...results.write('accounts/*/crashed.json', 'map/*'),
      { actions: ['states:StartExecution'], resources: [arn('stateMachine', NAME)] },
      {
        actions: ['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'],
        resources: [arn('execution', `${NAME}:*`), arn('execution', `${NAME}/${MAP_LABEL}:*`)],
        wildcard: 'Its executions, and the map’s, get their names when they start.',
      },
      LOG_DELIVERY,
      ...(props.tracing ? [TRACE_STATES] : []),
    ];
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
export const LOG_DELIVERY: Permission = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  resources: ['*'],
  wildcard: 'The actions of log delivery know no resource.',
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
export const TRACE_STATES: Permission = {
  ...TRACE,
  actions: [...TRACE.actions, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
};

type ResultProps = Pick<
  ConstructorParameters<typeof LambdaInvoke>[2],
  'resultSelector' | 'resultPath' | 'outputPath'
>;

function invoke(
  scope: Construct,
  id: string,
  lambdaFunction: IFunction,
  payload: TaskInput,
  result: ResultProps,
): LambdaInvoke {
  const task = LambdaInvoke.jsonPath(scope, id, {
    lambdaFunction,
    payload,
    ...result,
    // Its own list of errors lacks the throttles, and its waits have no jitter.
    retryOnServiceExceptions: false,
    taskTimeout: { seconds: TASK_TIMEOUT.toSeconds() },
  });
  for (const retry of [UNAVAILABLE, THROTTLED, CRASHED]) task.addRetry(retry);
  return task;
}

/** cdk-nag takes tracing for a must. */
export function acknowledgeUntraced(machine: StateMachine, tracing: boolean): void {
  if (tracing) return;
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF2',
    reason: 'Tracing was turned off by the configuration (deployment.tracing).',
  });
}
