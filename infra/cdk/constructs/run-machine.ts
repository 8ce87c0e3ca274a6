import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type Chain,
  Choice,
  Condition,
  DistributedMap,
  type IChainable,
  JitterType,
  JsonPath,
  Pass,
  ResultWriterV2,
  type RetryProps,
  S3JsonItemReader,
  type StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Permission } from './least-privilege-role.ts';
import { loggedStateMachine } from './logged-state-machine.ts';
import type { Results } from './results.ts';

interface RunMachineProps {
  readonly plan: IFunction;
  readonly audit: IFunction;
  readonly report: IFunction;
  readonly results: Results;
  readonly key: IKey;
  readonly concurrentAccounts: number;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
}

const NAME = 'eks-auditor';
/** Part of the ARNs of the map's executions. */
const MAP_LABEL = 'Accounts';
/** An account that is not done after this many slices, of up to a quarter of an hour each, is given up. */
const MAX_SLICES = 100;
/** Longer than Lambda lets a function run. */
const TASK_TIMEOUT = Duration.minutes(16);

/** Lambda could not run the function, or had no capacity for it. */
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
/** AWS throttled the function's requests for longer than the SDK retries. */
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
/** A crash, or too little time or memory. A second attempt skips what the first one published. */
const CRASHED: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  maxAttempts: 1,
  jitterStrategy: JitterType.FULL,
};

/**
 * One run: plan → each account → report. Accounts and results are stored in the bucket; states pass on the run and keys
 * only, so that an organization of thousands of accounts stays below the 256 KiB that a state may hold.
 */
export class RunMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: RunMachineProps) {
    super(scope, id);
    const { key, tracing, logRetentionDays } = props;
    this.machine = loggedStateMachine(this, {
      name: NAME,
      type: StateMachineType.STANDARD,
      definition: this.#definition(props),
      permissions: this.#permissions(props),
      timeout: Duration.hours(24),
      key,
      tracing,
      logRetentionDays,
    });
    // The CDK adds it to every role; what it allows is in #permissions.
    this.machine.node.tryRemoveChild('DistributedMapPolicy');
  }

  #definition(props: RunMachineProps): IChainable {
    const plan = invoke(this, 'Plan', props.plan, TaskInput.fromJsonPathAt('$.request'), {
      resultSelector: { 'run.$': '$.Payload.run', 'targetsKey.$': '$.Payload.targetsKey' },
      resultPath: '$.plan',
    });
    const report = invoke(
      this,
      'Report',
      props.report,
      TaskInput.fromObject({
        run: JsonPath.objectAt('$.plan.run'),
        trigger: JsonPath.stringAt('$.request.trigger'),
      }),
      { outputPath: '$.Payload' },
    );
    // When the map itself fails, accounts that were audited are reported, and the others as not covered.
    const accounts = this.#accounts(props).addCatch(report, { resultPath: JsonPath.DISCARD });
    return this.#request().next(plan).next(accounts).next(report);
  }

  /**
   * The trigger of a run is `manual` by default. Takes two states, because the arguments of intrinsic functions cannot
   * contain braces.
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
      maxConcurrency: props.concurrentAccounts,
      itemReader: new S3JsonItemReader({ bucket, key: JsonPath.stringAt('$.plan.targetsKey') }),
      itemSelector: {
        'run.$': '$.plan.run',
        'target.$': '$$.Map.Item.Value',
        slice: 1,
      },
      // Failures are recorded and reported; one account must not end the run of the others.
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

  /** One account: audited until nothing is left of it. */
  #account(props: RunMachineProps): IChainable {
    const audit = invoke(
      this,
      'Audit',
      props.audit,
      TaskInput.fromObject({
        run: JsonPath.objectAt('$.run'),
        target: JsonPath.objectAt('$.target'),
      }),
      { resultSelector: { 'Payload.$': '$.Payload' }, resultPath: '$.audit' },
    );
    const done = Succeed.jsonPath(this, 'Done', { outputPath: JsonPath.DISCARD });
    const record = this.#recordFailure(props, done);
    audit.addCatch(record, { resultPath: '$.failure' });
    const continued = Pass.jsonPath(this, 'Continue with the rest', {
      parameters: {
        'run.$': '$.run',
        'target.$': '$.audit.Payload.continue',
        'slice.$': 'States.MathAdd($.slice, 1)',
      },
    });
    const giveUp = Pass.jsonPath(this, 'Give up', {
      parameters: { Error: 'TooManySlices', Cause: `Not done after ${MAX_SLICES} slices of the audit.` },
      resultPath: '$.failure',
    });
    const isLeft = Condition.isPresent('$.audit.Payload.continue');
    const isTooLong = Condition.numberGreaterThanEquals('$.slice', MAX_SLICES);
    return audit.next(
      new Choice(this, 'Is anything left?')
        .when(Condition.and(isLeft, isTooLong), giveUp.next(record))
        .when(isLeft, continued.next(audit))
        .otherwise(done),
    );
  }

  /** Stores for the report that an account could not be audited, and why. */
  #recordFailure(props: RunMachineProps, done: Succeed): Pass {
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
        // An object, which Step Functions writes as JSON.
        Body: JsonPath.objectAt('$.record'),
      },
      resultPath: JsonPath.DISCARD,
    });
    record.addRetry({ ...CRASHED, maxAttempts: 4, backoffRate: 2 });
    describe.next(record).next(done);
    return describe;
  }

  #permissions(props: RunMachineProps): readonly Permission[] {
    const { plan, audit, report, results } = props;
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'states', resource: `${resource}:${name}` });
    return [
      {
        actions: ['lambda:InvokeFunction'],
        resources: [plan, audit, report].map(({ functionArn }) => functionArn),
      },
      ...results.read('targets.json', 'map/*'),
      ...results.write('accounts/*/crashed.json', 'map/*'),
      { actions: ['states:StartExecution'], resources: [arn('stateMachine', NAME)] },
      {
        actions: ['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'],
        resources: [arn('execution', `${NAME}:*`), arn('execution', `${NAME}/${MAP_LABEL}:*`)],
        wildcard: 'The executions of the state machine, and of its map, are named when they start.',
      },
    ];
  }
}

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
    // The CDK's own retry lacks throttling errors and jitter.
    retryOnServiceExceptions: false,
    taskTimeout: { seconds: TASK_TIMEOUT.toSeconds() },
  });
  for (const retry of [UNAVAILABLE, THROTTLED, CRASHED]) task.addRetry(retry);
  return task;
}
